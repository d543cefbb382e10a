// Which addresses a server's network gets. Docker's own pools end after about thirty networks, so each server gets 16
// addresses of a range of ours that nothing on this machine uses.

export interface Subnet {
  readonly base: number
  readonly bits: number
}

/** Private ranges to choose from, none of which is anybody's default. */
const pools = ['10.207.0.0/16', '10.143.0.0/16', '172.29.0.0/16', '192.168.192.0/19']
const serverBits = 28

/** Undefined for what is not IPv4 in CIDR form. */
export function parseSubnet(text: string): Subnet | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text)
  if (!match) return undefined
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number)
  if (Math.max(a, b, c, d) > 255 || bits > 32) return undefined
  return { base: ((a * 256 + b) * 256 + c) * 256 + d, bits }
}

export function formatSubnet({ base, bits }: Subnet): string {
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.')}/${bits}`
}

export function overlaps(a: Subnet, b: Subnet): boolean {
  const bits = Math.min(a.bits, b.bits)
  const size = 2 ** (32 - bits)
  return Math.floor(a.base / size) === Math.floor(b.base / size)
}

/** /proc/net/route: destinations and the interfaces they lead to; the default route leads everywhere and is left out. */
export function parseRoutes(text: string): { readonly device: string; readonly subnet: Subnet }[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [device, destination, , , , , , mask] = line.split('\t')
      if (device === undefined || destination === undefined || mask === undefined || mask.trim() === '00000000')
        return []
      const bits = fromHex(mask).toString(2).replaceAll('0', '').length
      return [{ device, subnet: { base: fromHex(destination), bits } }]
    })
}

/** Free networks in order; `taken` are those of the engine and the machine. */
export function* freeSubnets(
  taken: readonly Subnet[],
  foreign: readonly Subnet[],
  pool: string | undefined,
): Generator<string> {
  const candidates = (pool === undefined ? pools : [pool]).flatMap((text) => parseSubnet(text) ?? [])
  const chosen = candidates.find((each) => !foreign.some((other) => overlaps(each, other))) ?? candidates[0]
  if (!chosen) return
  const step = 2 ** (32 - serverBits)
  for (let base = chosen.base; base < chosen.base + 2 ** (32 - chosen.bits); base += step) {
    const subnet = { base, bits: serverBits }
    if (!taken.some((other) => overlaps(subnet, other))) yield formatSubnet(subnet)
  }
}

/** The kernel prints addresses in the machine's byte order; every platform we run on is little-endian. */
function fromHex(text: string): number {
  return Number.parseInt(text.trim().match(/../g)?.toReversed().join('') ?? '0', 16)
}
