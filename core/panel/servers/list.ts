// The servers a person may see, as pages and API show them.
import type { Transaction } from '#core/db/database.ts'
import type { Actor, Hub, PanelContext } from '#core/panel/context.ts'
import { can, demand } from '#core/permissions/can.ts'
import { mayOn } from '#core/permissions/may.ts'
import type { ServerView } from '#views/models.ts'
import { serverNotFound } from './change.ts'
import { facesOf } from './face-store.ts'
import { findServer, listServers, nodeIds, type ServerQuery, type ServerRow, type ServerSort } from './store.ts'
import { statsHistory, subjectOf, viewServer } from './view.ts'

/** Sorted by what is measured, which no column knows. */
type LiveSort = 'cpu' | 'players' | 'usedMemory'

export interface ListInput extends Omit<ServerQuery, 'sort'> {
  readonly sort?: ServerSort | LiveSort | undefined
}

/** So many are sorted by measured values; beyond it the first by name are. */
const mostSortedLive = 2000

export async function list(
  context: PanelContext,
  actor: Actor,
  input: ListInput,
): Promise<{ servers: ServerView[]; total: number }> {
  return await context.database.withTenant(actor.userId, (tx) => listWithin(tx, context, actor, input))
}

/** The same within a transaction of that person. */
export async function listWithin(
  tx: Transaction,
  context: PanelContext,
  actor: Actor,
  input: ListInput,
): Promise<{ servers: ServerView[]; total: number }> {
  // The database shows what the person sees; a key may be for less.
  const among = actor.rights.scope?.serverIds
  const { rows, total } = await readRows(tx, context, { ...input, ...(among && { among }) })
  const faces = await facesOf(context).of(tx, rows)
  const servers = rows.flatMap((row) => {
    const face = faces.get(row.id)
    return face ? [viewServer(row, face, context, mayOn(actor, row))] : []
  })
  return { servers, total }
}

/** What was measured of one server: the latest values, and up to five minutes. */
export async function readStats(context: PanelContext, actor: Actor, serverId: string) {
  const server = await show(context, actor, serverId)
  demand(actor, 'server.metrics', subjectOf(server))
  const { id, stats } = server
  return { latest: stats ?? null, recent: statsHistory(id, context.live) }
}

/** One server as its pages show it; throws `server-not-found`. */
export async function show(context: PanelContext, actor: Actor, serverId: string): Promise<ServerView> {
  return await context.database.withTenant(actor.userId, async (tx) => {
    const row = await findServer(tx, serverId)
    const face = row && (await facesOf(context).of(tx, [row])).get(row.id)
    if (!row || !face || !can(actor, 'server.view', row)) throw serverNotFound()
    return viewServer(row, face, context, mayOn(actor, row))
  })
}

async function readRows(
  tx: Transaction,
  context: PanelContext,
  input: ListInput,
): Promise<{ rows: ServerRow[]; total: number }> {
  // Only a filter by state has to know which nodes are away; the other lists stay at one statement.
  const away = input.state === undefined && input.tab === undefined ? [] : await awayNodes(tx, context.hub)
  const { sort, ...query } = input
  if (sort !== 'cpu' && sort !== 'players' && sort !== 'usedMemory')
    return await listServers(tx, { ...query, sort }, away)
  const { rows, total } = await listServers(
    tx,
    { ...query, sort: 'name', descending: false, limit: mostSortedLive, offset: 0 },
    away,
  )
  const value = measure(context, sort)
  const factor = input.descending === true ? 1 : -1
  const sorted = rows
    .map((row) => ({ row, value: value(row.id) }))
    .sort((a, b) => factor * (a.value - b.value))
    .map(({ row }) => row)
  const offset = input.offset ?? 0
  return { rows: sorted.slice(offset, offset + input.limit), total }
}

/** The busiest first; what is not measured comes last. */
function measure({ live }: PanelContext, sort: LiveSort): (serverId: string) => number {
  return (serverId) => {
    const stats = live.latestStats(serverId)
    if (!stats) return -1
    return sort === 'cpu' ? stats.cpuPercent : sort === 'players' ? (stats.players ?? -0.5) : stats.memoryBytes
  }
}

export async function awayNodes(tx: Transaction, hub: Pick<Hub, 'connected'>): Promise<string[]> {
  return (await nodeIds(tx)).filter((id) => !hub.connected(id))
}
