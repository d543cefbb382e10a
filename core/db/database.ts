// The two doors to the database. Nothing else exports a connection, so a forgotten door sees no rows instead of all.

import type { ExtractTablesWithRelations } from 'drizzle-orm'
import type { PgTransaction } from 'drizzle-orm/pg-core'
import type { PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js'
import type * as schema from './schema/index.ts'

export type Transaction = PgTransaction<
  PostgresJsQueryResultHKT,
  typeof schema,
  ExtractTablesWithRelations<typeof schema>
>

export interface Database extends AsyncDisposable {
  /** One transaction as the application role: row-level security lets it see what this user may see. */
  withTenant<T>(userId: string, work: (tx: Transaction) => Promise<T>): Promise<T>
  /** One transaction as the system role: for nodes, jobs, sign-in and set-up, never for what a person asked to see. */
  withSystem<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  /** Throws when the database does not answer within two seconds. */
  ping(): Promise<void>
}
