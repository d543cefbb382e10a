// A dump back into a database, in one transaction: either all of it is there afterwards, or nothing has changed.
import type postgres from 'postgres'
import { PublicError } from '#core/base/errors.ts'
import { connect, type Target } from '#core/db/client.ts'
import { applyMigration, lockMigrations, type Migration, migrations } from '#core/db/migrate.ts'
import { prepareRoles } from '#core/db/roles.ts'
import { type DumpTable, quoted, quotedList, readShape, type Shape } from './shape.ts'

/** The way in, which a reader of a dump calls in the dump's own order. */
export interface Loading {
  rows(table: DumpTable, json: string): Promise<void>
  /** After the last row. */
  end(counters: Readonly<Record<string, string>>): Promise<void>
}

export interface LoadOptions {
  readonly shape: Shape
  /** `replace` drops what is there: for going back after an upgrade. A backup is only restored onto an empty database. */
  readonly onto: 'empty' | 'replace'
  readonly list?: readonly Migration[]
}

/** Throws PublicError `database-newer` or `database-not-empty` before anything is changed. */
export async function loadDatabase(
  target: Target,
  { shape, onto, list = migrations() }: LoadOptions,
  feed: (loading: Loading) => Promise<void>,
): Promise<void> {
  const wanted = knownMigrations(shape, list)
  const sql = connect(target, { max: 1, max_lifetime: null })
  try {
    await lockMigrations(sql)
    if (onto === 'empty') await refuseUsed(sql)
    await sql.begin(async (tx) => {
      await tx.unsafe('SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0')
      if (onto === 'replace') {
        await tx.unsafe('DROP SCHEMA IF EXISTS panel CASCADE; DROP SCHEMA IF EXISTS stellar CASCADE')
      }
      await prepareRoles(tx)
      for (const migration of wanted) await applyMigration(tx, migration)
      await agree(tx, shape)
      await open(tx, shape)
      await feed(loadingInto(tx, shape))
      // Forced again, or the panel would refuse to start.
      for (const { name } of shape.tables) await tx.unsafe(`ALTER TABLE panel.${quoted(name)} FORCE ROW LEVEL SECURITY`)
    })
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Its migrations must be the first ones of this program's. */
export function knownMigrations(shape: Shape, list: readonly Migration[] = migrations()): readonly Migration[] {
  const unknown = shape.migrations.find((name, index) => list[index]?.name !== name)
  if (unknown === undefined) return list.slice(0, shape.migrations.length)
  throw new PublicError(
    'database-newer',
    `The backup is of a newer version of Stellar: it has the migration ${unknown}, which this version does not know.`,
    { hint: 'Restore it with that version, or a later one.' },
  )
}

async function refuseUsed(sql: postgres.Sql): Promise<void> {
  if ((await readShape(sql)) === undefined) return
  throw new PublicError('database-not-empty', 'There is a panel’s data in this database already.', {
    hint: 'Restore onto an empty data folder (STELLAR_DATA), or an empty database (DATABASE_URL).',
  })
}

/** The tables those migrations make are those of the dump, or it was made by something else. */
async function agree(tx: postgres.TransactionSql, shape: Shape): Promise<void> {
  const made = await readShape(tx)
  const text = (tables: readonly DumpTable[] = []) =>
    tables
      .map(({ name, columns }) => `${name}(${columns.toSorted().join()})`)
      .toSorted()
      .join()
  if (text(made?.tables) === text(shape.tables)) return
  throw new PublicError('backup-foreign', 'The tables of the backup are not those that its migrations make.', {
    hint: 'It was made by a changed version of Stellar, or its database was changed by hand.',
  })
}

/** Empty and, for this transaction, open to the login that owns them. */
async function open(tx: postgres.TransactionSql, { tables }: Shape): Promise<void> {
  for (const { name } of tables) await tx.unsafe(`ALTER TABLE panel.${quoted(name)} NO FORCE ROW LEVEL SECURITY`)
  await tx.unsafe(`TRUNCATE ${tables.map(({ name }) => `panel.${quoted(name)}`).join(', ')}`)
}

function loadingInto(tx: postgres.TransactionSql, shape: Shape): Loading {
  let reached = 0
  return {
    async rows({ name }, json) {
      // In order, so that what rows refer to is there.
      const at = shape.tables.findIndex((table, index) => index >= reached && table.name === name)
      const table = shape.tables[at]
      if (!table) throw new Error(`rows of ${name} out of order`)
      reached = at
      const columns = quotedList(table.columns)
      await tx.unsafe(
        `INSERT INTO panel.${quoted(name)} (${columns}) OVERRIDING SYSTEM VALUE
          SELECT ${columns} FROM json_populate_recordset(NULL::panel.${quoted(name)}, $1::text::json)`,
        [json],
      )
    },
    async end(counters) {
      for (const [name, last] of Object.entries(counters)) {
        await tx`select setval(${`panel.${quoted(name)}`}::text::regclass, ${last}::text::bigint)`
      }
    },
  }
}
