// A server's network: a bridge of its own, without IPv6, on which nothing else lives.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { PublicError } from 'stellar/plugin'
import { call, deadlines, type Engine, found, labels, sentenceOf, statusOf } from './engine.ts'
import { freeSubnets, parseRoutes, parseSubnet } from './subnets.ts'

/** Every bridge of ours starts with this; the host's firewall goes by it. Interface names have at most 15 characters. */
export const bridgePrefix = 'stl-'

export function networkName(serverId: string): string {
  return `stellar-${serverId}`
}

export function bridgeName(serverId: string): string {
  return bridgePrefix + createHash('sha256').update(serverId).digest('hex').slice(0, 8)
}

/** Makes networks one after the other: two at once would choose the same addresses. */
export function networkMaker(engine: Engine, pool: string | undefined): (serverId: string) => Promise<string> {
  let last: Promise<unknown> = Promise.resolve()
  return function ensureNetwork(serverId) {
    const next = last.then(() => ensure(engine, serverId, pool))
    last = next.catch(() => undefined)
    return next
  }
}

async function ensure(engine: Engine, serverId: string, pool: string | undefined): Promise<string> {
  const name = networkName(serverId)
  const present = await found(call('look a network up', deadlines.read, () => engine.getNetwork(name).inspect()))
  if (present?.Options?.['com.docker.network.bridge.name'] === bridgeName(serverId)) return name
  if (present) await call('remove a network', deadlines.change, () => engine.getNetwork(name).remove())
  let refusal: unknown
  let attempts = 0
  for (const subnet of await candidates(engine, pool)) {
    // Something may hold an address that neither the engine nor the routes know of, such as a VPN that is down.
    if ((attempts += 1) > 16) break
    try {
      await call('make a network', deadlines.change, () =>
        engine.createNetwork({
          Name: name,
          Driver: 'bridge',
          CheckDuplicate: true,
          EnableIPv6: false,
          IPAM: { Driver: 'default', Config: [{ Subnet: subnet }] },
          Options: {
            'com.docker.network.bridge.name': bridgeName(serverId),
            'com.docker.network.bridge.enable_icc': 'false',
          },
          Labels: { [labels.server]: serverId, [labels.node]: 'true' },
        }),
      )
      return name
    } catch (error) {
      if (statusOf(error) === 409) return name
      refusal = error
      if (!/overlap|conflicts with/i.test(sentenceOf(error))) break
    }
  }
  throw new PublicError(
    'network-failed',
    `Docker could not make the server’s network: ${refusal === undefined ? 'no addresses are left' : sentenceOf(refusal)}.`,
    {
      status: 502,
      hint: 'Set addressPool of the docker plugin to a free private range, such as 10.99.0.0/16.',
      cause: refusal,
    },
  )
}

async function candidates(engine: Engine, pool: string | undefined): Promise<Iterable<string>> {
  const networks = await call('list networks', deadlines.read, () => engine.listNetworks())
  const known = networks.flatMap((network) =>
    (network.IPAM?.Config ?? []).flatMap(({ Subnet }) => {
      const subnet = Subnet === undefined ? undefined : parseSubnet(Subnet)
      return subnet ? [{ subnet, ours: network.Labels?.[labels.node] !== undefined }] : []
    }),
  )
  const routes = readRoutes().map(({ device, subnet }) => ({ subnet, ours: device.startsWith(bridgePrefix) }))
  const all = [...known, ...routes]
  return freeSubnets(
    all.map(({ subnet }) => subnet),
    all.filter(({ ours }) => !ours).map(({ subnet }) => subnet),
    pool,
  )
}

function readRoutes(): ReturnType<typeof parseRoutes> {
  try {
    return parseRoutes(readFileSync('/proc/net/route', 'utf8'))
  } catch {
    // No /proc: the engine refuses what overlaps, and the next candidate is tried.
    return []
  }
}

export async function removeNetwork(engine: Engine, serverId: string): Promise<void> {
  const listed = await call('list networks', deadlines.read, () =>
    engine.listNetworks({ filters: { label: [`${labels.server}=${serverId}`] } }),
  )
  for (const { Id } of listed) {
    await found(call('remove a network', deadlines.change, () => engine.getNetwork(Id).remove()))
  }
}
