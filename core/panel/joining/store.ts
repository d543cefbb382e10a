// Invitations to the panel in the table of invitations: those of administrators, and the ones people send themselves by
// registering (`invited_by` null). Those to servers (`server_id` set) are not this file's.
import { and, count, desc, eq, gt, isNull, lt, or, sql } from 'drizzle-orm'
import { hashLinkSecret } from '#core/auth/link-secret.ts'
import type { Transaction } from '#core/db/database.ts'
import { invitations, roles, userRoles } from '#core/db/schema/access.ts'
import { users } from '#core/db/schema/accounts.ts'
import type { InvitationView } from '#views/pages/users/invitations.tsx'

export type InvitationRow = typeof invitations.$inferSelect

const toPanel = isNull(invitations.serverId)
const undecided = and(isNull(invitations.acceptedAt), isNull(invitations.declinedAt))
const sameEmail = (email: string) => eq(sql`lower(${invitations.email})`, email.toLowerCase())

export async function insertInvitation(tx: Transaction, values: typeof invitations.$inferInsert): Promise<void> {
  await tx.insert(invitations).values(values)
}

/** Open and not ended. `lock`: two who accept at the same time come one after the other. */
export async function findInvitation(
  tx: Transaction,
  secret: string,
  now: string,
  lock = false,
): Promise<InvitationRow | undefined> {
  const query = tx
    .select()
    .from(invitations)
    .where(and(eq(invitations.tokenHash, hashLinkSecret(secret)), toPanel, undecided, gt(invitations.expiresAt, now)))
  const [row] = lock ? await query.for('update') : await query
  return row
}

export async function readInvitation(tx: Transaction, id: string): Promise<InvitationRow | undefined> {
  const [row] = await tx
    .select()
    .from(invitations)
    .where(and(eq(invitations.id, id), toPanel, undecided))
    .for('update')
  return row
}

export async function acceptInvitation(tx: Transaction, id: string, at: string): Promise<void> {
  await tx.update(invitations).set({ acceptedAt: at }).where(eq(invitations.id, id))
}

/** Whoever sends it again answers for it from now on. */
export async function renewInvitation(
  tx: Transaction,
  id: string,
  change: { readonly tokenHash: string; readonly expiresAt: string; readonly invitedBy: string },
): Promise<void> {
  await tx.update(invitations).set(change).where(eq(invitations.id, id))
}

export async function removeInvitation(tx: Transaction, id: string): Promise<void> {
  await tx.delete(invitations).where(eq(invitations.id, id))
}

/** What somebody asked for by registering before. Those who ask at the same time come one after the other. */
export async function dropRegistrations(tx: Transaction, email: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`register ${email.toLowerCase()}`}, 0))`)
  await tx.delete(invitations).where(and(sameEmail(email), toPanel, undecided, isNull(invitations.invitedBy)))
}

/** All that are open for this address: it has an account now. */
export async function dropInvitations(tx: Transaction, email: string): Promise<void> {
  await tx.delete(invitations).where(and(sameEmail(email), toPanel, undecided))
}

/** Until the transaction ends nobody else makes an invitation to the panel: what is counted stays true. */
export async function lockInvitations(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('invitations to the panel', 0))`)
}

export async function isInvited(tx: Transaction, email: string): Promise<boolean> {
  const [row] = await tx
    .select({ id: invitations.id })
    .from(invitations)
    .where(and(sameEmail(email), toPanel, undecided, sql`${invitations.invitedBy} is not null`))
    .limit(1)
  return row !== undefined
}

export async function countInvitations(tx: Transaction, now: string): Promise<number> {
  const [row] = await tx
    .select({ count: count() })
    .from(invitations)
    .where(and(toPanel, undecided, gt(invitations.expiresAt, now)))
  return row?.count ?? 0
}

export async function listInvitations(tx: Transaction, limit: number, before?: string): Promise<InvitationView[]> {
  const rows = await tx
    .select({
      id: invitations.id,
      email: invitations.email,
      createdAt: invitations.createdAt,
      expiresAt: invitations.expiresAt,
      role: roles.name,
      inviter: users.name,
      invitedBy: invitations.invitedBy,
    })
    .from(invitations)
    .leftJoin(roles, eq(roles.id, invitations.roleId))
    .leftJoin(users, eq(users.id, invitations.invitedBy))
    .where(and(toPanel, undecided, before === undefined ? undefined : lt(invitations.id, before)))
    .orderBy(before === undefined ? desc(invitations.createdAt) : desc(invitations.id))
    .limit(limit)
  return rows.map(({ role, inviter, invitedBy, ...row }) => ({
    ...row,
    role: role ?? undefined,
    inviter: invitedBy === null ? undefined : (inviter ?? undefined),
  }))
}

/** Ended ones that nobody renewed. Those that registered themselves go at once, invitations after a month. */
export async function removeEndedInvitations(tx: Transaction, now: string, monthAgo: string): Promise<void> {
  await tx
    .delete(invitations)
    .where(
      and(
        toPanel,
        undecided,
        or(lt(invitations.expiresAt, monthAgo), and(isNull(invitations.invitedBy), lt(invitations.expiresAt, now))),
      ),
    )
}

export async function giveRole(
  tx: Transaction,
  userId: string,
  roleId: string,
  grantedBy: string | null,
): Promise<void> {
  await tx.insert(userRoles).values({ userId, roleId, grantedBy }).onConflictDoNothing()
}

export async function listRoles(tx: Transaction): Promise<{ readonly id: string; readonly name: string }[]> {
  return await tx.select({ id: roles.id, name: roles.name }).from(roles).orderBy(roles.name).limit(500)
}
