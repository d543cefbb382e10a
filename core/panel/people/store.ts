// People of a server in the database: members and invitations. Read and written as the system, after the use case has
// asked who may; the secret of an invitation is kept as its hash.
import { createHash } from 'node:crypto'
import { and, asc, count, desc, eq, gt, isNull, sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { invitations, serverMembers } from '#core/db/schema/access.ts'
import { users } from '#core/db/schema/accounts.ts'
import { servers } from '#core/db/schema/servers.ts'
import type { ServerSubject } from '#core/permissions/can.ts'

export interface MemberRow {
  readonly userId: string
  readonly name: string
  readonly permissions: readonly string[]
  readonly suspendedAt: string | null
  readonly lastSeenAt: string | null
  readonly createdAt: string
}

export interface InvitationRow {
  readonly id: string
  readonly email: string
  readonly permissions: readonly string[]
  readonly invitedBy: string | null
  readonly inviterName: string | null
  readonly createdAt: string
  readonly expiresAt: string
}

export async function listMembers(tx: Transaction, serverId: string): Promise<MemberRow[]> {
  return await tx
    .select({
      userId: users.id,
      name: users.name,
      permissions: serverMembers.permissions,
      suspendedAt: users.suspendedAt,
      lastSeenAt: users.lastSeenAt,
      createdAt: serverMembers.createdAt,
    })
    .from(serverMembers)
    .innerJoin(users, eq(users.id, serverMembers.userId))
    .where(eq(serverMembers.serverId, serverId))
    .orderBy(asc(users.name), asc(users.id))
}

/** Locked: two people who change the same one come one after the other. */
export async function lockMember(
  tx: Transaction,
  serverId: string,
  userId: string,
): Promise<{ readonly name: string; readonly permissions: readonly string[] } | undefined> {
  const which = and(eq(serverMembers.serverId, serverId), eq(serverMembers.userId, userId))
  const [row] = await tx
    .select({ permissions: serverMembers.permissions })
    .from(serverMembers)
    .where(which)
    .for('update')
  return row && { ...row, name: (await namesOf(tx, [userId])).get(userId) ?? '' }
}

export async function countMembers(tx: Transaction, serverId: string): Promise<number> {
  const [row] = await tx.select({ n: count() }).from(serverMembers).where(eq(serverMembers.serverId, serverId))
  return row?.n ?? 0
}

export async function writeMember(
  tx: Transaction,
  values: { serverId: string; userId: string; permissions: string[]; invitedBy?: string | null },
): Promise<void> {
  await tx
    .insert(serverMembers)
    .values(values)
    .onConflictDoUpdate({
      target: [serverMembers.serverId, serverMembers.userId],
      set: { permissions: values.permissions },
    })
}

export async function dropMember(tx: Transaction, serverId: string, userId: string): Promise<void> {
  await tx.delete(serverMembers).where(and(eq(serverMembers.serverId, serverId), eq(serverMembers.userId, userId)))
}

const columns = {
  id: invitations.id,
  email: invitations.email,
  permissions: invitations.permissions,
  invitedBy: invitations.invitedBy,
  inviterName: users.name,
  createdAt: invitations.createdAt,
  expiresAt: invitations.expiresAt,
}
const open = and(isNull(invitations.acceptedAt), isNull(invitations.declinedAt))

/** Those that wait for an answer; expired ones too, so that they can be sent again. */
export async function listInvitations(tx: Transaction, serverId: string): Promise<InvitationRow[]> {
  return await tx
    .select(columns)
    .from(invitations)
    .leftJoin(users, eq(users.id, invitations.invitedBy))
    .where(and(eq(invitations.serverId, serverId), open))
    .orderBy(desc(invitations.createdAt), asc(invitations.id))
}

export async function lockInvitation(
  tx: Transaction,
  serverId: string,
  id: string,
): Promise<InvitationRow | undefined> {
  const which = and(eq(invitations.id, id), eq(invitations.serverId, serverId), open)
  await tx.select({ id: invitations.id }).from(invitations).where(which).for('update')
  const [row] = await tx
    .select(columns)
    .from(invitations)
    .leftJoin(users, eq(users.id, invitations.invitedBy))
    .where(which)
  return row
}

export async function insertInvitation(tx: Transaction, row: typeof invitations.$inferInsert): Promise<void> {
  await tx.insert(invitations).values(row)
}

/** An earlier one to the same address is replaced: its link is void. */
export async function dropInvitationsTo(tx: Transaction, serverId: string, email: string): Promise<void> {
  await tx
    .delete(invitations)
    .where(and(eq(invitations.serverId, serverId), sql`lower(${invitations.email}) = lower(${email})`, open))
}

export async function dropInvitation(tx: Transaction, id: string): Promise<void> {
  await tx.delete(invitations).where(eq(invitations.id, id))
}

export async function renewInvitation(
  tx: Transaction,
  id: string,
  values: { tokenHash: string; expiresAt: string; invitedBy: string },
): Promise<void> {
  await tx.update(invitations).set(values).where(eq(invitations.id, id))
}

export interface OpenInvitation extends InvitationRow {
  readonly server: ServerSubject & { readonly name: string }
}

/** By the secret of its link, while it can be answered. Locked when it is about to be. */
export async function findInvitation(
  tx: Transaction,
  token: string,
  now: string,
  lock = false,
): Promise<OpenInvitation | undefined> {
  const byLink = and(eq(invitations.tokenHash, hashToken(token)), open, gt(invitations.expiresAt, now))
  if (lock) await tx.select({ id: invitations.id }).from(invitations).where(byLink).for('update')
  const [row] = await tx
    .select({
      ...columns,
      server: {
        id: servers.id,
        name: servers.name,
        ownerId: servers.ownerId,
        nodeId: servers.nodeId,
        suspendedAt: servers.suspendedAt,
      },
    })
    .from(invitations)
    .innerJoin(servers, eq(servers.id, invitations.serverId))
    .leftJoin(users, eq(users.id, invitations.invitedBy))
    .where(and(byLink, isNull(servers.deletedAt)))
  return row
}

export async function answerInvitation(
  tx: Transaction,
  id: string,
  answer: { acceptedAt: string } | { declinedAt: string },
): Promise<void> {
  await tx.update(invitations).set(answer).where(eq(invitations.id, id))
}

/** 256 random bits: there is nothing to guess, a plain hash is enough. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Names of accounts, for lists where row-level security hides the rest of them. */
export async function namesOf(tx: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx.execute<{ id: string; name: string }>(
    sql`select id, name from panel.users where id = any(${`{${ids.join(',')}}`}::uuid[])`,
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}
