// What set-up keeps in the database: whether there is an owner, and the hashes of its token and proof.
import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Transaction } from '#core/db/database.ts'
import { users } from '#core/db/schema/accounts.ts'
import { settings } from '#core/db/schema/settings.ts'

const setupKey = 'setup'

const setupState = z.object({
  /** SHA-256 of the token in the printed address, hex. */
  tokenHash: z.string(),
  /** SHA-256 of the browser's proof, once the token was exchanged for one. */
  proofHash: z.string().optional(),
  /** ISO time. */
  exchangedAt: z.string().optional(),
})
export type SetupState = z.output<typeof setupState>

export async function hasOwner(tx: Transaction): Promise<boolean> {
  return (await readOwner(tx)) !== undefined
}

/** Undefined when there is an owner already or the address belongs to somebody: of any number at once, one wins. */
export async function insertOwner(
  tx: Transaction,
  owner: { readonly id: string; readonly name: string; readonly email: string; readonly passwordHash: string },
): Promise<boolean> {
  // The partial unique index on is_owner decides; the others wait for it and then insert nothing.
  const made = await tx
    .insert(users)
    .values({ ...owner, isOwner: true, emailVerifiedAt: sql`now()` })
    .onConflictDoNothing()
    .returning({ id: users.id })
  return made.length > 0
}

export async function readSetup(tx: Transaction, lock = false): Promise<SetupState | undefined> {
  const query = tx.select({ value: settings.value }).from(settings).where(eq(settings.key, setupKey))
  const [row] = lock ? await query.for('update') : await query
  return setupState.safeParse(row?.value).data
}

export async function writeSetup(tx: Transaction, value: SetupState): Promise<void> {
  await tx
    .insert(settings)
    .values({ key: setupKey, value })
    .onConflictDoUpdate({ target: settings.key, set: { value, updatedAt: sql`now()` } })
}

export async function clearSetup(tx: Transaction): Promise<void> {
  await tx.delete(settings).where(eq(settings.key, setupKey))
}

export async function readOwner(tx: Transaction): Promise<{ readonly id: string; readonly name: string } | undefined> {
  const [row] = await tx.select({ id: users.id, name: users.name }).from(users).where(eq(users.isOwner, true)).limit(1)
  return row
}
