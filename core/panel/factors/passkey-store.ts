// Passkeys and their challenges in the database. The system role alone may read them.
import { and, eq, gt, isNull, lt } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { passkeyChallenges, passkeys } from '#core/db/schema/accounts.ts'

type Purpose = (typeof passkeyChallenges.$inferInsert)['purpose']

export async function saveChallenge(
  tx: Transaction,
  row: { readonly challenge: string; readonly purpose: Purpose; readonly userId: string | null },
  expiresAtMs: number,
): Promise<void> {
  await tx.delete(passkeyChallenges).where(lt(passkeyChallenges.expiresAt, new Date().toISOString()))
  await tx.insert(passkeyChallenges).values({ ...row, expiresAt: new Date(expiresAtMs).toISOString() })
}

/** True once: for this purpose and this person, before it expires. */
export async function takeChallenge(
  tx: Transaction,
  challenge: string,
  purpose: Purpose,
  userId: string | null,
  nowMs: number,
): Promise<boolean> {
  const gone = await tx
    .delete(passkeyChallenges)
    .where(
      and(
        eq(passkeyChallenges.challenge, challenge),
        eq(passkeyChallenges.purpose, purpose),
        userId === null ? isNull(passkeyChallenges.userId) : eq(passkeyChallenges.userId, userId),
        gt(passkeyChallenges.expiresAt, new Date(nowMs).toISOString()),
      ),
    )
    .returning({ challenge: passkeyChallenges.challenge })
  return gone.length > 0
}

/** Is there anybody to offer a passkey to? */
export async function anyPasskey(tx: Transaction): Promise<boolean> {
  const [row] = await tx.select({ id: passkeys.id }).from(passkeys).limit(1)
  return row !== undefined
}

export async function findPasskey(tx: Transaction, id: string) {
  const [row] = await tx.select().from(passkeys).where(eq(passkeys.id, id))
  return row
}

export async function insertPasskey(tx: Transaction, row: typeof passkeys.$inferInsert): Promise<void> {
  await tx.insert(passkeys).values(row)
}

/** False when another sign-in moved the counter meanwhile. */
export async function touchPasskey(
  tx: Transaction,
  id: string,
  from: number,
  to: number,
  at: string,
): Promise<boolean> {
  const rows = await tx
    .update(passkeys)
    .set({ counter: to, lastUsedAt: at })
    .where(and(eq(passkeys.id, id), eq(passkeys.counter, from)))
    .returning({ id: passkeys.id })
  return rows.length > 0
}

export async function removePasskeysOf(tx: Transaction, userId: string): Promise<void> {
  await tx.delete(passkeys).where(eq(passkeys.userId, userId))
}

/** Its name; undefined when there is none. */
export async function removePasskey(tx: Transaction, userId: string, id: string): Promise<string | undefined> {
  const [row] = await tx
    .delete(passkeys)
    .where(and(eq(passkeys.id, id), eq(passkeys.userId, userId)))
    .returning({ name: passkeys.name })
  return row?.name
}
