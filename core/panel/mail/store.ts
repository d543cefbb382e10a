// The table of mails: put in with what they tell about, taken out by whichever panel comes first.
import { and, count, desc, eq, inArray, isNotNull, isNull, lt, lte, sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { mails } from '#core/db/schema/mails.ts'
import type { MailView } from '#views/pages/settings/mail.tsx'

export interface WaitingMail {
  readonly id: string
  readonly recipient: string
  readonly kind: string
  readonly sealed: string
  readonly attempts: number
  readonly expiresAt: string
}

export async function countWaiting(tx: Transaction): Promise<number> {
  const [row] = await tx.select({ count: count() }).from(mails).where(isNotNull(mails.nextAttemptAt))
  return row?.count ?? 0
}

export async function insertMail(tx: Transaction, values: typeof mails.$inferInsert): Promise<void> {
  await tx.insert(mails).values(values)
}

/** Those that are due, not due again before `leaseUntil`: a panel that dies while it sends leaves them to the others. */
export async function claimMails(
  tx: Transaction,
  now: string,
  leaseUntil: string,
  most: number,
): Promise<WaitingMail[]> {
  const due = tx
    .select({ id: mails.id })
    .from(mails)
    .where(lte(mails.nextAttemptAt, now))
    .orderBy(mails.nextAttemptAt)
    .limit(most)
    .for('update', { skipLocked: true })
  const rows = await tx
    .update(mails)
    .set({ nextAttemptAt: leaseUntil, attempts: sql`${mails.attempts} + 1` })
    .where(inArray(mails.id, due))
    .returning()
  return rows.map(({ sealed, ...row }) => ({ ...row, sealed: sealed ?? '' }))
}

export async function markSent(tx: Transaction, id: string, sentAt: string): Promise<void> {
  await tx.update(mails).set({ sentAt, nextAttemptAt: null, sealed: null, error: null }).where(eq(mails.id, id))
}

/** `nextAttemptAt` null: given up, and its contents go. */
export async function markFailed(
  tx: Transaction,
  id: string,
  error: string,
  nextAttemptAt: string | null,
): Promise<void> {
  await tx
    .update(mails)
    .set({ error, nextAttemptAt, ...(nextAttemptAt === null ? { sealed: null } : {}) })
    .where(eq(mails.id, id))
}

/** Those that wait for a retry are due at once, e.g. because the settings were mended. */
export async function retryWaiting(tx: Transaction, now: string): Promise<void> {
  await tx
    .update(mails)
    .set({ nextAttemptAt: now })
    .where(and(isNotNull(mails.nextAttemptAt), isNotNull(mails.error)))
}

/** Finished ones that nobody asks about any more. */
export async function removeOldMails(tx: Transaction, before: string): Promise<void> {
  await tx.delete(mails).where(and(isNull(mails.nextAttemptAt), lt(mails.createdAt, before)))
}

export async function listMails(tx: Transaction, most: number): Promise<MailView[]> {
  const rows = await tx.select().from(mails).orderBy(desc(mails.createdAt), desc(mails.id)).limit(most)
  return rows.map(({ id, recipient, kind, createdAt, nextAttemptAt, sentAt, attempts, error }) => ({
    id,
    recipient,
    kind,
    createdAt,
    state: sentAt === null ? (nextAttemptAt === null ? 'failed' : 'waiting') : 'sent',
    sentAt: sentAt ?? undefined,
    nextAttemptAt: nextAttemptAt ?? undefined,
    attempts,
    error: error ?? undefined,
  }))
}
