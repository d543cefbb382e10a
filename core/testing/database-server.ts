// The PostgreSQL servers that tests make their databases in: one embedded cluster a test run, started by the first test
// that asks and stopped when the run ends, and the one that STELLAR_TEST_DATABASE_URL names (its superuser).
import { chmod, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '#core/base/log.ts'
import { connect, type Target } from '#core/db/client.ts'
import { openEmbedded } from '#core/db/embedded/embedded.ts'
import { findRunning, socketTarget, stopPostmaster } from '#core/db/embedded/postmaster.ts'

export type ServerKind = 'embedded' | 'external'

export interface TestServer {
  /** Tells the databases of this run from those of another on the same server. */
  readonly run: string
  readonly login: string
  /** The superuser, in a database for maintenance. */
  readonly superuser: Target
  as(login: 'owner' | 'superuser', database: string): Target
}

const runVariable = 'STELLAR_TEST_RUN'
const prefix = 'stellar-test-'
const externalLogin = 'stellar_test'

/** Undefined in a clone that stands alone: tests of the external server are skipped by name then. */
export const externalUrl = (): string | undefined => process.env['STELLAR_TEST_DATABASE_URL'] || undefined

/** vitest's globalSetup: names the run. Starts nothing: most runs of a single test need no database. */
export async function setup(): Promise<void> {
  if (process.env[runVariable] === String(process.pid)) return
  process.env[runVariable] = String(process.pid)
  await sweep()
}

export async function teardown(): Promise<void> {
  const run = process.env[runVariable]
  if (run === undefined) return
  await removeCluster(join(tmpdir(), prefix + run))
  const url = externalUrl()
  if (url === undefined) return
  const sql = connect({ url }, { max: 1 })
  try {
    const left = await sql<{ name: string }[]>`
      select datname::text as name from pg_database where datname like ${`${databasePrefix(run)}%`}`
    for (const { name } of left) await sql.unsafe(`drop database "${name}" with (force)`)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

export async function testServer(kind: ServerKind): Promise<TestServer> {
  const run = process.env[runVariable]
  if (run === undefined) throw new Error('Tests with a database run through core/testing/vitest.config.ts.')
  return kind === 'embedded' ? await (embedded ??= openEmbeddedServer(run)) : await (external ??= openExternal(run))
}

export const databasePrefix = (run: string): string => `stellar_test_${run}_`

let embedded: Promise<TestServer> | undefined
let external: Promise<TestServer> | undefined

async function openEmbeddedServer(run: string): Promise<TestServer> {
  const folder = join(tmpdir(), prefix + run)
  // As a command, and never closed: the server belongs to the run, not to this process.
  const { target, postmaster } = await openEmbedded({
    dataDirectory: folder,
    log: silentLog,
    purpose: 'command',
    // Lost when the machine fails, like the tests themselves.
    settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '100' },
  })
  await chmod(folder, 0o711)
  if (!('username' in target)) throw new Error('The embedded server is reached by its socket.')
  return {
    run,
    login: target.username,
    superuser: socketTarget(postmaster(), 'postgres'),
    as: (login, database) => (login === 'superuser' ? socketTarget(postmaster(), database) : { ...target, database }),
  }
}

async function openExternal(run: string): Promise<TestServer> {
  const url = externalUrl()
  if (url === undefined) throw new Error('STELLAR_TEST_DATABASE_URL names no server.')
  const sql = connect({ url }, { max: 1 })
  try {
    // What an administrator would make for the panel: no superuser, with the right to make roles.
    await sql.unsafe(`
      do $$ begin create role ${externalLogin} login createrole password '${externalLogin}';
      exception when duplicate_object or unique_violation then null; end $$`)
  } finally {
    await sql.end({ timeout: 5 })
  }
  return {
    run,
    login: externalLogin,
    superuser: { url },
    as: (login, database) => {
      const target = new URL(url)
      target.pathname = `/${database}`
      if (login === 'owner') target.username = target.password = externalLogin
      return { url: target.href }
    },
  }
}

/** Runs that were killed leave a cluster behind. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (
      name.startsWith(prefix) &&
      /^\d+$/.test(name.slice(prefix.length)) &&
      !isAlive(Number(name.slice(prefix.length)))
    ) {
      await removeCluster(join(tmpdir(), name))
    }
  }
}

async function removeCluster(folder: string): Promise<void> {
  const running = await findRunning(join(folder, 'panel/postgres/cluster'))
  if (running) {
    await stopPostmaster(running.pid)
    await rm(running.socketFolder, { recursive: true, force: true })
  }
  await rm(folder, { recursive: true, force: true })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
