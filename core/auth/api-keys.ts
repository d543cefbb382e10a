// API keys: for programs, sent as a bearer token with each request. A key never becomes a session.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { and, eq, gt, isNull, lt, or } from 'drizzle-orm'
import type { Database, Transaction } from '#core/db/database.ts'
import { apiKeys, users } from '#core/db/schema/index.ts'

/** Every key begins with this, so that scanners of leaked secrets and people recognise one. */
const apiKeyPrefix = 'stellar_key_'
const shape = /^stellar_key_([0-9a-f]{8})_[\w-]{43}$/
/** The time of last use is written at most this often. */
const usedEveryMs = 60_000

export interface ApiKey {
  readonly id: string
  readonly userId: string
  readonly userName: string
  readonly isOwner: boolean
  /** What its owner called it. */
  readonly name: string
}

export interface NewApiKey {
  readonly name: string
  /** ISO time; undefined: until it is revoked. */
  readonly expiresAt?: string | undefined
}

/** The key itself is shown once and kept nowhere; `prefix` is what lists show. */
export async function createApiKey(
  tx: Transaction,
  userId: string,
  input: NewApiKey,
): Promise<{ readonly id: string; readonly key: string; readonly prefix: string }> {
  const id = randomUUID()
  const prefix = `${apiKeyPrefix}${randomBytes(4).toString('hex')}`
  const key = `${prefix}_${randomBytes(32).toString('base64url')}`
  await tx.insert(apiKeys).values({
    id,
    userId,
    name: input.name,
    prefix,
    keyHash: hashKey(key),
    expiresAt: input.expiresAt ?? null,
  })
  return { id, key, prefix }
}

/** Undefined for anything that is no valid key now. One query, and one write a minute while it is in use. */
export async function readApiKey(database: Database, key: string): Promise<ApiKey | undefined> {
  if (!shape.test(key)) return undefined
  const now = Date.now()
  return await database.withSystem(async (tx) => {
    const [row] = await tx
      .select({
        id: apiKeys.id,
        userId: users.id,
        userName: users.name,
        isOwner: users.isOwner,
        name: apiKeys.name,
        lastUsedAt: apiKeys.lastUsedAt,
      })
      .from(apiKeys)
      .innerJoin(users, eq(users.id, apiKeys.userId))
      .where(
        and(
          eq(apiKeys.keyHash, hashKey(key)),
          or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, new Date(now).toISOString())),
        ),
      )
    if (!row) return undefined
    const { lastUsedAt, ...found } = row
    if (lastUsedAt === null || now - Date.parse(lastUsedAt) >= usedEveryMs) {
      // The condition stands in the statement too: many requests at once write one row once.
      const before = new Date(now - usedEveryMs).toISOString()
      await tx
        .update(apiKeys)
        .set({ lastUsedAt: new Date(now).toISOString() })
        .where(and(eq(apiKeys.id, row.id), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, before))))
    }
    return found
  })
}

/** True when there was such a key of this user. */
export async function revokeApiKey(tx: Transaction, userId: string, keyId: string): Promise<boolean> {
  const gone = await tx
    .delete(apiKeys)
    .where(and(eq(apiKeys.id, keyId), eq(apiKeys.userId, userId)))
    .returning({ id: apiKeys.id })
  return gone.length > 0
}

/** The secret part has 256 random bits: a plain hash is enough, there is nothing to guess. */
function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}
