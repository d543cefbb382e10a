// Taking away what opens an account beside its password.
import { eq } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { apiKeys, externalIdentities } from '#core/db/schema/accounts.ts'
import { removePasskeysOf } from '#core/panel/factors/passkey-store.ts'
import { removeTotp, replaceRecoveryCodes } from '#core/panel/factors/store.ts'

export async function forgetFactors(tx: Transaction, userId: string): Promise<void> {
  await removeTotp(tx, userId)
  await removePasskeysOf(tx, userId)
  await replaceRecoveryCodes(tx, userId, [])
}

/** Factors, sign-in providers and API keys: whoever made the account may not be who has its mailbox. */
export async function forgetOtherWaysIn(tx: Transaction, userId: string): Promise<void> {
  await forgetFactors(tx, userId)
  await tx.delete(externalIdentities).where(eq(externalIdentities.userId, userId))
  await tx.delete(apiKeys).where(eq(apiKeys.userId, userId))
}
