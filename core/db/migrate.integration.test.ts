import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { type Log, silentLog } from '#core/base/log.ts'
import { type EmptyDatabase, emptyDatabase, testDatabase } from '#core/testing/database.ts'
import { externalUrl } from '#core/testing/database-server.ts'
import { connect, type Target } from './client.ts'
import { migrate, migrations } from './migrate.ts'
import { openAt } from './open.ts'
import { administratorScript } from './roles.ts'

const opened: EmptyDatabase[] = []
afterEach(async () => {
  for (const database of opened.splice(0)) await database[Symbol.asyncDispose]()
})

async function empty(kind: 'embedded' | 'external'): Promise<EmptyDatabase> {
  const database = await emptyDatabase(kind)
  opened.push(database)
  return database
}

async function query(target: Target, text: string): Promise<Record<string, unknown>[]> {
  const sql = connect(target, { max: 1 })
  try {
    return [...(await sql.unsafe(text))]
  } finally {
    await sql.end()
  }
}

function recording(): { log: Log; lines: string[] } {
  const lines: string[] = []
  const write = (sentence: string, fields?: object) => void lines.push(`${sentence} ${JSON.stringify(fields ?? {})}`)
  const log: Log = { error: write, warn: write, info: write, debug: write, with: () => log }
  return { log, lines }
}

describe.each([
  ['embedded', false],
  ['external', externalUrl() === undefined],
] as const)('on the %s PostgreSQL (the external one needs STELLAR_TEST_DATABASE_URL)', (kind, absent) => {
  describe.skipIf(absent)('migrations', () => {
    test('are each applied once when three panels start at once on an empty database', async () => {
      const { target } = await empty(kind)
      const { log, lines } = recording()
      await Promise.all([migrate(target, log), migrate(target, log), migrate(target, log)])
      expect(lines).toHaveLength(migrations().length)
      const applied = await query(target, 'select name from stellar.migrations order by name')
      expect(applied.map(({ name }) => name)).toEqual(migrations().map(({ name }) => name))
    })

    test('leave nothing behind when one fails, and go on from there once it is mended', async () => {
      const { target } = await empty(kind)
      const broken = { name: '0100_broken', sql: 'create table panel.half (id int); select 1 / 0' }
      await expect(migrate(target, silentLog, [...migrations(), broken])).rejects.toThrow('division by zero')
      expect(await query(target, "select to_regclass('panel.half') as half")).toEqual([{ half: null }])
      const mended = { name: '0100_broken', sql: 'create table panel.half (id int)' }
      await migrate(target, silentLog, [...migrations(), mended])
      expect(await query(target, "select to_regclass('panel.half') is not null as there")).toEqual([{ there: true }])
    })

    test('of a newer program are refused in one sentence, and nothing is changed', async () => {
      const { target } = await empty(kind)
      await migrate(target, silentLog, [...migrations(), { name: '0999_future', sql: 'select 1' }])
      await expect(openAt(target, 'db.example.org', silentLog)).rejects.toMatchObject({
        code: 'database-newer',
        message:
          'The database was last used by a newer version of Stellar: it has the migration 0999_future, which this version does not know.',
      })
    })
  })
})

describe('the self-test', () => {
  test.each([
    [
      'a table without protection',
      'alter table panel.servers disable row level security',
      'the table servers is not under forced',
    ],
    [
      'a table that spares its owner',
      'alter table panel.activity no force row level security',
      'the table activity is not under forced',
    ],
    [
      'a policy for everybody',
      'create policy open on panel.users to panel_app using (true)',
      'rows are shown to a connection',
    ],
    ['the ledger in reach', 'grant usage on schema stellar to panel_app', 'can reach the schema stellar'],
  ])('refuses to start with %s', async (_what, change, message) => {
    await using database = await testDatabase()
    await database.withSystem((tx) =>
      tx.execute(`insert into panel.users (id, name, email, password_hash) values (gen_random_uuid(), 'n', 'e', 'h')`),
    )
    await query(database.target, change)
    await expect(openAt(database.target, undefined, silentLog)).rejects.toMatchObject({
      code: 'database-unprotected',
      message: expect.stringContaining(message),
    })
  })
})

describe.skipIf(externalUrl() === undefined)(
  'a login that may not make roles (needs STELLAR_TEST_DATABASE_URL)',
  () => {
    test('is told what an administrator must run, and works after it', async () => {
      const { superuser } = await empty('external')
      if (!('url' in superuser)) throw new Error('The external server has a URL.')
      const name = `plain_${randomBytes(4).toString('hex')}`
      const database = new URL(superuser.url).pathname.slice(1)
      await query(superuser, `create role ${name} login password '${name}'`)
      try {
        const url = new URL(superuser.url)
        url.username = url.password = name
        const target = { url: url.href }

        const refusal: unknown = await migrate(target, silentLog).then(
          () => undefined,
          (error: unknown) => error,
        )
        expect(refusal).toMatchObject({ code: 'database-roles' })
        const script = administratorScript({ name, database, version: 150_000 })
        expect(refusal instanceof Error ? refusal.message : '').toContain(script)

        await query(superuser, script)
        await using opened = await openAt(target, 'here', silentLog)
        expect(opened.description).toMatch(/^PostgreSQL 15\.\d+ at here$/)
        expect(await query(target, 'select id from panel.users')).toEqual([])
      } finally {
        await query(superuser, `drop owned by ${name} cascade; drop role ${name}`)
      }
    })

    test('that is a superuser is warned about', async () => {
      const { superuser } = await empty('external')
      const { log, lines } = recording()
      await using _database = await openAt(superuser, 'here', log)
      expect(lines.join('\n')).toContain('superuser, whom row-level security does not bind')
    })
  },
)
