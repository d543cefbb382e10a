// Second factors in the database. The system role alone may read them.
import { and, asc, count, eq, gt, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { passkeys, pendingSignIns, recoveryCodes, totpFactors, users } from '#core/db/schema/accounts.ts'

export interface FactorsOf {
  readonly password: boolean
  readonly totp: boolean
  readonly passkeys: number
  readonly recoveryCodes: number
}

export async function readFactors(tx: Transaction, userId: string): Promise<FactorsOf> {
  const [row] = await tx
    .select({
      password: sql<boolean>`${users.passwordHash} is not null`,
      totp: sql<boolean>`exists (select from panel.totp_factors t where t.user_id = ${userId} and t.confirmed_at is not null)`,
      passkeys: sql<number>`(select count(*)::int from panel.passkeys p where p.user_id = ${userId})`,
      recoveryCodes: sql<number>`(select count(*)::int from panel.recovery_codes r where r.user_id = ${userId} and r.used_at is null)`,
    })
    .from(users)
    .where(eq(users.id, userId))
  return row ?? { password: false, totp: false, passkeys: 0, recoveryCodes: 0 }
}

/** Undefined: this account signs in by other means alone. */
export async function passwordHashOf(tx: Transaction, userId: string): Promise<string | undefined> {
  const [row] = await tx.select({ hash: users.passwordHash }).from(users).where(eq(users.id, userId))
  return row?.hash ?? undefined
}

export async function readTotp(tx: Transaction, userId: string) {
  const [row] = await tx
    .select({ secret: totpFactors.secret, lastStep: totpFactors.lastStep })
    .from(totpFactors)
    .where(and(eq(totpFactors.userId, userId), isNotNull(totpFactors.confirmedAt)))
  return row
}

export async function readPendingTotp(tx: Transaction, userId: string, begunAfter: string) {
  const [row] = await tx
    .select({ secret: totpFactors.secret, lastStep: totpFactors.lastStep })
    .from(totpFactors)
    .where(and(eq(totpFactors.userId, userId), isNull(totpFactors.confirmedAt), gt(totpFactors.createdAt, begunAfter)))
  return row
}

/** Starts over while nothing is confirmed; false when there is an active one, which must be removed first. */
export async function writeTotp(tx: Transaction, userId: string, secret: string, createdAt: string): Promise<boolean> {
  const made = await tx
    .insert(totpFactors)
    .values({ userId, secret, createdAt })
    .onConflictDoUpdate({
      target: totpFactors.userId,
      set: { secret, lastStep: 0, createdAt },
      setWhere: isNull(totpFactors.confirmedAt),
    })
    .returning({ userId: totpFactors.userId })
  return made.length > 0
}

export async function confirmTotp(tx: Transaction, userId: string, step: number, at: string): Promise<boolean> {
  const rows = await tx
    .update(totpFactors)
    .set({ confirmedAt: at, lastStep: step })
    .where(and(eq(totpFactors.userId, userId), isNull(totpFactors.confirmedAt)))
    .returning({ userId: totpFactors.userId })
  return rows.length > 0
}

/** True for one of any number of requests that bring the same code at once. */
export async function takeTotpStep(tx: Transaction, userId: string, step: number): Promise<boolean> {
  const rows = await tx
    .update(totpFactors)
    .set({ lastStep: step })
    .where(and(eq(totpFactors.userId, userId), lt(totpFactors.lastStep, step)))
    .returning({ userId: totpFactors.userId })
  return rows.length > 0
}

export async function removeTotp(tx: Transaction, userId: string): Promise<boolean> {
  const gone = await tx
    .delete(totpFactors)
    .where(eq(totpFactors.userId, userId))
    .returning({ at: totpFactors.confirmedAt })
  return gone.some(({ at }) => at !== null)
}

export async function replaceRecoveryCodes(tx: Transaction, userId: string, hashes: readonly string[]): Promise<void> {
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId))
  if (hashes.length > 0) await tx.insert(recoveryCodes).values(hashes.map((codeHash) => ({ userId, codeHash })))
}

export async function takeRecoveryCode(
  tx: Transaction,
  userId: string,
  codeHash: string,
  at: string,
): Promise<boolean> {
  const rows = await tx
    .update(recoveryCodes)
    .set({ usedAt: at })
    .where(and(eq(recoveryCodes.userId, userId), eq(recoveryCodes.codeHash, codeHash), isNull(recoveryCodes.usedAt)))
    .returning({ userId: recoveryCodes.userId })
  return rows.length > 0
}

export interface PendingRow {
  readonly userId: string
  readonly method: string
  readonly returnTo: string | null
}

export async function insertPending(
  tx: Transaction,
  row: { tokenHash: string; userId: string; method: string; returnTo: string | null; expiresAt: string },
): Promise<void> {
  await tx.insert(pendingSignIns).values(row)
}

export async function readPending(tx: Transaction, tokenHash: string, now: string): Promise<PendingRow | undefined> {
  const [row] = await tx
    .select({ userId: pendingSignIns.userId, method: pendingSignIns.method, returnTo: pendingSignIns.returnTo })
    .from(pendingSignIns)
    .where(and(eq(pendingSignIns.tokenHash, tokenHash), gt(pendingSignIns.expiresAt, now)))
  return row
}

/** Counts a try before it is looked at: undefined when there is none left. */
export async function tryPending(
  tx: Transaction,
  tokenHash: string,
  now: string,
  most: number,
): Promise<PendingRow | undefined> {
  const [row] = await tx
    .update(pendingSignIns)
    .set({ attempts: sql`${pendingSignIns.attempts} + 1` })
    .where(
      and(
        eq(pendingSignIns.tokenHash, tokenHash),
        gt(pendingSignIns.expiresAt, now),
        lt(pendingSignIns.attempts, most),
      ),
    )
    .returning({ userId: pendingSignIns.userId, method: pendingSignIns.method, returnTo: pendingSignIns.returnTo })
  return row
}

/** True for the one who may come in: of two requests at once one finds it gone. */
export async function spendPending(tx: Transaction, tokenHash: string): Promise<boolean> {
  const gone = await tx
    .delete(pendingSignIns)
    .where(eq(pendingSignIns.tokenHash, tokenHash))
    .returning({ userId: pendingSignIns.userId })
  return gone.length > 0
}

export async function removeStalePending(tx: Transaction, now: string): Promise<void> {
  await tx.delete(pendingSignIns).where(lt(pendingSignIns.expiresAt, now))
}

export async function countPasskeys(tx: Transaction, userId: string): Promise<number> {
  const [row] = await tx.select({ count: count() }).from(passkeys).where(eq(passkeys.userId, userId))
  return row?.count ?? 0
}

export async function listPasskeys(tx: Transaction, userId: string) {
  return await tx.select().from(passkeys).where(eq(passkeys.userId, userId)).orderBy(asc(passkeys.createdAt))
}
