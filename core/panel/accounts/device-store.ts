// Browsers by account, in the database.
import { count, eq, sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { knownDevices } from '#core/db/schema/accounts.ts'

/** Keeps it, and says whether it is another one than those there were. The first of an account is no news. */
export async function keepDevice(tx: Transaction, userId: string, deviceHash: string, at: string): Promise<boolean> {
  const [known] = await tx
    .select({
      devices: count(),
      this: sql<boolean>`coalesce(bool_or(${knownDevices.deviceHash} = ${deviceHash}), false)`,
    })
    .from(knownDevices)
    .where(eq(knownDevices.userId, userId))
  await tx
    .insert(knownDevices)
    .values({ userId, deviceHash, firstSeenAt: at, lastSeenAt: at })
    .onConflictDoUpdate({ target: [knownDevices.userId, knownDevices.deviceHash], set: { lastSeenAt: at } })
  return known !== undefined && known.devices > 0 && !known.this
}
