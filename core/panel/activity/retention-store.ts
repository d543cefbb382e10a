// How long the log is kept, in the table of settings; what removes its old entries is a function of the database.
import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Transaction } from '#core/db/database.ts'
import { settings } from '#core/db/schema/settings.ts'

/** Read by panel.expire_activity too. */
const key = 'activity'

const range = 'A whole number of days: 0 for ever, or 30 to 3650.'

export const retention = z.object({
  /** Days; 0: for ever. Not less than a month, so that nobody hides by it what they have just done. */
  // Not coerced: null and the empty text would be a zero, which is for ever.
  keepDays: z
    .int(range)
    .max(3650, range)
    .refine((days) => days === 0 || days >= 30, range)
    .default(365),
})
export type Retention = z.output<typeof retention>

export async function readRetention(tx: Transaction): Promise<Retention> {
  const [row] = await tx.select({ value: settings.value }).from(settings).where(eq(settings.key, key))
  return retention.parse(row?.value ?? {})
}

export async function writeRetention(tx: Transaction, value: Retention): Promise<void> {
  await tx
    .insert(settings)
    .values({ key, value })
    .onConflictDoUpdate({ target: settings.key, set: { value, updatedAt: sql`now()` } })
}

/** How many went, at most `most`. */
export async function expireActivity(tx: Transaction, most: number): Promise<number> {
  const [row] = await tx.execute<{ gone: number }>(sql`select panel.expire_activity(${most}::int) as gone`)
  return row?.gone ?? 0
}
