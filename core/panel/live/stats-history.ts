// What nodes measured in the last five minutes, in memory only: one ring of numbers a server.
import type { ServerStats } from '#core/protocol/messages.ts'

/** Five minutes at one reading in two seconds; a node that measures more often is thinned out. */
const samples = 150
const everyMs = 2000
/** After this a value is no longer shown as live. */
const freshMs = 15_000
const keptMs = 5 * 60_000
/** 11 kB each, so that a node cannot fill the panel's memory with invented servers. */
const mostServers = 5000

const columns = [
  'cpuPercent',
  'memoryBytes',
  'diskBytes',
  'receivedPerSecond',
  'sentPerSecond',
  'players',
  'capacity',
] as const
/** One more for the time. */
const width = columns.length + 1

export interface StatsHistory {
  add(at: string, servers: readonly ServerStats[]): void
  latest(serverId: string): (ServerStats & { readonly at: string }) | undefined
  recentCpu(serverId: string): readonly number[]
  recent(serverId: string): readonly (ServerStats & { readonly at: string })[]
  /** Frees what nobody has reported for five minutes. */
  sweep(): void
}

interface Ring {
  readonly values: Float64Array
  /** How many were ever written. */
  written: number
  latest: ServerStats
  /** By the panel's clock: the node's may be wrong. */
  heardAt: number
  keptAt: number
}

export function openStatsHistory(now: () => number): StatsHistory {
  const rings = new Map<string, Ring>()
  return {
    add: (_at, servers) => {
      const heardAt = now()
      for (const reading of servers) {
        let ring = rings.get(reading.id)
        if (!ring) {
          if (rings.size >= mostServers) continue
          ring = { values: new Float64Array(samples * width), written: 0, latest: reading, heardAt, keptAt: -Infinity }
          rings.set(reading.id, ring)
        }
        ring.latest = reading
        ring.heardAt = heardAt
        // A little early counts: timers are never exact.
        if (heardAt - ring.keptAt < everyMs - 200) continue
        ring.keptAt = heardAt
        keep(ring, reading, heardAt)
      }
    },
    latest: (serverId) => {
      const ring = rings.get(serverId)
      return ring && now() - ring.heardAt <= freshMs
        ? { ...ring.latest, at: new Date(ring.heardAt).toISOString() }
        : undefined
    },
    recentCpu: (serverId) => {
      const ring = rings.get(serverId)
      return ring ? readCpu(ring, now() - keptMs) : []
    },
    recent: (serverId) => {
      const ring = rings.get(serverId)
      return ring ? read(ring, serverId, now() - keptMs) : []
    },
    sweep: () => {
      for (const [id, ring] of rings) if (now() - ring.heardAt > keptMs) rings.delete(id)
    },
  }
}

function keep(ring: Ring, reading: ServerStats, at: number): void {
  const start = (ring.written % samples) * width
  ring.values[start] = at
  columns.forEach((column, index) => {
    ring.values[start + 1 + index] = reading[column] ?? Number.NaN
  })
  ring.written++
}

function readCpu(ring: Ring, after: number): number[] {
  const found: number[] = []
  for (let index = Math.max(0, ring.written - samples); index < ring.written; index++) {
    const start = (index % samples) * width
    if ((ring.values[start] ?? 0) >= after) found.push(ring.values[start + 1] ?? 0)
  }
  return found
}

function read(ring: Ring, id: string, after: number): (ServerStats & { at: string })[] {
  const found: (ServerStats & { at: string })[] = []
  for (let index = Math.max(0, ring.written - samples); index < ring.written; index++) {
    const start = (index % samples) * width
    const at = ring.values[start] ?? 0
    if (at < after) continue
    const [
      cpuPercent = 0,
      memoryBytes = 0,
      diskBytes = 0,
      receivedPerSecond = 0,
      sentPerSecond = 0,
      players = 0,
      capacity = 0,
    ] = ring.values.subarray(start + 1, start + width)
    found.push({
      id,
      at: new Date(at).toISOString(),
      cpuPercent,
      memoryBytes,
      diskBytes: known(diskBytes),
      receivedPerSecond,
      sentPerSecond,
      players: known(players),
      capacity: known(capacity),
    })
  }
  return found
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
