// Keys that sign console tokens, and the tokens given out; for the system role.
import { and, desc, eq, gt, isNull, lt, ne, or } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { consoleTokens, signingKeys } from '#core/db/schema/tokens.ts'

const ours = eq(signingKeys.purpose, 'console')

export async function newestKey(tx: Transaction, since: string) {
  const [row] = await tx
    .select({ id: signingKeys.id, privateKey: signingKeys.privateKey })
    .from(signingKeys)
    .where(and(ours, isNull(signingKeys.retiredAt), gt(signingKeys.createdAt, since)))
    .orderBy(desc(signingKeys.createdAt))
    .limit(1)
  return row
}

/** Those whose signatures still count. */
export async function liveKeys(tx: Transaction, at: string) {
  return await tx
    .select({ id: signingKeys.id, publicKey: signingKeys.publicKey })
    .from(signingKeys)
    .where(and(ours, or(isNull(signingKeys.retiredAt), gt(signingKeys.retiredAt, at))))
}

/** Older ones verify until `retireAt` and are gone after it. */
export async function saveKey(
  tx: Transaction,
  key: typeof signingKeys.$inferInsert & { readonly createdAt: string },
  retireAt: string,
): Promise<void> {
  await tx.insert(signingKeys).values(key)
  await tx.delete(signingKeys).where(and(ours, lt(signingKeys.retiredAt, key.createdAt)))
  await tx
    .update(signingKeys)
    .set({ retiredAt: retireAt })
    .where(
      and(ours, ne(signingKeys.id, key.id), isNull(signingKeys.retiredAt), lt(signingKeys.createdAt, key.createdAt)),
    )
}

export async function saveToken(tx: Transaction, token: typeof consoleTokens.$inferInsert, at: string): Promise<void> {
  await tx.delete(consoleTokens).where(lt(consoleTokens.expiresAt, at))
  await tx.insert(consoleTokens).values(token)
}

/** Once, before it expires, while what asked for it still is. */
export async function takeToken(tx: Transaction, id: string, at: string) {
  const [row] = await tx
    .update(consoleTokens)
    .set({ usedAt: at })
    .where(and(eq(consoleTokens.id, id), isNull(consoleTokens.usedAt), gt(consoleTokens.expiresAt, at)))
    .returning({ sessionId: consoleTokens.sessionId, keyId: consoleTokens.keyId })
  return row
}
