// The doors of a Database: one transaction as this user, or as the system.
import type postgres from 'postgres'
import type { Outage, Target } from './client.ts'
import type { Database, Transaction } from './database.ts'
import { openPool } from './pool.ts'

/** The two doors, each with a pool whose every connection starts as its role. */
export function openPools(target: Target, outage: Outage = () => undefined): Database {
  const app = openPool(target, 'panel_app', outage)
  const system = openPool(target, 'panel_system', outage)
  return {
    async withTenant(userId, work) {
      // Anything else would fail inside the policies, with a message about casting.
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(userId)) throw new Error(`No user id: ${userId}`)
      return await app.transact(async (tx) => {
        const known = introduce(tx, userId)
        const [result] = await Promise.all([(async () => await work(tx))(), known])
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
