// Links that were mailed or handed out, in the table account_tokens: each for one purpose, once, until it ends.
import { randomUUID } from 'node:crypto'
import { and, eq, gt, isNull, lt, ne } from 'drizzle-orm'
import { hashLinkSecret, newLinkSecret } from '#core/auth/link-secret.ts'
import type { Transaction } from '#core/db/database.ts'
import { accountTokens } from '#core/db/schema/accounts.ts'

type Row = typeof accountTokens.$inferSelect
export type LinkPurpose = Row['purpose']

export interface NewLink {
  readonly userId: string
  readonly purpose: LinkPurpose
  readonly minutes: number
  readonly data?: Readonly<Record<string, string>>
}

/** The secret for the address, and when it ends. */
export async function makeLink(
  tx: Transaction,
  { userId, purpose, minutes, data = {} }: NewLink,
  now: number,
): Promise<{ readonly secret: string; readonly expiresAt: string }> {
  const { secret, hash } = newLinkSecret()
  const expiresAt = new Date(now + minutes * 60_000).toISOString()
  await tx.insert(accountTokens).values({
    id: randomUUID(),
    userId,
    purpose,
    tokenHash: hash,
    data: { ...data },
    createdAt: new Date(now).toISOString(),
    expiresAt,
  })
  return { secret, expiresAt }
}

const open = (secret: string, purpose: LinkPurpose, now: number) =>
  and(
    eq(accountTokens.tokenHash, hashLinkSecret(secret)),
    eq(accountTokens.purpose, purpose),
    isNull(accountTokens.usedAt),
    gt(accountTokens.expiresAt, new Date(now).toISOString()),
  )

/** Without using it: mail programs open links before people do. */
export async function findLink(
  tx: Transaction,
  secret: string,
  purpose: LinkPurpose,
  now: number,
): Promise<Row | undefined> {
  const [row] = await tx
    .select()
    .from(accountTokens)
    .where(open(secret, purpose, now))
  return row
}

/** Of any number at the same time one gets it. */
export async function useLink(
  tx: Transaction,
  secret: string,
  purpose: LinkPurpose,
  now: number,
): Promise<Row | undefined> {
  const [row] = await tx
    .update(accountTokens)
    .set({ usedAt: new Date(now).toISOString() })
    .where(open(secret, purpose, now))
    .returning()
  return row
}

/** The other links of one purpose, e.g. because the last one replaces them. */
export async function dropLinks(tx: Transaction, userId: string, purpose: LinkPurpose, except?: string): Promise<void> {
  await tx
    .delete(accountTokens)
    .where(
      and(
        eq(accountTokens.userId, userId),
        eq(accountTokens.purpose, purpose),
        except === undefined ? undefined : ne(accountTokens.id, except),
      ),
    )
}

export async function listLinks(tx: Transaction, userId: string, purpose: LinkPurpose): Promise<Row[]> {
  return await tx
    .select()
    .from(accountTokens)
    .where(and(eq(accountTokens.userId, userId), eq(accountTokens.purpose, purpose)))
}

export async function removeEndedLinks(tx: Transaction, now: string): Promise<void> {
  await tx.delete(accountTokens).where(lt(accountTokens.expiresAt, now))
}
