// What running servers use, once a second in one message; how much disk and how many players, now and then.
import type { Log } from '#core/base/log.ts'
import type { Report } from '#core/node/context.ts'
import { openBeneath } from '#core/node/files/beneath.ts'
import type { InstanceStats } from '#core/plugins/contributions.ts'
import type { NodeRegistry } from '#core/plugins/registry.ts'
import type { ServerStats } from '#core/protocol/messages.ts'
import type { Server } from './server-contract.ts'

export interface StatsOptions {
  readonly servers: () => Iterable<Server>
  readonly registry: NodeRegistry
  readonly report: Report
  readonly log: Log
}

const tickMs = 1000
const diskEveryMs = 60_000
/** A walk over this many files takes a few seconds of one thread; more is an estimate from below. */
const mostFiles = 500_000
const diskDeadlineMs = 30_000
const playersEveryMs = 15_000
const playersDeadlineMs = 3000

interface Known {
  before?: { readonly stats: InstanceStats; readonly at: number }
  diskBytes: number | null
  diskAt: number
  players: number | null
  capacity: number | null
  playersAt: number
}

export function measureServers(options: StatsOptions): AsyncDisposable {
  const { servers, registry, report, log } = options
  const known = new Map<string, Known>()
  const stopping = new AbortController()
  let ticking: Promise<void> | undefined
  let walking: Promise<void> | undefined

  const timer = setInterval(() => {
    // A slow engine makes ticks rare; they never pile up.
    ticking ??= tick()
      .catch((error: unknown) => log.warn('servers could not be measured', { error }))
      .finally(() => {
        ticking = undefined
      })
  }, tickMs)

  async function tick(): Promise<void> {
    const now = performance.now()
    const all = [...servers()]
    for (const id of known.keys()) if (!all.some((server) => server.id === id)) known.delete(id)
    const running = await Promise.all(all.filter((server) => server.run).map((server) => read(server, now)))
    const stats = running.flatMap((each) => each ?? [])
    if (stats.length > 0) report.stats(new Date().toISOString(), stats)
    walking ??= walkNext(all, now).finally(() => {
      walking = undefined
    })
  }

  function knownOf(id: string): Known {
    const present = known.get(id)
    if (present) return present
    const fresh: Known = { diskBytes: null, diskAt: -Infinity, players: null, capacity: null, playersAt: -Infinity }
    known.set(id, fresh)
    return fresh
  }

  async function read(server: Server, now: number): Promise<ServerStats | undefined> {
    const about = knownOf(server.id)
    const usage = await server.run?.instance
      .stats(AbortSignal.any([stopping.signal, AbortSignal.timeout(5000)]))
      .catch((error: unknown) => {
        log.debug('a server could not be measured', { server: server.id, error })
        return undefined
      })
    if (!usage) {
      delete about.before
      about.players = null
      about.capacity = null
      return undefined
    }
    const { before } = about
    const seconds = before ? Math.max(0.001, (now - before.at) / 1000) : 1
    const rate = (total: number, earlier: number | undefined) =>
      earlier === undefined || total < earlier ? 0 : Math.round((total - earlier) / seconds)
    about.before = { stats: usage, at: now }
    if (now - about.playersAt >= playersEveryMs) void askPlayers(server, about, now)
    return {
      id: server.id,
      cpuPercent: Math.round(usage.cpuPercent * 10) / 10,
      memoryBytes: usage.memoryBytes,
      diskBytes: about.diskBytes,
      receivedPerSecond: rate(usage.receivedBytes, before?.stats.receivedBytes),
      sentPerSecond: rate(usage.sentBytes, before?.stats.sentBytes),
      players: about.players,
      capacity: about.capacity,
    }
  }

  /** One server at a time, the one whose figure is oldest. */
  async function walkNext(all: readonly Server[], now: number): Promise<void> {
    const due = all
      .map((server) => ({ server, about: knownOf(server.id) }))
      .filter(({ about }) => now - about.diskAt >= diskEveryMs)
      .sort((a, b) => a.about.diskAt - b.about.diskAt)[0]
    if (!due) return
    due.about.diskAt = now
    try {
      await using files = await openBeneath(due.server.dataDirectory)
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(diskDeadlineMs)])
      due.about.diskBytes = (await files.size(mostFiles, signal)).bytes
    } catch (error) {
      log.debug('a server’s files could not be measured', { server: due.server.id, error })
    }
  }

  async function askPlayers(server: Server, about: Known, now: number): Promise<void> {
    const { adapter, ports } = server.desired.run
    const game = adapter === undefined ? undefined : registry.game(adapter)
    const port = ports.find(({ name }) => name === 'query') ?? ports.find(({ name }) => name === 'game') ?? ports[0]
    if (!game || !port || server.state.state !== 'running') return
    about.playersAt = now
    try {
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(playersDeadlineMs)])
      const answer = await game.query({ host: '127.0.0.1', port: port.port }, signal)
      about.players = answer.players
      about.capacity = answer.capacity
    } catch (error) {
      about.players = null
      log.debug('a game does not answer its query', { server: server.id, error })
    }
  }

  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      stopping.abort()
      await Promise.all([ticking, walking])
    },
  }
}
