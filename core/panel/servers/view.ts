// From what the database, the hub and the live values know of a server to what a page shows.
import { offeredPower, type ShownState } from '#core/domain/server.ts'
import type { Hub, Live } from '#core/panel/context.ts'
import type { ServerSubject } from '#core/permissions/can.ts'
import type { Permission } from '#core/permissions/catalogue.ts'
import type { InstallView, ServerView, StatsView } from '#views/models.ts'
import type { ServerFace } from './face-store.ts'
import type { ServerDetail, ServerRow } from './store.ts'

/** What decides who may do what to it. */
export function subjectOf({ id, owner, node, suspended }: Pick<ServerView, 'id' | 'owner' | 'node' | 'suspended'>) {
  return { id, ownerId: owner.id, nodeId: node.id, suspendedAt: suspended?.since ?? null } satisfies ServerSubject
}

export interface Observers {
  readonly hub: Pick<Hub, 'connected'>
  readonly live: Pick<Live, 'latestStats' | 'recentCpu' | 'latestProgress'>
}

/** Bars of the sparkline in a row. */
const sparklinePoints = 60

const hasProcess: ReadonlySet<ShownState> = new Set(['starting', 'running', 'stopping'])

/** `may`: what whoever looks may do to it. */
export function viewServer(
  row: ServerRow,
  face: ServerFace,
  { hub, live }: Observers,
  may: ReadonlySet<Permission>,
): ServerView {
  const connected = hub.connected(row.nodeId)
  const state = shownState(row, connected)
  const hint = row.hint === null ? undefined : face.hints.find(({ id }) => id === row.hint)
  const host = row.publicAddress ?? ''
  return {
    id: row.id,
    name: row.name,
    blueprint: { id: row.blueprintId, name: face.blueprintName, plate: face.plate },
    node: { id: row.nodeId, name: row.nodeName ?? '', connected },
    owner: { id: row.ownerId, name: row.ownerName ?? '' },
    state,
    lastState: row.state,
    suspended: row.suspendedAt === null ? undefined : { since: row.suspendedAt, reason: row.suspendedReason ?? '' },
    since: sinceOf(row, state),
    startedAt: row.startedAt ?? undefined,
    address: `${host.includes(':') ? `[${host}]` : host}:${face.ports[0]?.port ?? ''}`,
    ports: face.ports,
    limits: { memoryBytes: row.memoryBytes, cpuPercent: row.cpuPercent, diskBytes: row.diskBytes },
    // The last reading stays in memory for a while; of a server that does not run any more it says nothing.
    stats: connected && hasProcess.has(row.state) ? statsOf(row.id, live) : undefined,
    cpuHistory: sparkline(live.recentCpu(row.id)),
    exit: row.exit ? { ...row.exit, lastLines: row.exit.lastLines ?? [] } : undefined,
    reason: row.reason ?? undefined,
    notReady: row.notReady,
    restarts: row.restarts,
    hint: hint && { id: hint.id, title: hint.title, advice: hint.advice, fix: hint.fix },
    pending: isPending(row),
    pendingAction: isPending(row) ? row.powerHow : undefined,
    consoleInput: face.consoleInput,
    // While the node is away: as last known. What is asked then waits for the node.
    offered: offeredPower(state === 'unreachable' ? row.state : state).filter((action) => may.has(`server.${action}`)),
    may,
  }
}

/** A server whose node cannot be asked is not *stopped* and not *running*: nobody knows. */
export function shownState(
  row: Pick<ServerRow, 'deletedAt' | 'suspendedAt' | 'state'>,
  connected: boolean,
): ShownState {
  if (row.deletedAt !== null) return 'deleting'
  if (!connected) return 'unreachable'
  return row.suspendedAt !== null && (row.state === 'stopped' || row.state === 'crashed') ? 'suspended' : row.state
}

/** Undefined once it is installed. */
export function viewInstall(row: ServerDetail, live: Observers['live']): InstallView | undefined {
  if (row.state !== 'installing' && row.state !== 'install-failed') return undefined
  const progress = live.latestProgress(row.id)
  const current = progress?.request === row.installRequest ? progress : undefined
  return {
    steps: current?.steps ?? [],
    layers: current?.layers ?? [],
    log: row.state === 'install-failed' ? (row.installLog ?? []) : [],
  }
}

function statsOf(serverId: string, live: Pick<Live, 'latestStats'>): StatsView | undefined {
  const latest = live.latestStats(serverId)
  if (!latest) return undefined
  const { id: _, ...values } = latest
  return values
}

/** Up to five minutes, oldest first. */
export function statsHistory(serverId: string, live: Pick<Live, 'recentStats'>): StatsView[] {
  return live.recentStats(serverId).map((reading) => {
    const { id: _, ...values } = reading
    return values
  })
}

function sinceOf(row: ServerRow, state: ShownState): string {
  if (state === 'deleting') return row.deletedAt ?? row.stateSince
  if (state === 'suspended') return row.suspendedAt ?? row.stateSince
  return state === 'unreachable' ? (row.nodeSeenAt ?? row.observedAt) : row.stateSince
}

/** A command of a person that the node has not taken up yet. One given with the installation waits for its good end. */
function isPending(row: ServerRow): boolean {
  return row.powerRequest > row.observedRequest && !isInstalling(row) && row.deletedAt === null
}

function isInstalling({ state }: ServerRow): boolean {
  return state === 'installing' || state === 'install-failed'
}

function sparkline(values: readonly number[]): number[] {
  if (values.length <= sparklinePoints) return values.map((value) => Math.round(value))
  const step = values.length / sparklinePoints
  return Array.from({ length: sparklinePoints }, (_, index) => {
    const part = values.slice(Math.floor(index * step), Math.floor((index + 1) * step))
    return Math.round(part.reduce((sum, value) => sum + value, 0) / part.length)
  })
}
