// API keys: for programs, sent as a bearer token with each request. A key never becomes a session.
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { and, eq, gt, isNull, lt, or } from 'drizzle-orm'
import { type AddressList, addressList } from '#core/base/address-list.ts'
import type { Database, Transaction } from '#core/db/database.ts'
import { apiKeys, users } from '#core/db/schema/index.ts'
import type { KeyScope, Rights } from '#core/permissions/rights.ts'
import { openRecent } from './recent.ts'
import { openRights, rightsColumn } from './rights.ts'

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
  /** Its owner's, with what the key leaves of them. */
  readonly rights: Rights
  /** What its owner called it. */
  readonly name: string
  /** Undefined: from everywhere. */
  readonly from: AddressList | undefined
}

export interface NewApiKey {
  readonly name: string
  /** ISO time; undefined: until it is revoked. */
  readonly expiresAt?: string | undefined
  /** Undefined: all that its owner may, everywhere, from everywhere. */
  readonly permissions?: readonly string[] | undefined
  readonly serverIds?: readonly string[] | undefined
  readonly allowedAddresses?: readonly string[] | undefined
}

const recent = openRecent<ApiKey>()

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
    permissions: input.permissions ? [...input.permissions] : null,
    serverIds: input.serverIds ? [...input.serverIds] : null,
    allowedAddresses: input.allowedAddresses ? [...input.allowedAddresses] : null,
  })
  return { id, key, prefix }
}

/**
 * Undefined for anything that is no valid key now, also for one that comes from an address it is not for. One query, or
 * none when it was asked within five seconds. `address` undefined: of this machine itself.
 */
export async function readApiKey(database: Database, key: string, address?: string): Promise<ApiKey | undefined> {
  if (!shape.test(key)) return undefined
  const keyHash = hashKey(key)
  const found = await recent.read(database, keyHash, (now) =>
    database.withSystem((tx) => findKey(tx, keyHash, now, address)),
  )
  if (found?.from && (address === undefined || !found.from.includes(address))) return undefined
  return found
}

/** Call it once the transaction that revoked a key, or changed what it carries, is through. */
export function forgetApiKeys(database: Database): void {
  recent.forget(database)
}

/** Also writes when it was used, once a minute while it is. */
async function findKey(tx: Transaction, keyHash: string, now: number, address: string | undefined) {
  const [row] = await tx
    .select({
      id: apiKeys.id,
      userId: users.id,
      userName: users.name,
      isOwner: users.isOwner,
      rights: rightsColumn,
      permissions: apiKeys.permissions,
      serverIds: apiKeys.serverIds,
      allowedAddresses: apiKeys.allowedAddresses,
      name: apiKeys.name,
      lastUsedAt: apiKeys.lastUsedAt,
      expiresAt: apiKeys.expiresAt,
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(
      and(
        eq(apiKeys.keyHash, keyHash),
        isNull(users.suspendedAt),
        or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, new Date(now).toISOString())),
      ),
    )
  if (!row) return undefined
  const { lastUsedAt, expiresAt, rights, permissions, serverIds, allowedAddresses, ...rest } = row
  const from = allowedAddresses === null ? undefined : addressList(allowedAddresses)
  const value = { ...rest, from, rights: openRights(rights, scopeOf(permissions, serverIds)) }
  // A try from elsewhere is no use of the key.
  if (from && (address === undefined || !from.includes(address))) return { value, expires: now }
  if (lastUsedAt === null || now - Date.parse(lastUsedAt) >= usedEveryMs) {
    // The condition stands in the statement too: many requests at once write one row once.
    const before = new Date(now - usedEveryMs).toISOString()
    await tx
      .update(apiKeys)
      .set({ lastUsedAt: new Date(now).toISOString(), lastUsedAddress: address ?? null })
      .where(and(eq(apiKeys.id, row.id), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, before))))
  }
  return { value, expires: expiresAt === null ? Infinity : Date.parse(expiresAt) }
}

function scopeOf(permissions: readonly string[] | null, serverIds: readonly string[] | null): KeyScope | undefined {
  if (permissions === null && serverIds === null) return undefined
  return {
    ...(permissions === null ? {} : { grants: permissions }),
    ...(serverIds === null ? {} : { serverIds: new Set(serverIds) }),
  }
}

/** True when there was such a key; call `forgetApiKeys` after the commit. */
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
