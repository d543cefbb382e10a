import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { connect, type Target } from '#core/db/client.ts'
import { migrations } from '#core/db/migrate.ts'
import { openAt } from '#core/db/open.ts'
import { emptyDatabase, type TestDatabase, testDatabase } from '#core/testing/database.ts'
import { externalUrl } from '#core/testing/database-server.ts'
import { dumpDatabase } from './dump.ts'
import { loadDatabase } from './load.ts'
import type { DumpTable, Shape } from './shape.ts'

interface Dump {
  shape: Shape
  readonly parts: { table: DumpTable; json: string }[]
  counters: Readonly<Record<string, string>>
}

async function dump(target: Target, during: () => Promise<void> = async () => {}): Promise<Dump> {
  const made: Dump = { shape: { migrations: [], tables: [] }, parts: [], counters: {} }
  await dumpDatabase(target, {
    async shape(shape) {
      made.shape = shape
      await during()
    },
    rows: async (table, json) => void made.parts.push({ table, json }),
    end: async (counters) => void (made.counters = counters),
  })
  return made
}

async function load(target: Target, made: Dump, onto: 'empty' | 'replace' = 'empty'): Promise<void> {
  await loadDatabase(target, { shape: made.shape, onto }, async (loading) => {
    for (const { table, json } of made.parts) await loading.rows(table, json)
    await loading.end(made.counters)
  })
}

async function query(target: Target, text: string): Promise<Record<string, unknown>[]> {
  const sql = connect(target, { max: 1 })
  try {
    return [...(await sql.unsafe(text))]
  } finally {
    await sql.end()
  }
}

/** All rows of all tables, as a superuser sees them. */
async function everything(superuser: Target, { tables }: Shape): Promise<Record<string, string[]>> {
  const rows: Record<string, string[]> = {}
  for (const { name } of tables) {
    const found = await query(superuser, `select to_jsonb(t)::text as row from panel."${name}" t`)
    rows[name] = found.map(({ row }) => String(row)).toSorted()
  }
  return rows
}

const [ada, node] = [randomUUID(), randomUUID()]
async function live({ superuser }: TestDatabase): Promise<void> {
  await query(
    superuser,
    `insert into panel.users (id, name, email, password_hash, is_owner)
       values ('${ada}', E'Ada\\t"\\\\N" \\n Zoë 🎲', 'ada@x', 'hash', true);
     insert into panel.nodes (id, name, public_address, port_from, port_to) values ('${node}', 'n', '::1', 1, 2);
     insert into panel.servers (id, name, owner_id, node_id, blueprint_id, blueprint, image, variables, memory_bytes, cpu_percent, disk_bytes)
       select gen_random_uuid(), 's' || i, '${ada}', '${node}', 'b', '{"a": "\\\\n \\\\\\\\ ü"}', 'i', '{}', 1, 1, 1 from generate_series(1, 5000) i;
     insert into panel.settings (key, value) values ('k', '{"x": null}');
     insert into panel.activity (actor_name, via, action) select 'a', 'system', 'x.y' from generate_series(1, 5)`,
  )
}

describe.each([
  ['embedded', false],
  ['external', externalUrl() === undefined],
] as const)('on the %s PostgreSQL (the external one needs STELLAR_TEST_DATABASE_URL)', (kind, absent) => {
  test.skipIf(absent)('a dump loads into an empty database as it was, and the panel opens it', async () => {
    await using from = await testDatabase(kind)
    await live(from)
    const made = await dump(from.target)
    expect(made.parts.filter(({ table }) => table.name === 'servers').length).toBeGreaterThan(1) // several runs
    await using to = await emptyDatabase(kind)
    await load(to.target, made)
    expect(await everything(to.superuser, made.shape)).toEqual(await everything(from.superuser, made.shape))
    // Opening it runs the self-test: row-level security is in force, also upon the owner.
    await using opened = await openAt(to.target, 'test', silentLog)
    const seen = await opened.withTenant(ada, async (tx) => [
      ...(await tx.execute('select count(*)::int as n from panel.servers')),
    ])
    expect(seen).toEqual([{ n: 5000 }])
    const next = await query(
      to.superuser,
      `insert into panel.activity (actor_name, via, action) values ('a', 'system', 'z') returning id::int`,
    )
    expect(next).toEqual([{ id: 6 }])
  })
})

test('a dump is of one moment: what is written meanwhile is not in it', async () => {
  await using from = await testDatabase()
  await live(from)
  const made = await dump(from.target, async () => {
    await query(
      from.superuser,
      `insert into panel.settings (key, value) values ('late', '1'); delete from panel.servers where name = 's1'`,
    )
  })
  await using to = await emptyDatabase()
  await load(to.target, made)
  expect(await query(to.superuser, `select key from panel.settings where key in ('k', 'late')`)).toEqual([{ key: 'k' }])
  expect(await query(to.superuser, `select name from panel.servers where name = 's1'`)).toHaveLength(1)
})

test('a load that breaks off leaves nothing, and one that replaces leaves what was there', async () => {
  await using from = await testDatabase()
  await live(from)
  const made = await dump(from.target)
  const torn = async (target: Target, onto: 'empty' | 'replace') =>
    await loadDatabase(target, { shape: made.shape, onto }, async (loading) => {
      for (const { table, json } of made.parts.slice(0, -1)) await loading.rows(table, json)
      throw new Error('the file ended')
    })
  await using to = await emptyDatabase()
  await expect(torn(to.target, 'empty')).rejects.toThrow('the file ended')
  expect(await query(to.superuser, `select to_regclass('panel.users') as users`)).toEqual([{ users: null }])

  await query(
    from.superuser,
    `delete from panel.activity; insert into panel.settings (key, value) values ('late', '1')`,
  )
  const before = await everything(from.superuser, made.shape)
  await expect(torn(from.target, 'replace')).rejects.toThrow('the file ended')
  expect(await everything(from.superuser, made.shape)).toEqual(before)
  await load(from.target, made, 'replace')
  expect(await query(from.superuser, `select count(*)::int as n from panel.activity`)).toEqual([{ n: 5 }])
  expect(await query(from.superuser, `select key from panel.settings where key = 'late'`)).toEqual([])
})

test('rows that PostgreSQL refuses fail the load with its reason', async () => {
  await using from = await testDatabase()
  await live(from)
  const made = await dump(from.target)
  const users = made.parts.find(({ table }) => table.name === 'users')
  if (users) users.json = '[{"id":"no uuid"}]'
  await using to = await emptyDatabase()
  await expect(load(to.target, made)).rejects.toThrow('invalid input syntax for type uuid')
})

test('a database that is used, empty, or of another Stellar is refused before anything changes', async () => {
  await using from = await testDatabase()
  await live(from)
  const made = await dump(from.target)
  await using used = await testDatabase()
  await expect(load(used.target, made)).rejects.toMatchObject({ code: 'database-not-empty' })
  await using to = await emptyDatabase()
  await expect(dump(to.target)).rejects.toMatchObject({ code: 'no-panel' })
  const newer = { ...made, shape: { ...made.shape, migrations: [...made.shape.migrations, '9999_future'] } }
  await expect(load(to.target, newer)).rejects.toMatchObject({ code: 'database-newer' })
  const changed = { ...made, shape: { ...made.shape, tables: made.shape.tables.slice(1) } }
  await expect(load(to.target, changed)).rejects.toMatchObject({ code: 'backup-foreign' })
  expect(await query(to.superuser, `select to_regclass('stellar.migrations') as ledger`)).toEqual([{ ledger: null }])
})

test('a backup of an earlier version loads with the migrations of its time, and the next start brings it up to date', async () => {
  await using from = await testDatabase()
  const made = await dump(from.target)
  expect(made.shape.migrations).toEqual(migrations().map(({ name }) => name))
  await using to = await emptyDatabase()
  // As a program with one more migration would find it.
  const list = [...migrations(), { name: '9999_next', sql: 'CREATE TABLE panel.next_thing (id int)' }]
  await loadDatabase(to.target, { shape: made.shape, onto: 'empty', list }, async (loading) => {
    for (const { table, json } of made.parts) await loading.rows(table, json)
    await loading.end(made.counters)
  })
  expect(await query(to.superuser, `select to_regclass('panel.next_thing') as next`)).toEqual([{ next: null }])
})

test('a table whose rows a policy hides is no silent gap in the backup', async () => {
  await using from = await testDatabase()
  await query(from.superuser, `alter policy system_all on panel.servers using (name <> 's1')`)
  await expect(dump(from.target)).rejects.toThrow('a backup would not see all rows of servers')
})
