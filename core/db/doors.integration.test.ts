import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, connect as dial, type Server, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'
import { sql } from 'drizzle-orm'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openLog, silentLog } from '#core/base/log.ts'
import { type TestDatabase, testDatabase } from '#core/testing/database.ts'
import type { Target } from './client.ts'
import { openPools } from './doors.ts'
import { openDatabase } from './open.ts'
import { users } from './schema/index.ts'

const stack: (() => PromiseLike<unknown>)[] = []
afterEach(async () => {
  for (const release of stack.splice(0).toReversed()) await release()
})

async function database(): Promise<TestDatabase> {
  const opened = await testDatabase()
  stack.push(() => opened[Symbol.asyncDispose]())
  return opened
}

/** A TCP port before the database's socket that can go away and come back, as a server on the network can. */
async function relay(target: Target): Promise<{ url: string; cut: () => Promise<void>; restore: () => Promise<void> }> {
  if (!('host' in target)) throw new Error('The embedded server is reached by its socket.')
  const open = new Set<Socket>()
  const listen = async (port: number): Promise<Server> => {
    const server = createServer((near) => {
      const far = dial(`${target.host}/.s.PGSQL.${target.port}`)
      for (const socket of [near, far]) {
        open.add(socket)
        socket.on('error', () => {}).on('close', () => open.delete(socket) && near.destroy() && far.destroy())
      }
      near.pipe(far).pipe(near)
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server
  }
  let server = await listen(0)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.')
  const cut = async () => {
    const closed = once(server, 'close')
    server.close()
    for (const socket of open) socket.destroy()
    await closed
  }
  stack.push(() => (server.listening ? cut() : Promise.resolve()))
  return {
    url: `postgres://${target.username}@127.0.0.1:${address.port}/${target.database}`,
    cut,
    restore: async () => {
      server = await listen(address.port)
    },
  }
}

describe('the doors', () => {
  test('wait for a server that comes back within seconds, and lose nothing', async () => {
    const { target } = await database()
    const { url, cut, restore } = await relay(target)
    const pools = openPools({ url })
    stack.push(() => pools[Symbol.asyncDispose]())
    const count = () => pools.withSystem((tx) => tx.select({ id: users.id }).from(users))
    expect(await count()).toEqual([])

    await cut()
    const waiting = Promise.all([count(), count(), count()])
    await delay(300)
    await restore()
    expect(await waiting).toEqual([[], [], []])
  })

  test('say that the database does not answer when it stays away', { timeout: 20_000 }, async () => {
    const { target } = await database()
    const { url, cut } = await relay(target)
    const pools = openPools({ url })
    stack.push(() => pools[Symbol.asyncDispose]())
    await pools.ping()
    await cut()
    await expect(pools.withTenant(randomUUID(), (tx) => tx.select({ id: users.id }).from(users))).rejects.toMatchObject(
      {
        code: 'database-unavailable',
        status: 503,
      },
    )
    await expect(pools.ping()).rejects.toMatchObject({ code: 'database-unavailable' })
  })

  test('do not repeat work that had begun when the connection broke', async () => {
    const { target } = await database()
    const { url, cut, restore } = await relay(target)
    const pools = openPools({ url })
    stack.push(() => pools[Symbol.asyncDispose]())
    let runs = 0
    const work = pools.withSystem(async (tx) => {
      runs++
      await tx.insert(users).values({ id: randomUUID(), name: 'n', email: 'n', passwordHash: 'h' })
      await cut()
      await restore()
      return await tx.select({ id: users.id }).from(users)
    })
    await expect(work).rejects.toMatchObject({ code: 'database-unavailable' })
    expect(runs).toBe(1)
    expect(await pools.withSystem((tx) => tx.select({ id: users.id }).from(users))).toEqual([])
  })

  test('end work quietly that goes on after its connection broke', async () => {
    const { target } = await database()
    const { url, cut, restore } = await relay(target)
    const pools = openPools({ url })
    stack.push(() => pools[Symbol.asyncDispose]())
    const fate: string[] = []
    const work = pools.withSystem(async (tx) => {
      await tx.execute(sql`select 1`)
      await Promise.all([tx.execute(sql`select pg_sleep(5)`).catch(() => fate.push('query')), cut().then(restore)])
      await tx.execute(sql`select 2`).catch(() => fate.push('next query'))
      await tx.transaction((inner) => inner.execute(sql`select 3`)).catch(() => fate.push('savepoint'))
      return 'COMMIT follows'
    })
    await expect(work).rejects.toMatchObject({ code: 'database-unavailable' })
    await vi.waitFor(() => expect(fate).toEqual(['query', 'next query', 'savepoint']))
    expect(await pools.withSystem((tx) => tx.select({ id: users.id }).from(users))).toEqual([])
  })

  test('refuse what finds no connection in time, and do not run it later', { timeout: 30_000 }, async () => {
    const opened = await database()
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const holders = Array.from({ length: 10 }, () =>
      opened.withSystem(async (tx) => {
        await tx.execute(sql`select 1`)
        await held
      }),
    )
    let ran = false
    const late = opened.withSystem(() => {
      ran = true
      return Promise.resolve()
    })
    await expect(late).rejects.toMatchObject({ code: 'database-busy', status: 503 })
    // The other door has connections of its own.
    await opened.withTenant(randomUUID(), (tx) => tx.select({ id: users.id }).from(users))
    release()
    await Promise.all(holders)
    await opened.withSystem((tx) => tx.execute(sql`select 1`))
    expect(ran).toBe(false)
  })

  test('end a statement that takes longer than half a minute', async () => {
    const opened = await database()
    const [limit] = await opened.withSystem((tx) => tx.execute(sql`show statement_timeout`))
    expect(limit).toEqual({ statement_timeout: '30s' })
  })

  test('attack 41: what a statement was given is in no log when it fails', async () => {
    const db = await database()
    const row = { id: randomUUID(), email: 'ada@values.example', name: 'Ada', passwordHash: '$argon2id$values' }
    const failures = [
      // Twice the same key, a row that a check refuses, and a mistake of the statement itself.
      () => db.withSystem((tx) => tx.insert(users).values([row, row])),
      () => db.withSystem((tx) => tx.insert(users).values({ ...row, name: null as never })),
      () => db.withSystem((tx) => tx.execute(sql`select 1 / 0 where ${row.email}::text <> ${row.passwordHash}::text`)),
    ]
    for (const fail of failures) {
      const error = await fail().then(
        () => undefined,
        (reason: unknown) => reason,
      )
      const lines: string[] = []
      const file = new Writable({ write: (chunk, _, done) => (lines.push(String(chunk)), done()) })
      openLog('debug', file).error('A request failed', { error })
      expect(lines.join('')).toMatch(/Failed query: (insert into|select)/)
      expect(lines.join('')).not.toMatch(/values\.example|argon2id\$values/)
      expect(inspect(error, { depth: 9 })).not.toMatch(/values\.example|argon2id\$values/)
    }
  })

  test('pass errors of the work on as they are', async () => {
    const opened = await database()
    const mistake = Object.assign(new Error('another service'), { code: 'ECONNREFUSED' })
    await expect(opened.withSystem(() => Promise.reject(mistake))).rejects.toBe(mistake)
  })
})

describe('DATABASE_URL', () => {
  const open = (url: string) => openDatabase({ url, dataDirectory: '/nonexistent', log: silentLog })

  test.each([
    ['nothing listens', 'postgres://panel:secret@127.0.0.1:1/panel', 'nothing listens there'],
    ['no such host', 'postgres://panel:secret@database.invalid/panel', 'there is no such host'],
  ])('that leads nowhere (%s) is said in one sentence without its password', async (_what, url, reason) => {
    const error: unknown = await open(url).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(error).toMatchObject({ code: 'database-unreachable', message: expect.stringContaining(reason) })
    expect(String(error)).not.toContain('secret')
  })

  test.each(['mysql://localhost/panel', 'localhost', 'postgres://'])(
    '%s is refused before anything is dialled',
    async (url) => {
      await expect(open(url)).rejects.toMatchObject({ code: 'database-url' })
    },
  )
})
