// Everything a panel keeps in its database, as of one moment and while the panel goes on. Rows are JSON as PostgreSQL
// writes it, which every version reads back to the same values. Not COPY: postgres.js never tells of an error that comes
// after the last row of one (3.4.9), and a restore would wait for ever.
import type postgres from 'postgres'
import { PublicError } from '#core/base/errors.ts'
import { connect, type Target } from '#core/db/client.ts'
import { type DumpTable, readShape, type Shape } from './shape.ts'

/** Where a dump goes. Each call is awaited before the next, so nothing piles up. */
export interface DumpSink {
  /** Once, first. */
  shape(shape: Shape): Promise<void>
  /** A JSON array of rows, of about a megabyte or one row; the tables in the order of the shape. */
  rows(table: DumpTable, json: string): Promise<void>
  /** Once, last. */
  end(counters: Readonly<Record<string, string>>): Promise<void>
}

const runLength = 1024 * 1024
/** A round trip each; a server's row has some kB. */
const rowsAtOnce = 250

/** Throws PublicError `no-panel` when there is nothing to dump. */
export async function dumpDatabase(target: Target, sink: DumpSink): Promise<void> {
  const sql = connect(target, { max: 1, max_lifetime: null })
  try {
    await sql.begin('isolation level repeatable read read only', async (tx) => {
      // Slow storage at the other end is no reason to give up; the lock would be one: it holds up migrations only.
      await tx.unsafe('SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0')
      const shape = await readShape(tx)
      if (!shape) {
        throw new PublicError('no-panel', 'There is no panel’s data in this database.', {
          hint: 'Check STELLAR_DATA and DATABASE_URL: stellar config show.',
        })
      }
      await seesEverything(tx, shape)
      await sink.shape(shape)
      const counters = await readCounters(tx)
      // The login owns the tables, and row-level security is forced upon owners: it would see no row at all.
      await tx.unsafe('SET LOCAL ROLE panel_system')
      for (const table of shape.tables) {
        for await (const json of rowsOf(tx, table)) await sink.rows(table, json)
      }
      await sink.end(counters)
    })
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Fails closed: a table of which a policy hides rows would make a backup that looks whole. */
async function seesEverything(tx: postgres.TransactionSql, { tables }: Shape): Promise<void> {
  const hidden = await tx<{ name: string }[]>`
    select c.relname::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'panel' and c.relname in ${tx(tables.map(({ name }) => name))} and c.relkind in ('r', 'p')
      and not (
        exists (select from pg_policies p where p.schemaname = 'panel' and p.tablename = c.relname
          and p.permissive = 'PERMISSIVE' and 'panel_system' = any (p.roles) and p.cmd in ('ALL', 'SELECT') and p.qual = 'true')
        and not exists (select from pg_policies p where p.schemaname = 'panel' and p.tablename = c.relname
          and p.permissive = 'RESTRICTIVE'))`
  if (hidden.length > 0)
    throw new Error(`a backup would not see all rows of ${hidden.map(({ name }) => name).join(', ')}`)
}

/** Of sequences: what was given last; the next one follows it. */
async function readCounters(tx: postgres.TransactionSql): Promise<Record<string, string>> {
  const rows = await tx<{ name: string; last: string }[]>`
    select sequencename::text as name, last_value::text as last from pg_sequences
    where schemaname = 'panel' and last_value is not null`
  return Object.fromEntries(rows.map(({ name, last }) => [name, last]))
}

async function* rowsOf(tx: postgres.TransactionSql, { name, columns }: DumpTable): AsyncGenerator<string> {
  const query = tx<{ row: string }[]>`
    select row_to_json(r)::text as row from (select ${tx(columns)} from ${tx(`panel.${name}`)}) r`
  let held: string[] = []
  let length = 0
  for await (const rows of query.cursor(rowsAtOnce)) {
    for (const { row } of rows) {
      held.push(row)
      length += row.length
      if (length < runLength) continue
      yield `[${held.join(',')}]`
      held = []
      length = 0
    }
  }
  if (held.length > 0) yield `[${held.join(',')}]`
}
