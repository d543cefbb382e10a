// Servers in the database.
import { sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { servers } from '#core/db/schema/servers.ts'

export async function countServers(tx: Transaction): Promise<{ servers: number; nodesWarn: number }> {
  const [row] = await tx.select({ count: sql<number>`count(*)::int` }).from(servers)
  return { servers: row?.count ?? 0, nodesWarn: 0 }
}
