// What is counted before it is added to: whoever does the same at the same time waits until the transaction ends.
import { sql } from 'drizzle-orm'
import type { Transaction } from './database.ts'

export async function oneAtATime(tx: Transaction, what: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${what}, 0))`)
}
