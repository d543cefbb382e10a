// From what the database and the hub know of a node to what pages and the API show.
import type { Transaction } from '#core/db/database.ts'
import type { Actor, Hub, PanelContext } from '#core/panel/context.ts'
import { type Asked, can, demand } from '#core/permissions/can.ts'
import { type NodeStatus, nodeStatusSchema } from '#core/protocol/messages.ts'
import type { NodeView } from '#views/models.ts'
import { loginsOf, type NodeRow, nodeNotFound } from './settings.ts'
import { certificateEnds, listNodes, type NodeUse, nodeUse, readLocalNode, readNode } from './store.ts'

/** Clocks that differ by less are fine; a status is up to this old when it is looked at. */
const noticedSkewSeconds = 30
const dayMs = 24 * 60 * 60 * 1000

export async function viewNodes(
  context: PanelContext,
  actor: Actor,
  permission: Asked = 'node.view',
): Promise<NodeView[]> {
  return await viewRows(context, actor, listNodes, permission)
}

export async function viewOneNode(context: PanelContext, actor: Actor, nodeId: string): Promise<NodeView> {
  // Whoever changes it is shown what they change.
  const [node] = await viewRows(context, actor, async (tx) => asList(await readNode(tx, nodeId)), [
    'node.view',
    'node.settings',
  ])
  if (!node) throw nodeNotFound()
  return node
}

/** The machine the panel runs on; undefined where no node was made for it. */
export async function viewLocalNode(
  context: PanelContext,
  actor: Actor,
  permission: Asked = 'node.view',
): Promise<NodeView | undefined> {
  const [node] = await viewRows(context, actor, async (tx) => asList(await readLocalNode(tx)), permission)
  return node
}

/** Those of the rows where this person holds the permission: who creates servers sees what there is to fill. */
export async function viewRows(
  context: PanelContext,
  actor: Actor,
  read: (tx: Transaction) => Promise<readonly NodeRow[]>,
  permission: Asked = 'node.view',
): Promise<NodeView[]> {
  demand(actor, permission)
  const { database } = context
  const found = await database.withTenant(actor.userId, read)
  const rows = found.filter(({ id }) => can(actor, permission, { nodeId: id }))
  const ids = rows.map(({ id }) => id)
  // Promises count whoever owns the server.
  const { use, ends } = await database.withSystem(async (tx) => ({
    use: await nodeUse(tx, ids),
    ends: await certificateEnds(tx, ids),
  }))
  return rows.map((row) => viewNode(context, row, use.get(row.id), ends.get(row.id)))
}

/** For what draws pages by itself; who may look is decided before it draws. */
export async function drawnNode(
  context: Pick<PanelContext, 'database' | 'hub' | 'secrets' | 'now'>,
  nodeId: string,
): Promise<NodeView | undefined> {
  return await context.database.withSystem(async (tx) => {
    const row = await readNode(tx, nodeId)
    if (!row) return undefined
    const [use, ends] = [await nodeUse(tx, [nodeId]), await certificateEnds(tx, [nodeId])]
    return viewNode(context, row, use.get(nodeId), ends.get(nodeId))
  })
}

const asList = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value])

function viewNode(
  { hub, secrets, now }: Pick<PanelContext, 'hub' | 'secrets' | 'now'>,
  row: NodeRow,
  use: NodeUse | undefined,
  certificateEnd: string | undefined,
): NodeView {
  const status = statusOf(row, hub)
  const connected = hub.connected(row.id)
  const bar = (total: number, percent: number, used: number, promised: number) => ({
    total,
    offered: Math.floor((total * percent) / 100),
    used,
    promised,
  })
  const capacity = status?.capacity
  return {
    id: row.id,
    name: row.name,
    isLocal: row.isLocal,
    connected,
    enrolled: row.enrolledAt !== null,
    publicAddress: row.publicAddress,
    portFrom: row.portFrom,
    portTo: row.portTo,
    memoryPercent: row.memoryPercent,
    diskPercent: row.diskPercent,
    mirrors: row.mirrors,
    logins: loginsOf(row, secrets).map(({ registry, username }) => ({ registry, username })),
    lastSeenAt: row.lastSeenAt ?? undefined,
    hostname: status?.hostname,
    operatingSystem: status?.operatingSystem,
    architecture: status?.architecture,
    version: status?.version,
    refused: connected ? undefined : hub.refusal(row.id),
    clockSkewSeconds: connected && status ? skew(status, now()) : undefined,
    driver: status && {
      healthy: status.driver.healthy,
      detail: status.driver.detail,
      fix: status.driver.fix,
      engine: status.driver.engine,
      facts: status.driver.facts ?? {},
      warnings: status.driver.warnings ?? [],
    },
    serverCount: use?.serverCount ?? 0,
    memory: bar(capacity?.memoryBytes ?? 0, row.memoryPercent, status?.usage.memoryBytes ?? 0, use?.memoryBytes ?? 0),
    // CPU may be promised more than once: games rarely want it at the same time.
    cpu: bar((capacity?.cores ?? 0) * 100, 100, status?.usage.cpuPercent ?? 0, use?.cpuPercent ?? 0),
    disk: bar(
      capacity?.diskBytes ?? 0,
      row.diskPercent,
      capacity ? capacity.diskBytes - capacity.diskFreeBytes : 0,
      use?.diskBytes ?? 0,
    ),
    freePorts: freePorts(row, status, use),
    certificateDays:
      certificateEnd === undefined ? undefined : Math.floor((Date.parse(certificateEnd) - now()) / dayMs),
  }
}

/** What it says now, else what it said last; the database's copy is as old as `lastSeenAt`. */
function statusOf(row: NodeRow, hub: Hub): NodeStatus | undefined {
  const live = hub.status(row.id)
  // “Check now” stores what it was answered, which is newer than the last tick.
  if (live && !(Date.parse(String(row.status?.['at'])) > Date.parse(live.at))) return live
  const stored = nodeStatusSchema.safeParse(row.status)
  return stored.success ? stored.data : live
}

function skew(status: NodeStatus, now: number): number {
  const seconds = Math.round((Date.parse(status.at) - now) / 1000)
  return Math.abs(seconds) < noticedSkewSeconds ? 0 : seconds
}

function freePorts(row: NodeRow, status: NodeStatus | undefined, use: NodeUse | undefined): number {
  const used = new Set([...(use?.ports ?? []), ...(status?.portsTaken ?? [])])
  let taken = 0
  for (const port of used) if (port >= row.portFrom && port <= row.portTo) taken += 1
  return row.portTo - row.portFrom + 1 - taken
}
