// Nodes in the database, and what servers were promised on them.
import { and, asc, count, eq, inArray, isNull, max, ne, sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { allocations } from '#core/db/schema/allocations.ts'
import { nodeCertificates, nodes } from '#core/db/schema/nodes.ts'
import { servers } from '#core/db/schema/servers.ts'

type NodeRow = typeof nodes.$inferSelect

export interface NodeUse {
  readonly serverCount: number
  readonly memoryBytes: number
  readonly cpuPercent: number
  readonly diskBytes: number
  readonly ports: readonly number[]
}

export async function listNodes(tx: Transaction): Promise<NodeRow[]> {
  return await tx.select().from(nodes).orderBy(asc(nodes.name), asc(nodes.id))
}

/** For lists by page: those whose name comes after. */
export async function listNodesAfter(
  tx: Transaction,
  name: string | undefined,
  limit: number,
  among: 'all' | ReadonlySet<string>,
): Promise<NodeRow[]> {
  return await tx
    .select()
    .from(nodes)
    .where(
      and(
        name === undefined ? undefined : sql`${nodes.name} > ${name}`,
        among === 'all' ? undefined : inArray(nodes.id, [...among]),
      ),
    )
    .orderBy(asc(nodes.name))
    .limit(limit)
}

export async function readNode(tx: Transaction, id: string, lock = false): Promise<NodeRow | undefined> {
  const query = tx.select().from(nodes).where(eq(nodes.id, id))
  const [row] = lock ? await query.for('update') : await query
  return row
}

export async function readLocalNode(tx: Transaction): Promise<NodeRow | undefined> {
  const [row] = await tx.select().from(nodes).where(eq(nodes.isLocal, true)).orderBy(asc(nodes.createdAt)).limit(1)
  return row
}

export async function insertNode(tx: Transaction, row: typeof nodes.$inferInsert): Promise<void> {
  await tx.insert(nodes).values(row)
}

export async function updateNode(
  tx: Transaction,
  id: string,
  values: Partial<typeof nodes.$inferInsert>,
): Promise<NodeRow> {
  const [row] = await tx.update(nodes).set(values).where(eq(nodes.id, id)).returning()
  if (!row) throw new Error(`node ${id} went while it was locked`)
  return row
}

export async function nameTaken(tx: Transaction, name: string, exceptId?: string): Promise<boolean> {
  const [row] = await tx
    .select({ id: nodes.id })
    .from(nodes)
    .where(and(eq(nodes.name, name), exceptId === undefined ? undefined : ne(nodes.id, exceptId)))
  return row !== undefined
}

/** Two statements for all nodes of a page, whatever their number. Nodes without servers are there too. */
export async function nodeUse(tx: Transaction, nodeIds: readonly string[]): Promise<Map<string, NodeUse>> {
  if (nodeIds.length === 0) return new Map()
  const ids = [...nodeIds]
  const sums = await tx
    .select({
      nodeId: servers.nodeId,
      serverCount: count(),
      memoryBytes: sql<number>`sum(${servers.memoryBytes})::float8`,
      cpuPercent: sql<number>`sum(${servers.cpuPercent})::int`,
      diskBytes: sql<number>`sum(${servers.diskBytes})::float8`,
    })
    .from(servers)
    .where(inArray(servers.nodeId, ids))
    .groupBy(servers.nodeId)
  const ports = await tx
    .select({ nodeId: allocations.nodeId, port: allocations.port })
    .from(allocations)
    .where(inArray(allocations.nodeId, ids))
  return new Map(
    ids.map((id) => {
      const sum = sums.find(({ nodeId }) => nodeId === id)
      return [
        id,
        {
          serverCount: sum?.serverCount ?? 0,
          memoryBytes: sum?.memoryBytes ?? 0,
          cpuPercent: sum?.cpuPercent ?? 0,
          diskBytes: sum?.diskBytes ?? 0,
          ports: ports.filter(({ nodeId }) => nodeId === id).map(({ port }) => port),
        },
      ]
    }),
  )
}

/** ISO time by node: the end of its longest valid certificate. The system's alone to read. */
export async function certificateEnds(tx: Transaction, nodeIds: readonly string[]): Promise<Map<string, string>> {
  if (nodeIds.length === 0) return new Map()
  const rows = await tx
    .select({ nodeId: nodeCertificates.nodeId, until: max(nodeCertificates.notAfter) })
    .from(nodeCertificates)
    .where(and(inArray(nodeCertificates.nodeId, [...nodeIds]), isNull(nodeCertificates.revokedAt)))
    .groupBy(nodeCertificates.nodeId)
  return new Map(rows.flatMap(({ nodeId, until }) => (until === null ? [] : [[nodeId, until] as const])))
}
