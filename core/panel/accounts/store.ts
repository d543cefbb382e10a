// Accounts, their browser sessions and their API keys in the database. Every query names the account: the owner may see
// those of others, but these pages are about oneself.
import { and, desc, eq, gt, isNull, like, lt, notExists, notLike, sql } from 'drizzle-orm'
import { ownHashPrefix } from '#core/auth/passwords.ts'
import type { Transaction } from '#core/db/database.ts'
import { sessions, users } from '#core/db/schema/accounts.ts'
import { servers } from '#core/db/schema/servers.ts'
import type { SessionView } from '#views/pages/account/security.tsx'

const publicColumns = {
  id: users.id,
  name: users.name,
  email: users.email,
  isOwner: users.isOwner,
  theme: users.theme,
  language: users.language,
  timeZone: users.timeZone,
}

export interface AccountRow {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly isOwner: boolean
  readonly theme: string
  readonly language: string | null
  readonly timeZone: string | null
}

/** For sign-in alone: with the hash, which only the system role may read. */
export async function findByEmail(
  tx: Transaction,
  email: string,
): Promise<(AccountRow & { readonly passwordHash: string | undefined }) | undefined> {
  const [row] = await tx
    .select({ ...publicColumns, passwordHash: users.passwordHash })
    .from(users)
    .where(eq(sql`lower(${users.email})`, email.toLowerCase()))
  return row && { ...row, passwordHash: row.passwordHash ?? undefined }
}

/** Who is about to come in, for finish-sign-in.ts: as the system sees them. */
export async function readEntrant(tx: Transaction, userId: string) {
  const [row] = await tx
    .select({
      id: users.id,
      name: users.name,
      email: users.email,
      isOwner: users.isOwner,
      theme: users.theme,
      suspendedAt: users.suspendedAt,
      suspendedReason: users.suspendedReason,
      emailVerifiedAt: users.emailVerifiedAt,
    })
    .from(users)
    .where(eq(users.id, userId))
  return row
}
export type EntrantRow = NonNullable<Awaited<ReturnType<typeof readEntrant>>>

export type JoinedBy = (typeof users.$inferSelect)['joinedBy']

/** False: the address belongs to somebody. */
export async function insertAccount(
  tx: Transaction,
  account: {
    readonly id: string
    readonly name: string
    readonly email: string
    readonly passwordHash: string | undefined
    readonly emailVerifiedAt: string | null
    readonly joinedBy: JoinedBy
  },
): Promise<boolean> {
  const made = await tx.insert(users).values(account).onConflictDoNothing().returning({ id: users.id })
  return made.length > 0
}

/** Are there hashes that take another time to check than those made here? */
export async function hasForeignHashes(tx: Transaction): Promise<boolean> {
  const [row] = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(like(users.passwordHash, '$%'), notLike(users.passwordHash, `${ownHashPrefix}%`)))
    .limit(1)
  return row !== undefined
}

export async function readAccount(tx: Transaction, userId: string): Promise<AccountRow | undefined> {
  const [row] = await tx.select(publicColumns).from(users).where(eq(users.id, userId))
  return row
}

export async function updateAccount(
  tx: Transaction,
  userId: string,
  values: { name?: string; theme?: string; language?: string | null; timeZone?: string | null },
): Promise<void> {
  await tx.update(users).set(values).where(eq(users.id, userId))
}

/** As above. `changedAt` for another password; left out when the same one is hashed anew. */
export async function updatePassword(
  tx: Transaction,
  userId: string,
  passwordHash: string,
  changedAt?: string,
): Promise<void> {
  const change = changedAt === undefined ? {} : { passwordChangedAt: changedAt }
  await tx
    .update(users)
    .set({ passwordHash, ...change })
    .where(eq(users.id, userId))
}

/** Another password, and with it what else a link for one shows. */
export async function setPassword(
  tx: Transaction,
  userId: string,
  passwordHash: string,
  at: string,
  verified: boolean,
): Promise<void> {
  const emailVerifiedAt = verified ? sql`coalesce(${users.emailVerifiedAt}, ${at}::timestamptz)` : undefined
  await tx
    .update(users)
    .set({ passwordHash, passwordChangedAt: at, ...(emailVerifiedAt && { emailVerifiedAt }) })
    .where(eq(users.id, userId))
}

/** Whatever kept this account out is taken away. Without a hash the password stays. */
export async function readmit(tx: Transaction, userId: string, at: string, passwordHash?: string): Promise<void> {
  await tx
    .update(users)
    .set({
      suspendedAt: null,
      suspendedReason: null,
      emailVerifiedAt: sql`coalesce(${users.emailVerifiedAt}, ${at}::timestamptz)`,
      ...(passwordHash === undefined ? {} : { passwordHash, passwordChangedAt: at }),
    })
    .where(eq(users.id, userId))
}

/** They registered themselves, were never confirmed, and own nothing. */
export async function removeUnconfirmed(tx: Transaction, before: string): Promise<void> {
  await tx
    .delete(users)
    .where(
      and(
        eq(users.joinedBy, 'registration'),
        isNull(users.emailVerifiedAt),
        isNull(users.lastSeenAt),
        lt(users.createdAt, before),
        notExists(tx.select({ id: servers.id }).from(servers).where(eq(servers.ownerId, users.id))),
      ),
    )
}

export async function markSeen(tx: Transaction, userId: string, at: string): Promise<void> {
  await tx.update(users).set({ lastSeenAt: at }).where(eq(users.id, userId))
}

/** An address that was just confirmed. */
export async function setEmail(tx: Transaction, userId: string, email: string, at: string): Promise<void> {
  await tx.update(users).set({ email, emailVerifiedAt: at }).where(eq(users.id, userId))
}

export async function markVerified(tx: Transaction, userId: string, at: string): Promise<void> {
  await tx.update(users).set({ emailVerifiedAt: at }).where(eq(users.id, userId))
}

/** Holds the account until the transaction ends, so that what is counted stays true. */
export async function lockAccount(tx: Transaction, userId: string): Promise<void> {
  await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('update')
}

export async function listSessions(
  tx: Transaction,
  userId: string,
  currentId: string | undefined,
  now: string,
): Promise<SessionView[]> {
  const rows = await tx
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, now)))
    .orderBy(desc(sessions.lastUsedAt), desc(sessions.id))
    .limit(100)
  return rows.map(({ id, createdAt, lastUsedAt, address, userAgent, impersonatorId }) => ({
    id,
    current: id === currentId,
    impersonated: impersonatorId !== null,
    createdAt,
    lastUsedAt,
    // Where an administrator sits is not the account holder's to know.
    address: impersonatorId === null ? (address ?? undefined) : undefined,
    userAgent: impersonatorId === null ? (userAgent ?? undefined) : undefined,
  }))
}

export async function ownsSession(tx: Transaction, userId: string, sessionId: string): Promise<boolean> {
  const [row] = await tx
    .select({ id: sessions.id })
    .from(sessions)
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)))
  return row !== undefined
}
