// What is promised on a node, read and written under the node's lock.
import { and, eq, ne, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Transaction } from '#core/db/database.ts'
import { allocations } from '#core/db/schema/allocations.ts'
import { nodes } from '#core/db/schema/nodes.ts'
import { servers } from '#core/db/schema/servers.ts'
import type { PortBinding } from '#core/domain/plan.ts'
import type { Resources } from '#core/domain/resources.ts'
import { capacitySchema } from '#core/protocol/messages.ts'
import type { Offer } from './claims.ts'

const knownStatus = z.object({ capacity: capacitySchema, portsTaken: z.array(z.int()).default([]) })

/**
 * Until the transaction ends nobody else promises anything on this node: two people who want the last port or the
 * last gibibyte come one after the other.
 */
export async function lockOffer(tx: Transaction, nodeId: string): Promise<Offer | undefined> {
  const [node] = await tx.select().from(nodes).where(eq(nodes.id, nodeId)).for('update')
  return node && offerOf(node)
}

function offerOf(node: typeof nodes.$inferSelect): Offer {
  const status = knownStatus.safeParse(node.status)
  return {
    name: node.name,
    portFrom: node.portFrom,
    portTo: node.portTo,
    memoryPercent: node.memoryPercent,
    diskPercent: node.diskPercent,
    machine: status.success ? status.data.capacity : undefined,
    portsTaken: status.success ? status.data.portsTaken : [],
  }
}

/** Of all servers on the node, also of those on their way out: they hold their part until the node says it is gone. */
export async function promisedOn(tx: Transaction, nodeId: string, exceptServerId?: string): Promise<Resources> {
  const [sum] = await tx
    .select({
      memoryBytes: sql<number>`coalesce(sum(${servers.memoryBytes}), 0)::float8`,
      cpuPercent: sql<number>`coalesce(sum(${servers.cpuPercent}), 0)::int`,
      diskBytes: sql<number>`coalesce(sum(${servers.diskBytes}), 0)::float8`,
    })
    .from(servers)
    .where(and(eq(servers.nodeId, nodeId), exceptServerId === undefined ? undefined : ne(servers.id, exceptServerId)))
  return sum ?? { memoryBytes: 0, cpuPercent: 0, diskBytes: 0 }
}

export async function claimedPorts(tx: Transaction, nodeId: string): Promise<Set<number>> {
  const rows = await tx.select({ port: allocations.port }).from(allocations).where(eq(allocations.nodeId, nodeId))
  return new Set(rows.map(({ port }) => port))
}

export async function claimPorts(
  tx: Transaction,
  nodeId: string,
  serverId: string,
  ports: readonly PortBinding[],
): Promise<void> {
  if (ports.length === 0) return
  await tx.insert(allocations).values(ports.map((port) => ({ ...port, nodeId, serverId })))
}

export async function portsOf(tx: Transaction, serverId: string): Promise<PortBinding[]> {
  const rows = await tx
    .select({ name: allocations.name, port: allocations.port, protocol: allocations.protocol })
    .from(allocations)
    .where(eq(allocations.serverId, serverId))
    .orderBy(allocations.port)
  return rows.map(({ name, port, protocol }) => ({ name, port, protocol: protocolOf(protocol) }))
}

function protocolOf(text: string): PortBinding['protocol'] {
  return text === 'tcp' || text === 'udp' ? text : 'both'
}

/** False for a node whose machine has never been there. */
export async function nodeEnrolled(tx: Transaction, nodeId: string): Promise<boolean> {
  const [node] = await tx
    .select({ enrolledAt: nodes.enrolledAt, lastSeenAt: nodes.lastSeenAt })
    .from(nodes)
    .where(eq(nodes.id, nodeId))
  return node !== undefined && (node.enrolledAt !== null || node.lastSeenAt !== null)
}

/** Where there is one node, nobody has to choose. */
export async function onlyNode(tx: Transaction): Promise<string | undefined> {
  const [first, second] = await tx.select({ id: nodes.id }).from(nodes).limit(2)
  return second ? undefined : first?.id
}
