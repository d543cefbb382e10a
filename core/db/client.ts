// Connections to PostgreSQL: where it is, how sessions begin, and the pools behind the two doors.
import { setTimeout as delay } from 'node:timers/promises'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { PublicError } from '#core/base/errors.ts'
import type { Database, Transaction } from './database.ts'
import * as schema from './schema/index.ts'

/** A URL, or the folder of a Unix socket. */
export type Target =
  | { readonly url: string }
  | { readonly host: string; readonly port: number; readonly database: string; readonly username: string }

/** The login migrates and owns the tables; requests and jobs never use it. */
export type Role = 'panel_app' | 'panel_system'

/** Ten connections serve some thousand transactions a second; more would only queue inside PostgreSQL. */
const poolSize = 10
/** Beyond this many waiting transactions more only make everybody late. */
const longestQueue = 1000
/** A transaction that found no free connection by then is refused. */
const queueMs = 10_000
/** While PostgreSQL restarts (about a second), transactions that have not begun wait this long for it. */
const restartMs = 5_000
/** A statement takes milliseconds; half a minute is a bug or a lock. */
const limits = { statement_timeout: 30_000, lock_timeout: 10_000, idle_in_transaction_session_timeout: 60_000 }

/** A plain client of the login role, for the supervisor, migrations and tests. */
export function connect(target: Target, options: postgres.Options<Record<string, never>> = {}): postgres.Sql {
  const common: postgres.Options<Record<string, never>> = {
    connect_timeout: 10,
    // A refused connection is tried again when the next query asks: not after twenty seconds, as the default would.
    backoff: () => 0.1,
    onnotice: () => {},
    // Types of arrays: nobody here reads any, and asking costs a round trip per connection.
    fetch_types: false,
    ...options,
    connection: { application_name: 'stellar', TimeZone: 'UTC', ...options.connection },
  }
  return 'url' in target ? postgres(target.url, common) : postgres({ ...target, ...common })
}

/** A promise while the server is known to be away, e.g. being started again; it resolves when that is over. */
export type Outage = () => Promise<void> | undefined

/**
 * The two doors, each with a pool whose every connection starts as its role. Whoever knows of outages says so: as of
 * 3.4.9 postgres.js connects again every 3 ms, without asking `backoff`, while a server says that it is starting up.
 */
export function openPools(target: Target, outage: Outage = () => undefined): Database {
  const app = openPool(target, 'panel_app', outage)
  const system = openPool(target, 'panel_system', outage)
  return {
    async withTenant(userId, work) {
      // Anything else would fail inside the policies, with a message about casting.
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(userId)) throw new Error(`No user id: ${userId}`)
      return await app.transact(async (tx) => {
        const known = introduce(tx, userId)
        const [result] = await Promise.all([work(tx), known])
        return result
      })
    },
    async withSystem(work) {
      return await system.transact(work)
    },
    async ping() {
      await system.ping()
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([app.close(), system.close()])
    },
  }
}

/**
 * Tells PostgreSQL who asks, until the transaction ends. Not awaited: it travels with the first query of the work, one
 * round trip less. It must be sent before that query, and drizzle's own queries are sent only when they are awaited, so
 * this one goes to postgres.js itself, which keeps the order in which queries were told to execute.
 */
function introduce(tx: Transaction, userId: string): Promise<unknown> {
  const session: unknown = Reflect.get(tx, 'session')
  const client: unknown = typeof session === 'object' && session ? Reflect.get(session, 'client') : undefined
  if (typeof client !== 'function') throw new Error('drizzle-orm keeps the connection of a transaction elsewhere now.')
  return (client as unknown as postgres.TransactionSql)`select set_config('app.user_id', ${userId}, true)`.execute()
}

interface Pool {
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  ping(): Promise<void>
  close(): Promise<void>
}

function openPool(target: Target, role: Role, outage: Outage): Pool {
  const client = connect(target, {
    max: poolSize,
    idle_timeout: 300,
    connection: { application_name: `stellar ${role}`, role, ...limits },
  })
  const db = drizzle(prepared(client), { schema })
  // drizzle passes moments through as PostgreSQL writes them (`2026-11-22 08:00:00.123+00`); the code expects ISO 8601.
  client.options.parsers[1184] = (text: string) => text.replace(' ', 'T').replace(/\+00$/, 'Z')
  let waiting = 0

  /** Marks what never came to run, so that a connection that becomes free later does nothing in vain. */
  async function begin<T>(work: (tx: Transaction) => Promise<T>, state: { began: boolean }): Promise<T> {
    let abandoned = false
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      abandoned = true
      reject(busy())
    }, queueMs)
    const run = db.transaction(async (tx) => {
      clearTimeout(timer)
      if (abandoned) throw busy()
      state.began = true
      waiting--
      return await work(tx)
    })
    waiting++
    try {
      return await Promise.race([run, late])
    } finally {
      clearTimeout(timer)
      if (!state.began) waiting--
    }
  }

  return {
    async transact(work) {
      if (waiting >= longestQueue) throw busy()
      for (const until = Date.now() + restartMs; ; await delay(100)) {
        const state = { began: false }
        try {
          if (outage()) await Promise.race([outage(), delay(until - Date.now())])
          return await begin(work, state)
        } catch (error) {
          if (!isAway(error, state.began)) throw error
          // What had begun may have been done or not: only the caller knows whether to try again.
          if (state.began || Date.now() >= until) throw away(error)
        }
      }
    },
    async ping() {
      const { promise: late, reject } = Promise.withResolvers<never>()
      const timer = setTimeout(() => reject(away(new Error('No answer within two seconds.'))), 2000)
      try {
        await Promise.race([client`select 1`, late])
      } catch (error) {
        throw error instanceof PublicError ? error : away(error)
      } finally {
        clearTimeout(timer)
      }
    },
    async close() {
      await client.end({ timeout: 5 })
    },
  }
}

/**
 * drizzle asks postgres.js for unnamed statements, which cost two round trips and a plan each; named ones halve the
 * cost of a query (measured: 380 µs against 242 µs). They are kept per connection and go with it after an hour at most.
 */
function prepared<T extends object>(client: T): T {
  return new Proxy(client, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      if (key === 'unsafe') {
        return (query: string, parameters?: readonly unknown[], options?: object) =>
          value.call(target, query, parameters, parameters?.length ? { ...options, prepare: true } : options)
      }
      if (key === 'begin' || key === 'savepoint') {
        return (...args: unknown[]) => {
          const work = args.pop()
          if (typeof work !== 'function') throw new TypeError(`${key} needs a function`)
          return value.call(target, ...args, (inner: object) => work(prepared(inner)))
        }
      }
      return value.bind(target)
    },
  })
}

/** Codes of postgres.js, of the socket and of PostgreSQL that mean: not there, or going down, or coming up. */
const lost = /^(CONNECTION_CLOSED|CONNECTION_DESTROYED|57P0[1-3]|08\w{3})$/
const refused =
  /^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|CONNECT_TIMEOUT|53300)$/

/** Once the work runs, an ECONNREFUSED may be the work's own. */
function isAway(thrown: unknown, began: boolean): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const code = 'code' in error ? String(error.code) : ''
    if (lost.test(code) || (!began && refused.test(code))) return true
  }
  return false
}

function away(cause: unknown): PublicError {
  return new PublicError('database-unavailable', 'The database does not answer right now.', {
    status: 503,
    hint: 'Try again in a moment; if it stays away, the log of the panel says why.',
    cause,
  })
}

function busy(): PublicError {
  return new PublicError('database-busy', 'The database has more to do than it can manage right now.', {
    status: 503,
    hint: 'Try again in a moment.',
  })
}
