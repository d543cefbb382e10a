// The mail server that is set: from the environment, which then wins, or from the panel's settings.
import { eq, sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { settings } from '#core/db/schema/settings.ts'
import { type MailServer, mailServerSchema } from '#core/domain/mail.ts'
import type { Secrets } from '#core/panel/context.ts'

const key = 'mail'
/** The password is sealed. */
const stored = mailServerSchema

export async function readMailServer(tx: Transaction, secrets: Secrets): Promise<MailServer | undefined> {
  const [row] = await tx.select({ value: settings.value }).from(settings).where(eq(settings.key, key))
  const found = stored.safeParse(row?.value).data
  return found && { ...found, password: found.password === '' ? '' : secrets.decrypt(found.password) }
}

export async function writeMailServer(tx: Transaction, secrets: Secrets, server: MailServer): Promise<void> {
  const { password } = server
  const value = { ...server, password: password === '' ? '' : secrets.encrypt(password) }
  await tx
    .insert(settings)
    .values({ key, value })
    .onConflictDoUpdate({ target: settings.key, set: { value, updatedAt: sql`now()` } })
}

export async function removeMailServer(tx: Transaction): Promise<void> {
  await tx.delete(settings).where(eq(settings.key, key))
}
