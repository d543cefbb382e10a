// Opens the database: the panel's own PostgreSQL in the data folder, or the one that DATABASE_URL names.
import type { Log } from '#core/base/log.ts'
import type { Database } from './database.ts'

export interface DatabaseOptions {
  /** `postgres://…`; undefined: the embedded PostgreSQL. */
  readonly url: string | undefined
  /** `$STELLAR_DATA`; the embedded cluster lives in `panel/postgres` beneath it. */
  readonly dataDirectory: string
  readonly log: Log
  /**
   * `panel` (default) is the one panel of this data folder: a second one is refused. `command` works beside a running
   * panel (`stellar owner create`, `stellar migrate`) and leaves PostgreSQL running for it.
   */
  readonly purpose?: 'panel' | 'command'
}

export interface OpenDatabase extends Database {
  /** For people: e.g. `PostgreSQL 18.4, embedded` or `PostgreSQL 15.18 at db.example.org`. */
  readonly description: string
}

/** Starts what must be started, migrates, checks the protection of tenants, and hands out the two doors. */
export function openDatabase(_options: DatabaseOptions): Promise<OpenDatabase> {
  throw new Error('Not there yet.')
}
