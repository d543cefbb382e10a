// The authority's two rows in the settings table.
import { eq, sql } from 'drizzle-orm'
import type { Database, Transaction } from '#core/db/database.ts'
import { settings } from '#core/db/schema/settings.ts'
import type { AuthorityStore } from './authority.ts'

export function openAuthorityStore(database: Database): AuthorityStore {
  return {
    read: (key) => database.withSystem((tx) => readSetting(tx, key)),
    insert: (key, value) =>
      database.withSystem(async (tx) => {
        await tx.insert(settings).values({ key, value }).onConflictDoNothing()
        return await readSetting(tx, key)
      }),
    async replace(key, value) {
      await database.withSystem((tx) =>
        tx.update(settings).set({ value, updatedAt: sql`now()` }).where(eq(settings.key, key)),
      )
    },
  }
}

export async function readSetting(tx: Transaction, key: string): Promise<unknown> {
  const [row] = await tx.select({ value: settings.value }).from(settings).where(eq(settings.key, key))
  return row?.value
}
