// Another address for one's account: it changes once both the present and the new one have confirmed it. Whether the new one
// has an account already is told to its owner alone.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { Transaction } from '#core/db/database.ts'
import { emailSchema } from '#core/domain/mail.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { afterwards } from '#core/panel/http/background.ts'
import { rateRules } from '#core/panel/http/rate-rules.ts'
import { openSharedLimit } from '#core/panel/http/shared-limit.ts'
import { addressInUseLetter, changeEmailLetter, emailChangedLetter, newEmailLetter } from './letters.ts'
import { dropLinks, findLink, listLinks, makeLink, useLink } from './link-store.ts'
import { endedLink } from './reset.ts'
import { actorFor, type Client } from './sign-in.ts'
import { findByEmail, lockAccount, readEntrant, setEmail } from './store.ts'

const day = 24 * 60 * 60_000
const minutes = 60

export const emailChange = z.object({ email: emailSchema })

export type AskForEmail = (actor: Actor, email: string) => Promise<void>

export function openEmailChange({ database, log, mail, now }: PanelContext): AskForEmail {
  const limit = openSharedLimit({ database, now })
  return async function askForEmail(actor, email) {
    if (!(await mail.server()))
      throw new PublicError('mail-not-set', 'This panel sends no mail, so that the new address cannot be confirmed.', {
        status: 409,
        hint: 'An administrator can change it.',
      })
    const row = await database.withSystem((tx) => readEntrant(tx, actor.userId))
    if (row?.email === email) throw new InvalidInput({ email: 'This is your address already.' })
    await limit.take([rateRules.changeEmail, actor.userId])
    afterwards(log, 'The mails for a new address were not sent', () =>
      database.withSystem(async (tx) => {
        const self = await readEntrant(tx, actor.userId)
        if (!self) return
        await dropLinks(tx, self.id, 'change-email')
        const change = randomUUID()
        const link = (side: 'old' | 'new') =>
          makeLink(tx, { userId: self.id, purpose: 'change-email', minutes, data: { change, side, email } }, now())
        await mail.post(tx, changeEmailLetter({ to: self.email, ...(await link('old')) }, email))
        if (isOther(await findByEmail(tx, email), self.id))
          await mail.post(tx, addressInUseLetter({ to: email, expiresAt: new Date(now() + day).toISOString() }))
        else await mail.post(tx, newEmailLetter({ to: email, ...(await link('new')) }))
        await record(tx, actor, { action: 'account.email.ask', subject: actor.name })
      }),
    )
  }
}

export async function openEmailLink(
  { database, now }: PanelContext,
  secret: string,
): Promise<{ readonly email: string }> {
  const link = await database.withSystem((tx) => findLink(tx, secret, 'change-email', now()))
  const email = link?.data['email']
  if (email === undefined) throw endedLink()
  return { email }
}

/** True: the address has changed; false: the other one has yet to confirm. */
export async function confirmEmail(context: PanelContext, secret: string, client: Client): Promise<boolean> {
  const { database, mail, now } = context
  const changed = await database.withSystem(async (tx) => {
    const link = await useLink(tx, secret, 'change-email', now())
    const { change, side, email } = link?.data ?? {}
    if (!link || change === undefined || email === undefined) throw endedLink()
    // Both at the same time come one after the other: the second sees the first.
    await lockAccount(tx, link.userId)
    if (!(await otherConfirmed(tx, link.userId, change, side))) return false
    const row = await readEntrant(tx, link.userId)
    if (!row) throw endedLink()
    if (isOther(await findByEmail(tx, email), row.id)) throw endedLink()
    await setEmail(tx, row.id, email, new Date(now()).toISOString())
    // Links that are on their way went to the old address.
    for (const purpose of ['change-email', 'verify-email', 'reset-password'] as const)
      await dropLinks(tx, row.id, purpose)
    await record(tx, actorFor(row, client), {
      action: 'account.email.change',
      subject: row.name,
      before: { email: row.email },
      after: { email },
    })
    await mail.post(tx, emailChangedLetter({ to: row.email, expiresAt: new Date(now() + day).toISOString() }, email))
    return true
  })
  rightsChanged(database)
  return changed
}

async function otherConfirmed(
  tx: Transaction,
  userId: string,
  change: string,
  side: string | undefined,
): Promise<boolean> {
  const links = await listLinks(tx, userId, 'change-email')
  return links.some(({ data, usedAt }) => data['change'] === change && data['side'] !== side && usedAt !== null)
}

const isOther = (found: { readonly id: string } | undefined, selfId: string): boolean =>
  found !== undefined && found.id !== selfId
