import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sessions, users } from '#core/db/schema/index.ts'
import { type TestDatabase, testDatabase } from '#core/testing/database.ts'
import {
  createSession,
  forgetSessions,
  readSession,
  removeExpiredSessions,
  revokeSession,
  revokeSessionsOf,
} from './sessions.ts'

let database: TestDatabase
const client = { address: '192.0.2.1', userAgent: 'a browser' }

beforeAll(async () => {
  database = await testDatabase()
})
afterAll(async () => {
  await database?.[Symbol.asyncDispose]()
})

async function makeUser(): Promise<string> {
  const id = randomUUID()
  await database.withSystem((tx) =>
    tx.insert(users).values({ id, name: 'Ada', email: `${id}@example.org`, passwordHash: 'x' }),
  )
  return id
}

async function signIn(userId: string) {
  return await database.withSystem((tx) => createSession(tx, userId, client))
}

async function set(id: string, values: Partial<typeof sessions.$inferInsert>): Promise<void> {
  await database.withSystem((tx) => tx.update(sessions).set(values).where(eq(sessions.id, id)))
  forgetSessions(database)
}

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

describe('a session', () => {
  test('is known by its secret and says who its user is', async () => {
    const userId = await makeUser()
    const { id, secret } = await signIn(userId)
    expect(await readSession(database, secret)).toMatchObject({
      id,
      userId,
      name: 'Ada',
      isOwner: false,
      renewed: false,
    })
  })

  test('does not leave its secret in the database', async () => {
    const { id, secret } = await signIn(await makeUser())
    const [row] = await database.withSystem((tx) => tx.select().from(sessions).where(eq(sessions.id, id)))
    expect(JSON.stringify(row)).not.toContain(secret)
    expect(await readSession(database, row?.tokenHash ?? '')).toBeUndefined()
  })

  test.each([
    ['an empty secret', ''],
    ['a secret nobody was given', 'A'.repeat(43)],
    ['something that is no secret', "' or true --"],
  ])('is not found by %s', async (_what, secret) => {
    expect(await readSession(database, secret)).toBeUndefined()
  })

  test('ends after seven days', async () => {
    const { id, secret, expiresAt } = await signIn(await makeUser())
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(6.9 * 86_400_000)
    await set(id, { expiresAt: inDays(-0.001) })
    expect(await readSession(database, secret)).toBeUndefined()
    expect(await removeExpiredSessions(database)).toBe(1)
  })

  test('is renewed by use, once a day', async () => {
    const { id, secret } = await signIn(await makeUser())
    await set(id, { lastUsedAt: inDays(-1.1), expiresAt: inDays(5.9) })
    const read = await readSession(database, secret)
    expect(read).toMatchObject({ renewed: true })
    expect(Date.parse(read?.expiresAt ?? '')).toBeGreaterThan(Date.parse(inDays(6.9)))
    expect(await readSession(database, secret)).toMatchObject({ renewed: false })
  })

  test('remembers when it was used last, and from where, to the minute', async () => {
    const { id, secret } = await signIn(await makeUser())
    const used = async () => {
      const [row] = await database.withSystem((tx) => tx.select().from(sessions).where(eq(sessions.id, id)))
      return row
    }
    const atFirst = await used()
    await readSession(database, secret, '203.0.113.9')
    expect(await used()).toEqual(atFirst)
    await set(id, { lastUsedAt: inDays(-0.01) })
    expect(await readSession(database, secret, '203.0.113.9')).toMatchObject({ renewed: false })
    expect(await used()).toMatchObject({ address: '203.0.113.9', expiresAt: atFirst?.expiresAt })
    expect(Date.now() - Date.parse((await used())?.lastUsedAt ?? '')).toBeLessThan(10_000)
  })

  test('ends at once for this process when it is revoked, although it was just read', async () => {
    const { id, secret } = await signIn(await makeUser())
    expect(await readSession(database, secret)).toBeDefined()
    await revokeSession(database, id)
    expect(await readSession(database, secret)).toBeUndefined()
  })

  test('of the others end when a user revokes all but one', async () => {
    const userId = await makeUser()
    const [kept, lost, stranger] = [await signIn(userId), await signIn(userId), await signIn(await makeUser())]
    await revokeSessionsOf(database, userId, kept.id)
    expect(await readSession(database, kept.secret)).toBeDefined()
    expect(await readSession(database, lost.secret)).toBeUndefined()
    expect(await readSession(database, stranger.secret)).toBeDefined()
  })

  test('goes with its user', async () => {
    const userId = await makeUser()
    const { secret } = await signIn(userId)
    await database.withSystem((tx) => tx.delete(users).where(eq(users.id, userId)))
    expect(await readSession(database, secret)).toBeUndefined()
  })

  test('is not read from the database again within five seconds', async () => {
    const { id, secret } = await signIn(await makeUser())
    const first = await readSession(database, secret)
    // Behind the back of this process, as another panel would.
    await database.withSystem((tx) => tx.delete(sessions).where(eq(sessions.id, id)))
    expect(await readSession(database, secret)).toEqual(first)
    forgetSessions(database)
    expect(await readSession(database, secret)).toBeUndefined()
  })
})
