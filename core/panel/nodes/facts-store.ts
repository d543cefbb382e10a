// Which facts of a node are applied, and when it was heard last.
import { and, eq, gt } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { allocations } from '#core/db/schema/allocations.ts'
import { nodes } from '#core/db/schema/nodes.ts'
import { servers } from '#core/db/schema/servers.ts'
import type { PortBinding } from '#core/domain/plan.ts'
import type { NodeStatus } from '#core/protocol/messages.ts'

export type NodeRecord = typeof nodes.$inferSelect

/** The node's row, locked: facts of one node are applied one after the other. */
export async function lockNode(tx: Transaction, nodeId: string): Promise<NodeRecord | undefined> {
  const [node] = await tx.select().from(nodes).where(eq(nodes.id, nodeId)).for('update')
  return node
}

export async function noteFact(
  tx: Transaction,
  nodeId: string,
  outboxId: string,
  factSeq: number,
  seenAt: string,
): Promise<void> {
  await tx.update(nodes).set({ outboxId, factSeq, lastSeenAt: seenAt }).where(eq(nodes.id, nodeId))
}

export async function noteSeen(tx: Transaction, nodeId: string, seenAt: string, status?: NodeStatus): Promise<void> {
  await tx
    .update(nodes)
    .set({ lastSeenAt: seenAt, ...(status ? { status } : {}) })
    .where(eq(nodes.id, nodeId))
}

/** A run of the node's servers in the order of their ids, with their ports. */
export async function serversOfNode(tx: Transaction, nodeId: string, afterId: string, limit: number) {
  const rows = await tx
    .select()
    .from(servers)
    .where(and(eq(servers.nodeId, nodeId), gt(servers.id, afterId)))
    .orderBy(servers.id)
    .limit(limit)
  const claimed = await tx.select().from(allocations).where(eq(allocations.nodeId, nodeId)).orderBy(allocations.port)
  return rows.map((row) => ({
    row,
    ports: claimed
      .filter(({ serverId }) => serverId === row.id)
      .map(
        ({ name, port, protocol }): PortBinding => ({
          name,
          port,
          protocol: protocol === 'tcp' || protocol === 'udp' ? protocol : 'both',
        }),
      ),
  }))
}

export async function serverIdsOfNode(tx: Transaction, nodeId: string): Promise<string[]> {
  const rows = await tx.select({ id: servers.id }).from(servers).where(eq(servers.nodeId, nodeId))
  return rows.map(({ id }) => id)
}
