// Addresses and networks, e.g. `10.0.0.7`, `172.16.0.0/12`, `::1`: read once, asked often.
import { BlockList, isIP, isIPv6 } from 'node:net'

export interface AddressList {
  includes(address: string): boolean
}

/** True for one entry as people write it. */
export function isAddressEntry(entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32))
}

/** Throws a TypeError that names the entry which is none. */
export function addressList(entries: readonly string[]): AddressList {
  const list = new BlockList()
  for (const entry of entries) {
    if (!isAddressEntry(entry)) throw new TypeError(`“${entry}” is no address and no network`)
    const [address = '', prefix] = entry.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return { includes: (address) => isIP(address) !== 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4') }
}
