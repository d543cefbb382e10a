// The pool behind one door: whoever comes runs in a transaction of its role, waits for a server that is restarting, and
// is told in a sentence when that takes too long.
import { setTimeout as delay } from 'node:timers/promises'
import { drizzle } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import { PublicError } from '#core/base/errors.ts'
import { connect, type Outage, type Role, type Target } from './client.ts'
import type { Transaction } from './database.ts'
import { type Closures, guarded } from './guarded.ts'
import * as schema from './schema/index.ts'
import { withoutValues } from './without-values.ts'

export interface Pool {
  transact<T>(work: (tx: Transaction) => Promise<T>): Promise<T>
  ping(): Promise<void>
  close(): Promise<void>
}

/** Ten connections serve some thousand transactions a second; more would only queue inside PostgreSQL. */
const poolSize = 10
/** Beyond this many waiting transactions more only make everybody late. */
const longestQueue = 1000
/** A transaction that found no free connection by then is refused. */
const queueMs = 10_000
/** While PostgreSQL restarts (about a second), transactions that have not begun wait this long for it. */
const restartMs = 5_000
const pingMs = 2_000
/** A statement takes milliseconds; half a minute is a bug or a lock. */
const limits = { statement_timeout: 30_000, lock_timeout: 10_000, idle_in_transaction_session_timeout: 60_000 }

export function openPool(target: Target, role: Role, outage: Outage): Pool {
  let current = openClient(target, role)
  const leaving = new Set<Promise<void>>()
  let waiting = 0

  return {
    async transact(work) {
      if (waiting >= longestQueue) throw busy()
      for (const until = Date.now() + restartMs; ; await delay(100)) {
        const state = { began: false }
        const used = current
        try {
          if (outage()) await Promise.race([outage(), delay(until - Date.now())])
          return await begin(used, work, state)
        } catch (error) {
          if (!isAway(error, state.began)) throw error
          if (isBroken(error)) replace(used)
          // What had begun may have been done or not: only the caller knows whether to try again.
          if (state.began || Date.now() >= until) throw away(error)
        }
      }
    },

    async ping() {
      const used = current
      try {
        await within(pingMs, used.client`select 1`, () => away(new Error('No answer within two seconds.')))
      } catch (error) {
        if (isBroken(error)) replace(used)
        throw error instanceof PublicError ? error : away(error)
      }
    },

    async close() {
      await Promise.all([current.client.end({ timeout: 5 }), ...leaving])
    },
  }

  /** `state.began` tells whether the work ran. What gave up waiting does not run later, when a connection is free. */
  async function begin<T>(
    { db }: Client,
    work: (tx: Transaction) => Promise<T>,
    state: { began: boolean },
  ): Promise<T> {
    const { promise: begun, resolve: tellBegun } = Promise.withResolvers<void>()
    let abandoned = false
    waiting++
    const run = db.transaction(async (tx) => {
      if (abandoned) throw busy()
      state.began = true
      tellBegun()
      try {
        return await work(tx)
      } catch (error) {
        throw withoutValues(error)
      }
    })
    try {
      await within(queueMs, Promise.race([begun, run]), busy)
    } catch (error) {
      abandoned = true
      // It is rejected later, when its turn comes; nobody waits for that.
      run.catch(() => {})
      throw error
    } finally {
      waiting--
    }
    return await run
  }

  /**
   * As of 3.4.9 a connection of postgres.js that broke in the middle of something keeps half-written bytes and waits for
   * answers of its former life: the pool is given up with it, and what still runs on its other connections may end.
   */
  function replace(broken: Client): void {
    if (broken !== current) return
    current = openClient(target, role)
    const ended = broken.client.end({ timeout: 1 }).finally(() => leaving.delete(ended))
    leaving.add(ended)
  }
}

interface Client {
  readonly client: postgres.Sql
  readonly db: ReturnType<typeof openDrizzle>
}

function openClient(target: Target, role: Role): Client {
  const closures: Closures = { count: 0 }
  const client = connect(target, {
    max: poolSize,
    idle_timeout: 300,
    connection: { application_name: `stellar ${role}`, role, ...limits },
    onclose: () => {
      closures.count++
    },
  })
  return { client, db: openDrizzle(client, closures) }
}

function openDrizzle(client: postgres.Sql, closures: Closures) {
  const db = drizzle(guarded(client, closures), { schema })
  // drizzle passes moments through as PostgreSQL writes them (`2026-11-22 08:00:00.123+00`); the code expects ISO 8601.
  client.options.parsers[1184] = (text: string) => text.replace(' ', 'T').replace(/\+00$/, 'Z')
  return db
}

async function within<T>(milliseconds: number, work: PromiseLike<T>, late: () => Error): Promise<T> {
  const { promise: expired, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(late()), milliseconds)
  try {
    return await Promise.race([work, expired])
  } finally {
    clearTimeout(timer)
  }
}

/** Codes of postgres.js and of PostgreSQL that mean: a connection that was there is gone, or is going. */
const lost = /^(CONNECTION_CLOSED|CONNECTION_DESTROYED|CONNECTION_ENDED|57P0[1-3]|08\w{3})$/
/** And of the socket: there was none to begin with. Once the work runs, such an error may be the work's own. */
const refused =
  /^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|CONNECT_TIMEOUT|53300)$/

function isAway(error: unknown, began: boolean): boolean {
  return codesOf(error).some((code) => lost.test(code) || (!began && refused.test(code)))
}

function isBroken(error: unknown): boolean {
  return codesOf(error).some((code) => lost.test(code) || code === 'CONNECT_TIMEOUT' || code === 'ECONNRESET')
}

/** drizzle wraps what the driver threw. */
function codesOf(thrown: unknown): string[] {
  const codes: string[] = []
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error) codes.push(String(error.code))
  }
  return codes
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
