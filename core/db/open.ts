// Opens the database: the panel's own PostgreSQL in the data folder, or the one that DATABASE_URL names. From the
// connection on there is no difference.
import { messageOf, PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import type { Outage, Target } from './client.ts'
import type { Database } from './database.ts'
import { openPools } from './doors.ts'
import { openEmbedded } from './embedded/embedded.ts'
import { migrate } from './migrate.ts'
import { selfTest } from './self-test.ts'

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
export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  const { url, dataDirectory, log, purpose = 'panel' } = options
  if (url !== undefined) return await openAt({ url: checkUrl(url) }, new URL(url).host, log)
  await using stack = new AsyncDisposableStack()
  const embedded = stack.use(await openEmbedded({ dataDirectory, log, purpose }))
  const database = stack.use(await openAt(embedded.target, undefined, log, embedded.outage))
  // In reverse: the pools are drained before the server is stopped.
  const resources = stack.move()
  return { ...database, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

export interface OpenServer extends AsyncDisposable {
  /** The login, which owns the tables. */
  readonly target: Target
}

/** The server alone, started when it is ours, its database as it is: for backups, which must not migrate what they save. */
export async function openServer(options: DatabaseOptions): Promise<OpenServer> {
  const { url, dataDirectory, log, purpose = 'command' } = options

  if (url !== undefined) return { target: { url: checkUrl(url) }, async [Symbol.asyncDispose]() {} }
  return await openEmbedded({ dataDirectory, log, purpose })
}

/** `place`: host of an external server, for people. */
export async function openAt(
  target: Target,
  place: string | undefined,
  log: Log,
  outage?: Outage,
): Promise<OpenDatabase> {
  try {
    const { loginIsSuperuser } = await migrate(target, log)
    if (loginIsSuperuser) {
      log.warn('The account of DATABASE_URL is a superuser, whom row-level security does not bind; use a plain one')
    }
    const { serverVersion } = await selfTest(target)
    const description = `PostgreSQL ${serverVersion}${place === undefined ? ', embedded' : ` at ${place}`}`
    return { ...openPools(target, outage), description }
  } catch (error) {
    throw error instanceof PublicError || place === undefined ? error : explain(error, place)
  }
}

function checkUrl(url: string): string {
  if (/^postgres(ql)?:\/\/[^/]+/.test(url) && URL.canParse(url)) return url
  throw new PublicError(
    'database-url',
    'DATABASE_URL is not of the form postgres://user:password@host:port/database.',
    {
      status: 500,
    },
  )
}

/** What goes wrong with a server of somebody else's at the first connection. */
function explain(error: unknown, place: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there',
    ENOTFOUND: 'there is no such host',
    CONNECT_TIMEOUT: 'it does not answer',
    '28P01': 'it does not accept the password',
    '28000': 'it does not admit this account',
    '3D000': 'it has no such database',
    '53300': 'it has no free connection',
    '57P03': 'it is starting up',
  }
  const reason = reasons[code]
  if (reason === undefined) return error
  return new PublicError(
    'database-unreachable',
    `The PostgreSQL at ${place} (DATABASE_URL) cannot be used: ${reason}.`,
    {
      status: 500,
      hint: messageOf(error),
      cause: error,
    },
  )
}
