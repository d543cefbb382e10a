// The one panel of a data folder: a lock held by an open connection, which PostgreSQL gives back the moment its holder
// dies. The same connection tells when PostgreSQL dies.
import { PublicError } from '#core/base/errors.ts'
import { connect } from '#core/db/client.ts'
import { login } from './cluster.ts'
import { type Running, socketTarget } from './postmaster.ts'

/** Any number that nothing else locks; migrations use another one. */
const lockNumber = 0x5741_0001

export interface Claim {
  /** Resolves when the connection is gone, and with it the lock. */
  readonly lost: Promise<void>
  release(): Promise<void>
}

/** Makes what initdb does not: the login, which is no superuser, and its database. */
export async function prepareLogin(running: Running): Promise<void> {
  const sql = connect(socketTarget(running, 'postgres'), { max: 1 })
  try {
    const [found] = await sql<{ login: boolean; database: boolean }[]>`
      select exists (select from pg_roles where rolname = ${login}) as login,
             exists (select from pg_database where datname = ${login}) as database`
    // CREATEROLE for the roles of requests and jobs; see migrate.ts.
    if (!found?.login) await sql.unsafe(`create role ${login} login createrole`).catch(unlessDuplicate)
    if (!found?.database) await sql.unsafe(`create database ${login} owner ${login}`).catch(unlessDuplicate)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Undefined when another process holds it. */
export async function tryClaim(running: Running): Promise<Claim | undefined> {
  const { promise: lost, resolve } = Promise.withResolvers<void>()
  const sql = connect(socketTarget(running, login, login), {
    max: 1,
    // The lock lives as long as the connection: postgres.js would replace it after an hour.
    max_lifetime: null,
    connection: { application_name: `${holderName}${process.pid}` },
    onclose: () => resolve(),
  })
  const [row] = await sql<{ held: boolean }[]>`select pg_try_advisory_lock(${lockNumber}) as held`
  const release = () => sql.end({ timeout: 5 })
  if (row?.held) return { lost, release }
  await release()
  return undefined
}

export async function alreadyRunning(running: Running, dataDirectory: string): Promise<PublicError> {
  const sql = connect(socketTarget(running, login, login), { max: 1 })
  try {
    const [holder] = await sql<{ name: string }[]>`
      select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
      where l.locktype = 'advisory' and l.granted and l.objid = ${lockNumber}`
    const who = holder?.name.startsWith(holderName) ? ` (process ${holder.name.slice(holderName.length)})` : ''
    return new PublicError(
      'database-in-use',
      `Another Stellar panel${who} already works with the data folder ${dataDirectory}.`,
      { status: 500, hint: 'Stop it first, or give this one a folder of its own with STELLAR_DATA.' },
    )
  } finally {
    await sql.end({ timeout: 5 })
  }
}

const holderName = 'stellar panel '

/** Two that start at once both find nothing; the second is told that the first was quicker. */
function unlessDuplicate(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== '42710' && code !== '42P04' && code !== '23505') throw error
}
