// Servers as pages and API show them: one statement for a list, whatever is filtered, searched or sorted.
import { sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import type { Exit, ObservedState, ShownState } from '#core/domain/server.ts'

/** A server without its blueprint, which is large: what pages need of that comes from face-store.ts. */
export interface ServerRow {
  readonly id: string
  readonly name: string
  readonly ownerId: string
  readonly ownerName: string | null
  readonly nodeId: string
  readonly nodeName: string | null
  readonly publicAddress: string | null
  readonly nodeSeenAt: string | null
  readonly createdAt: string
  readonly blueprintId: string
  readonly image: string
  readonly memoryBytes: number
  readonly cpuPercent: number
  readonly diskBytes: number
  readonly revision: number
  readonly installRequest: number
  readonly powerWant: DesiredServer['power']['want']
  readonly powerRequest: number
  readonly powerHow: DesiredServer['power']['how']
  readonly deletedAt: string | null
  readonly suspendedAt: string | null
  readonly suspendedReason: string | null
  readonly state: ObservedState
  readonly stateSince: string
  readonly observedAt: string
  readonly observedRequest: number
  readonly startedAt: string | null
  /** In lists without its last lines. */
  readonly exit: Exit | null
  readonly reason: string | null
  readonly notReady: boolean
  readonly restarts: number
  readonly hint: string | null
}

/** What its own page needs besides. */
export interface ServerDetail extends ServerRow {
  /** Last lines of a failed installation. */
  readonly installLog: string[] | null
}

export type ServerSort = 'name' | 'created' | 'state' | 'memory' | 'node' | 'blueprint'

/** Of the dashboard. `attention`: crashed, not ready, unreachable, not installed, or with a known problem. */
type ServerTab = 'running' | 'attention' | 'stopped'

export interface ServerQuery {
  readonly state?: ShownState | undefined
  readonly tab?: ServerTab | undefined
  /** Part of the name of a server, its blueprint or its node, of the address, or a port number. */
  readonly search?: string | undefined
  readonly sort?: ServerSort | undefined
  readonly descending?: boolean | undefined
  readonly limit: number
  readonly offset?: number | undefined
  /** Only servers behind this one in the order of ids; for lists that are read page by page. */
  readonly afterId?: string | undefined
  /** Only these: what the key that asks is for. */
  readonly among?: ReadonlySet<string> | undefined
}

// Moments as ISO 8601 in UTC, whatever the time zone of the connection is.
const iso = (column: string) => sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`)

const columns = sql`
  s.id, s.name, s.owner_id as "ownerId", coalesce(u.name, panel.app_name_of(s.owner_id)) as "ownerName", s.node_id as "nodeId", n.name as "nodeName",
  n.public_address as "publicAddress", ${iso('n.last_seen_at')} as "nodeSeenAt", ${iso('s.created_at')} as "createdAt",
  s.blueprint_id as "blueprintId", s.image, s.memory_bytes::float8 as "memoryBytes", s.cpu_percent as "cpuPercent",
  s.disk_bytes::float8 as "diskBytes", s.revision, s.install_request as "installRequest", s.power_want as "powerWant",
  s.power_request as "powerRequest", s.power_how as "powerHow", ${iso('s.deleted_at')} as "deletedAt",
  ${iso('s.suspended_at')} as "suspendedAt", s.suspended_reason as "suspendedReason", s.state,
  ${iso('s.state_since')} as "stateSince", ${iso('s.observed_at')} as "observedAt",
  s.observed_request as "observedRequest", ${iso('s.started_at')} as "startedAt", s.reason,
  s.not_ready as "notReady", s.restarts, s.hint`

const tables = sql`panel.servers s left join panel.nodes n on n.id = s.node_id left join panel.users u on u.id = s.owner_id`

const isOff = sql`(s.suspended_at is not null and s.state in ('stopped', 'crashed'))`

// "C": the same order on every machine.
const orders: Record<ServerSort, ReturnType<typeof sql>> = {
  name: sql`lower(s.name) collate "C"`,
  created: sql`s.created_at`,
  state: sql`(case when s.deleted_at is null then (case when ${isOff} then 'suspended' else s.state end) else 'deleting' end) collate "C"`,
  memory: sql`s.memory_bytes`,
  node: sql`lower(n.name) collate "C"`,
  blueprint: sql`s.blueprint_id collate "C"`,
}

/**
 * At most `limit` rows and how many match in all. `away` names the nodes that cannot be asked: their servers are
 * *unreachable*, which no column knows.
 */
export async function listServers(
  tx: Transaction,
  query: ServerQuery,
  away: readonly string[],
): Promise<{ rows: ServerRow[]; total: number }> {
  const conditions = [sql`true`]
  if (query.search) conditions.push(matches(query.search))
  if (query.state) conditions.push(shows(query.state, away))
  if (query.tab) conditions.push(behind(query.tab, away))
  if (query.among) conditions.push(sql`s.id = any(${uuids([...query.among])})`)
  if (query.afterId) conditions.push(sql`s.id > ${query.afterId}::uuid`)
  const direction = query.descending ? sql`desc` : sql`asc`
  const order = query.sort ? sql`${orders[query.sort]} ${direction}, s.id` : sql`s.id`
  const rows = await tx.execute<ServerRow & Record<string, unknown> & { total: number }>(sql`
    select ${columns}, s.exit - 'lastLines' as exit, count(*) over ()::int as total
    from ${tables} where ${sql.join(conditions, sql` and `)}
    order by ${order} limit ${query.limit} offset ${query.offset ?? 0}`)
  return { rows: [...rows], total: rows[0]?.total ?? 0 }
}

/** One server, or undefined when there is none or it is not for this person. */
export async function findServer(tx: Transaction, id: string): Promise<ServerDetail | undefined> {
  return (await findServers(tx, [id]))[0]
}

export async function findServers(tx: Transaction, ids: readonly string[]): Promise<ServerDetail[]> {
  const rows = await tx.execute<ServerDetail & Record<string, unknown>>(sql`
    select ${columns}, s.exit, s.install_log as "installLog" from ${tables} where s.id = any(${uuids(ids)})`)
  return [...rows]
}

/** How many servers stand behind each tab; nothing else is filtered. */
export async function countTabs(tx: Transaction, away: readonly string[]): Promise<Record<'all' | ServerTab, number>> {
  const [counts] = await tx.execute<Record<'all' | ServerTab, number>>(sql`
    select count(*)::int as all, count(*) filter (where ${behind('running', away)})::int as running,
      count(*) filter (where ${behind('attention', away)})::int as attention,
      count(*) filter (where ${behind('stopped', away)})::int as stopped
    from panel.servers s`)
  return counts ?? { all: 0, running: 0, attention: 0, stopped: 0 }
}

export async function nodeIds(tx: Transaction): Promise<string[]> {
  const rows = await tx.execute<{ id: string }>(sql`select id from panel.nodes`)
  return rows.map(({ id }) => id)
}

/** What is no UUID is nobody's id: it finds nothing instead of failing. */
function uuids(ids: readonly string[]) {
  return sql`${`{${ids.filter((id) => isUuid.test(id)).join(',')}}`}::uuid[]`
}
const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

function matches(search: string) {
  const like = `%${search.replace(/[\\%_]/g, '\\$&')}%`
  const port = /^\d{1,5}$/.test(search) ? Number(search) : -1
  return sql`(s.name ilike ${like} or s.blueprint_id ilike ${like} or s.blueprint ->> 'name' ilike ${like}
    or n.name ilike ${like} or n.public_address ilike ${like}
    or exists (select from panel.allocations a where a.server_id = s.id and a.port = ${port}))`
}

function shows(state: ShownState, away: readonly string[]) {
  if (state === 'deleting') return sql`s.deleted_at is not null`
  const isAway = sql`s.node_id = any(${uuids(away)})`
  if (state === 'unreachable') return sql`(s.deleted_at is null and ${isAway})`
  if (state === 'suspended') return sql`(s.deleted_at is null and not ${isAway} and ${isOff})`
  return sql`(s.deleted_at is null and not ${isAway} and s.state = ${state} and not ${isOff})`
}

function behind(tab: ServerTab, away: readonly string[]) {
  if (tab === 'stopped') return sql`(${shows('stopped', away)} or ${shows('suspended', away)})`
  if (tab !== 'attention') return shows(tab, away)
  return sql`(s.deleted_at is null and (s.node_id = any(${uuids(away)}) or s.state = 'install-failed'
    or (s.state = 'crashed' and s.suspended_at is null) or s.not_ready or s.hint is not null))`
}
