// A migrated database of its own for a test file, gone when the test disposes of it.
import { randomBytes } from 'node:crypto'
import type postgres from 'postgres'
import { silentLog } from '#core/base/log.ts'
import { connect, type Target } from '#core/db/client.ts'
import { migrate } from '#core/db/migrate.ts'
import { type OpenDatabase, openAt } from '#core/db/open.ts'
import { databasePrefix, type ServerKind, type TestServer, testServer } from './database-server.ts'

export interface TestDatabase extends OpenDatabase {
  /** As the login that owns the tables; what DATABASE_URL would name. */
  readonly target: Target
  /** For tests that look behind the doors. */
  readonly superuser: Target
}

export interface EmptyDatabase extends AsyncDisposable {
  readonly target: Target
  readonly superuser: Target
}

/** `external` is the server of STELLAR_TEST_DATABASE_URL; ask `externalUrl()` first whether there is one. */
export async function testDatabase(kind: ServerKind = 'embedded'): Promise<TestDatabase> {
  await using stack = new AsyncDisposableStack()
  const empty = stack.use(await createDatabase(kind, 'migrated'))
  const database = stack.use(await openAt(empty.target, kind === 'embedded' ? undefined : 'test', silentLog))
  const resources = stack.move()
  return {
    ...database,
    target: empty.target,
    superuser: empty.superuser,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

/** A database without tables, owned by the login. */
export async function emptyDatabase(kind: ServerKind = 'embedded'): Promise<EmptyDatabase> {
  return await createDatabase(kind, 'empty')
}

async function createDatabase(kind: ServerKind, content: 'empty' | 'migrated'): Promise<EmptyDatabase> {
  const server = await testServer(kind)
  const name = `${databasePrefix(server.run)}${randomBytes(6).toString('hex')}`
  await maintain(server, async (sql) => {
    const template = content === 'migrated' ? await prepareTemplate(server, sql) : 'template0'
    await sql.unsafe(`create database "${name}" owner "${server.login}" template "${template}"`)
  })
  return {
    target: server.as('owner', name),
    superuser: server.as('superuser', name),
    async [Symbol.asyncDispose]() {
      await maintain(server, (sql) => sql.unsafe(`drop database if exists "${name}" with (force)`))
    },
  }
}

/** Migrated once a run, copied for each test file: a tenth of a second instead of a second. */
async function prepareTemplate(server: TestServer, sql: postgres.Sql): Promise<string> {
  const name = `${databasePrefix(server.run)}template`
  await sql`select pg_advisory_lock(${0x5741_0003})`
  try {
    const [there] = await sql`select from pg_database where datname = ${name}`
    if (there) return name
    await sql.unsafe(`create database "${name}_new" owner "${server.login}" template template0`)
    await migrate(server.as('owner', `${name}_new`), silentLog)
    // The migration's connection may take a moment to leave, and a database in use is not renamed.
    await sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = ${`${name}_new`}`
    await sql.unsafe(`alter database "${name}_new" rename to "${name}"`)
    return name
  } finally {
    await sql`select pg_advisory_unlock(${0x5741_0003})`
  }
}

async function maintain<T>(server: TestServer, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = connect(server.superuser, { max: 1 })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
