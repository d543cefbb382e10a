// API keys in the database, and the servers they may be for.
import { and, asc, count, desc, eq, gt, inArray, isNull, or } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { apiKeys } from '#core/db/schema/accounts.ts'
import { servers } from '#core/db/schema/servers.ts'
import type { KeyView } from '#views/pages/account/keys.tsx'

const valid = (now: string) => or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now))

/** Those that still open doors, newest first. */
export async function listKeys(tx: Transaction, userId: string, now: string): Promise<KeyView[]> {
  const rows = await tx
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.userId, userId), valid(now)))
    .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
  const named = await serverNames(tx, [...new Set(rows.flatMap(({ serverIds }) => serverIds ?? []))])
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    createdAt: row.createdAt,
    lastUsedAt: row.lastUsedAt ?? undefined,
    lastUsedAddress: row.lastUsedAddress ?? undefined,
    expiresAt: row.expiresAt ?? undefined,
    permissions: row.permissions ?? undefined,
    servers: row.serverIds?.map((id) => ({ id, name: named.get(id) ?? 'a server that is gone' })),
    allowedAddresses: row.allowedAddresses ?? undefined,
  }))
}

export async function countKeys(tx: Transaction, userId: string, now: string): Promise<number> {
  const [row] = await tx
    .select({ count: count() })
    .from(apiKeys)
    .where(and(eq(apiKeys.userId, userId), valid(now)))
  return row?.count ?? 0
}

export async function keyName(tx: Transaction, userId: string, keyId: string): Promise<string | undefined> {
  const [row] = await tx
    .select({ name: apiKeys.name })
    .from(apiKeys)
    .where(and(eq(apiKeys.id, keyId), eq(apiKeys.userId, userId)))
  return row?.name
}

/** Until when and from where the key that asks opens anything. */
export async function keyLimits(tx: Transaction, keyId: string) {
  const [row] = await tx
    .select({ expiresAt: apiKeys.expiresAt, allowedAddresses: apiKeys.allowedAddresses })
    .from(apiKeys)
    .where(eq(apiKeys.id, keyId))
  return row
}

/** Of those that whoever asks may see. */
export async function serverNames(tx: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .select({ id: servers.id, name: servers.name })
    .from(servers)
    .where(inArray(servers.id, [...ids]))
  return new Map(rows.map(({ id, name }) => [id, name]))
}

export async function listServerNames(tx: Transaction, limit: number): Promise<{ id: string; name: string }[]> {
  return await tx
    .select({ id: servers.id, name: servers.name })
    .from(servers)
    .where(isNull(servers.deletedAt))
    .orderBy(asc(servers.name), asc(servers.id))
    .limit(limit)
}
