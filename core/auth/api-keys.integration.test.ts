import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiKeys, sessions, users } from '#core/db/schema/index.ts'
import { type TestDatabase, testDatabase } from '#core/testing/database.ts'
import { createApiKey, forgetApiKeys, readApiKey, revokeApiKey } from './api-keys.ts'
import { readSession } from './sessions.ts'

let database: TestDatabase
const userId = randomUUID()

beforeAll(async () => {
  database = await testDatabase()
  await database.withSystem((tx) =>
    tx.insert(users).values({ id: userId, name: 'Ada', email: 'ada@example.org', passwordHash: 'x', isOwner: true }),
  )
})
afterAll(async () => {
  await database?.[Symbol.asyncDispose]()
})

const make = (expiresAt?: string) =>
  database.withTenant(userId, (tx) => createApiKey(tx, userId, { name: 'deploy', expiresAt }))

async function rowOf(id: string) {
  const [row] = await database.withSystem((tx) => tx.select().from(apiKeys).where(eq(apiKeys.id, id)))
  return row
}

describe('an API key', () => {
  test('is recognised by people and programs, and says whose it is', async () => {
    const { id, key, prefix } = await make()
    expect(key).toMatch(/^stellar_key_[0-9a-f]{8}_[\w-]{43}$/)
    expect(key.startsWith(prefix)).toBe(true)
    expect(await readApiKey(database, key)).toMatchObject({
      id,
      userId,
      userName: 'Ada',
      isOwner: true,
      name: 'deploy',
    })
  })

  test('is not kept in the database', async () => {
    const { id, key } = await make()
    expect(JSON.stringify(await rowOf(id))).not.toContain(key.split('_').at(-1))
  })

  test('opens nothing once it has expired or was revoked', async () => {
    const expired = await make(new Date(Date.now() - 1000).toISOString())
    expect(await readApiKey(database, expired.key)).toBeUndefined()
    const revoked = await make(new Date(Date.now() + 60_000).toISOString())
    expect(await readApiKey(database, revoked.key)).toBeDefined()
    expect(await database.withTenant(userId, (tx) => revokeApiKey(tx, userId, revoked.id))).toBe(true)
    forgetApiKeys(database)
    expect(await readApiKey(database, revoked.key)).toBeUndefined()
    expect(await database.withTenant(userId, (tx) => revokeApiKey(tx, userId, revoked.id))).toBe(false)
  })

  test('is remembered for a moment only, and never beyond its end', async () => {
    const { id, key } = await make(new Date(Date.now() + 300).toISOString())
    expect(await readApiKey(database, key)).toBeDefined()
    await database.withSystem((tx) => tx.delete(apiKeys).where(eq(apiKeys.id, id)))
    // Asked again at once, the database need not answer …
    expect(await readApiKey(database, key)).toBeDefined()
    // … but the end of the key counts whatever is remembered.
    await expect.poll(() => readApiKey(database, key)).toBeUndefined()
  })

  test('of a stranger is not revoked', async () => {
    const { id, key } = await make()
    const stranger = randomUUID()
    expect(await database.withTenant(stranger, (tx) => revokeApiKey(tx, userId, id))).toBe(false)
    expect(await readApiKey(database, key)).toBeDefined()
  })

  test('with one character changed is nobody’s', async () => {
    const { key } = await make()
    const changed = key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A')
    expect(await readApiKey(database, changed)).toBeUndefined()
    expect(await readApiKey(database, 'Bearer nonsense')).toBeUndefined()
  })

  test('is written as used once a minute, however often it is', async () => {
    const { id, key } = await make()
    await Promise.all(Array.from({ length: 5 }, () => readApiKey(database, key)))
    const first = (await rowOf(id))?.lastUsedAt
    expect(first).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    await readApiKey(database, key)
    expect((await rowOf(id))?.lastUsedAt).toBe(first)
    const before = new Date(Date.now() - 61_000).toISOString()
    await database.withSystem((tx) => tx.update(apiKeys).set({ lastUsedAt: before }).where(eq(apiKeys.id, id)))
    forgetApiKeys(database)
    await readApiKey(database, key)
    expect((await rowOf(id))?.lastUsedAt).not.toBe(before)
  })

  test('never makes or becomes a session', async () => {
    const { key } = await make()
    await readApiKey(database, key)
    expect(await readSession(database, key.split('_').at(-1) ?? '')).toBeUndefined()
    expect(await database.withSystem((tx) => tx.select().from(sessions))).toEqual([])
  })
})
