// Showing that an address is one's own, for accounts that were made before that was shown.
import type { Transaction } from '#core/db/database.ts'
import { record } from '#core/panel/activity/record.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { verifyLetter } from './letters.ts'
import { dropLinks, findLink, listLinks, makeLink, useLink } from './link-store.ts'
import { endedLink } from './reset.ts'
import { actorFor, type Client } from './sign-in.ts'
import { markVerified, readEntrant } from './store.ts'

const minutes = 24 * 60
/** Who signs in again and again meanwhile gets no second mail. */
const pauseMs = 5 * 60_000

/** False: no mail server is set, an administrator must confirm it. */
export async function sendVerification(
  tx: Transaction,
  { mail, now }: Pick<PanelContext, 'mail' | 'now'>,
  account: { readonly id: string; readonly email: string },
): Promise<boolean> {
  if (!(await mail.server())) return false
  const sent = await listLinks(tx, account.id, 'verify-email')
  if (sent.some(({ createdAt, usedAt }) => usedAt === null && now() - Date.parse(createdAt) < pauseMs)) return true
  await dropLinks(tx, account.id, 'verify-email')
  const link = await makeLink(
    tx,
    { userId: account.id, purpose: 'verify-email', minutes, data: { email: account.email } },
    now(),
  )
  return await mail.post(tx, verifyLetter({ to: account.email, ...link }))
}

export async function openVerification(
  { database, now }: PanelContext,
  secret: string,
): Promise<{ readonly email: string }> {
  const link = await database.withSystem((tx) => findLink(tx, secret, 'verify-email', now()))
  const email = link?.data['email']
  if (email === undefined) throw endedLink()
  return { email }
}

export async function verifyEmail({ database, now }: PanelContext, secret: string, client: Client): Promise<void> {
  await database.withSystem(async (tx) => {
    const link = await useLink(tx, secret, 'verify-email', now())
    const row = link && (await readEntrant(tx, link.userId))
    // The address may have been changed since the mail was sent.
    if (!row || link.data['email'] !== row.email) throw endedLink()
    await markVerified(tx, row.id, new Date(now()).toISOString())
    await record(tx, actorFor(row, client), { action: 'account.email.verify', subject: row.name })
  })
}
