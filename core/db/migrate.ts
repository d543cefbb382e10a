// Brings a database to the state this program expects: the SQL files of drizzle/, each once, in one transaction each.
import { createHash } from 'node:crypto'
import type postgres from 'postgres'
import { z } from 'zod'
import { asset } from '#core/base/asset.ts'
import { PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import { connect, type Target } from './client.ts'
import { type Prepared, prepareRoles } from './roles.ts'

export interface Migration {
  /** e.g. `0000_tables`: the file's name, and its place in the order. */
  readonly name: string
  readonly sql: string
}

/** Any number that nothing else locks. */
const lockNumber = 0x5741_0002
/** Another panel's migration of a large table may take a while; past this somebody should look. */
const lockWaitMs = 300_000

const ledger = `
  CREATE TABLE IF NOT EXISTS stellar.migrations (
    name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
  )`

const journal = z.object({ entries: z.array(z.object({ tag: z.string() })) })

/** What drizzle-kit generated and what was written by hand, in order. */
export function migrations(): Migration[] {
  const { entries } = journal.parse(JSON.parse(asset('drizzle/meta/_journal.json').toString()))
  return entries.map(({ tag }) => ({ name: tag, sql: asset(`drizzle/${tag}.sql`).toString() }))
}

/** Any number of processes may call it at once; each finds the work done or does it. Connects as the login. */
export async function migrate(target: Target, log: Log, list = migrations()): Promise<Prepared> {
  const sql = connect(target, { max: 1, max_lifetime: null, connection: { lock_timeout: lockWaitMs } })
  try {
    await lockMigrations(sql)
    const prepared = await prepareRoles(sql)
    const applied = await readApplied(sql)
    refuseNewer(applied, list)
    for (const migration of list) {
      if (!applied.has(migration.name)) await apply(sql, migration, log)
    }
    return prepared
  } finally {
    // The lock goes with the connection.
    await sql.end({ timeout: 5 })
  }
}

/** Until the connection ends. drizzle's own migrator takes no lock: of three panels on an empty database two would die. */
export async function lockMigrations(sql: postgres.Sql): Promise<void> {
  await sql`select pg_advisory_lock(${lockNumber})`
}

async function readApplied(sql: postgres.Sql): Promise<Set<string>> {
  await sql.unsafe(ledger)
  const rows = await sql<{ name: string }[]>`select name from stellar.migrations`
  return new Set(rows.map(({ name }) => name))
}

/** An older program on a newer database would misread it: fail closed. */
function refuseNewer(applied: ReadonlySet<string>, list: readonly Migration[]): void {
  const known = new Set(list.map(({ name }) => name))
  const unknown = [...applied].find((name) => !known.has(name))
  if (unknown === undefined) return
  throw new PublicError(
    'database-newer',
    `The database was last used by a newer version of Stellar: it has the migration ${unknown}, which this version does not know.`,
    { status: 500, hint: 'Start that newer version, or restore a backup from before it.' },
  )
}

async function apply(sql: postgres.Sql, migration: Migration, log: Log): Promise<void> {
  const began = performance.now()
  await sql.begin((tx) => applyMigration(tx, migration))
  log.info('database migrated', { migration: migration.name, milliseconds: Math.round(performance.now() - began) })
}

/** Within the transaction of whoever calls: with all that belongs to it, or not at all. */
export async function applyMigration(tx: postgres.TransactionSql, { name, sql: text }: Migration): Promise<void> {
  await tx.unsafe(ledger)
  await tx.unsafe(text)
  await tx`insert into stellar.migrations (name, sha256)
    values (${name}, ${createHash('sha256').update(text).digest('hex')})`
}
