// The first thing that happens to a request: an id, a log that carries it, and where it came from.
import { randomUUID } from 'node:crypto'
import { BlockList, isIPv6 } from 'node:net'
import type { MiddlewareHandler } from 'hono'
import { PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { themeOf } from './cookies.ts'
import type { AppContext, AppEnv } from './types.ts'

export function requestScope({ config, log }: PanelContext): MiddlewareHandler<AppEnv> {
  const proxies = addressList(config.trustedProxies)
  const publicIsHttps = config.url?.startsWith('https:') ?? false
  return async function requestScope(c, next) {
    const requestId = randomUUID().slice(-12)
    const peer = plainAddress(c.env?.incoming?.socket?.remoteAddress)
    const behindProxy = peer !== undefined && includes(proxies, peer)
    c.set('requestId', requestId)
    c.set('log', log.with({ requestId }))
    c.set('address', behindProxy ? forwardedFor(c, proxies, peer) : peer)
    c.set('secure', publicIsHttps || (behindProxy && c.req.header('x-forwarded-proto') === 'https'))
    c.set('actor', undefined)
    c.set('sessionId', undefined)
    c.set('keyId', undefined)
    c.set('provedAt', undefined)
    c.set('impersonatorId', undefined)
    c.set('mustAddFactor', false)
    c.set('email', '')
    c.set('locale', {})
    c.set('theme', themeOf(c))
    c.header('X-Request-Id', requestId)
    await next()
  }
}

/** Addresses and networks, e.g. `10.0.0.7`, `172.16.0.0/12`, `::1`. */
function addressList(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    try {
      if (prefix === undefined) list.addAddress(address, family)
      else list.addSubnet(address, Number(prefix), family)
    } catch (cause) {
      throw new PublicError('bad-setting', `A trusted proxy is an address or a network, not “${entry}”.`, { cause })
    }
  }
  return list
}

const includes = (list: BlockList, address: string): boolean => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')

/**
 * The nearest address that is not one of our proxies. Read from the right: everything left of the first stranger was
 * written by that stranger.
 */
function forwardedFor(c: AppContext, proxies: BlockList, peer: string): string {
  const hops = (c.req.header('x-forwarded-for') ?? '').split(',').map((hop) => plainAddress(hop.trim()))
  for (const hop of hops.toReversed()) {
    if (hop === undefined || hop === '') return peer
    try {
      if (!includes(proxies, hop)) return hop
    } catch {
      return peer
    }
  }
  return peer
}

/** IPv4 as IPv4, also on a socket that speaks both. */
function plainAddress(address: string | undefined): string | undefined {
  return address?.startsWith('::ffff:') ? address.slice(7) : address
}
