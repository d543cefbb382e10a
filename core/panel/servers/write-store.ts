// Servers as use cases change them: whole rows, locked.
import { and, eq, sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { serverMembers } from '#core/db/schema/access.ts'
import { servers } from '#core/db/schema/servers.ts'

export type ServerRecord = typeof servers.$inferSelect
export type NewServer = typeof servers.$inferInsert
export type ServerPatch = Partial<Omit<NewServer, 'id' | 'ownerId' | 'nodeId' | 'revision' | 'createdAt'>>

const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The whole row; with `lock` nobody else changes it until the transaction ends. */
export async function readServer(tx: Transaction, id: string, lock = false): Promise<ServerRecord | undefined> {
  // What is no UUID is nobody's id; PostgreSQL would call it an error.
  if (!isUuid.test(id)) return undefined
  const query = tx.select().from(servers).where(eq(servers.id, id))
  const [row] = await (lock ? query.for('update') : query)
  return row
}

/** What a command to its game needs to know: a whole row has the whole blueprint. */
export async function readCommandTarget(tx: Transaction, id: string) {
  if (!isUuid.test(id)) return undefined
  const [row] = await tx
    .select({
      id: servers.id,
      name: servers.name,
      ownerId: servers.ownerId,
      nodeId: servers.nodeId,
      suspendedAt: servers.suspendedAt,
      game: sql<string>`${servers.blueprint} ->> 'name'`,
      input: sql<string>`${servers.blueprint} #>> '{console,input}'`,
    })
    .from(servers)
    .where(eq(servers.id, id))
  return row
}

export async function insertServer(tx: Transaction, row: NewServer): Promise<ServerRecord> {
  const [stored] = await tx.insert(servers).values(row).returning()
  if (!stored) throw new Error('the new server did not come back from the database')
  return stored
}

/** A change of what should be: the revision grows with it, so that the node takes it up. */
export async function reviseServer(tx: Transaction, id: string, patch: ServerPatch): Promise<ServerRecord> {
  return await write(tx, id, { ...patch, revision: sql`${servers.revision} + 1` as never })
}

/** What the node said: nothing for it to do, so the revision stays. */
export async function noteServer(tx: Transaction, id: string, patch: ServerPatch): Promise<ServerRecord> {
  return await write(tx, id, patch)
}

/** Whoever owns it is no guest there any more. */
export async function giveServer(tx: Transaction, id: string, ownerId: string): Promise<void> {
  await tx.update(servers).set({ ownerId }).where(eq(servers.id, id))
  await tx.delete(serverMembers).where(and(eq(serverMembers.serverId, id), eq(serverMembers.userId, ownerId)))
}

export async function dropServer(tx: Transaction, id: string): Promise<void> {
  await tx.delete(servers).where(eq(servers.id, id))
}

async function write(tx: Transaction, id: string, patch: Partial<NewServer>): Promise<ServerRecord> {
  const [row] = await tx.update(servers).set(patch).where(eq(servers.id, id)).returning()
  if (!row) throw new Error(`server ${id} vanished while it was locked`)
  return row
}
