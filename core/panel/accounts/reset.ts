// A new password for who forgot it: a link in a mail, or one that an administrator hands out. It never signs anybody in, so
// that a second factor is asked as ever.
import { z } from 'zod'
import { passwordSchema } from '#core/auth/password-rule.ts'
import { hashPassword } from '#core/auth/passwords.ts'
import { revokeSessionsOf } from '#core/auth/sessions.ts'
import { readSignInSettings } from '#core/auth/sign-in-settings.ts'
import { PublicError } from '#core/base/errors.ts'
import type { Database } from '#core/db/database.ts'
import { emailSchema } from '#core/domain/mail.ts'
import { record } from '#core/panel/activity/record.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { afterwards } from '#core/panel/http/background.ts'
import { rateRules } from '#core/panel/http/rate-rules.ts'
import { networkOf, openSharedLimit } from '#core/panel/http/shared-limit.ts'
import { forgetOtherWaysIn } from './forget-store.ts'
import { passwordChangedLetter, resetLetter } from './letters.ts'
import { dropLinks, findLink, makeLink, useLink } from './link-store.ts'
import { actorFor, type Client } from './sign-in.ts'
import { findByEmail, readEntrant, setPassword } from './store.ts'

const hour = 60 * 60_000
export const resetMinutes = 60

export const forgotInput = z.object({ email: emailSchema })
export const resetInput = z.object({ password: passwordSchema })

/** Resolves at once, whether or not there is such an account. Throws `too-many-tries` (429). */
export type AskForReset = (email: string, client: Client) => Promise<void>

export function openAskForReset({ database, log, mail, now }: PanelContext): AskForReset {
  const limit = openSharedLimit({ database, now })
  return async function askForReset(email, { address }) {
    await limit.take([rateRules.reset, networkOf(address)])
    const account = email.toLowerCase()
    // Not told: a refusal for this account would say that somebody asked before.
    if (!(await limit.allows([rateRules.resetAccount, account]))) return
    afterwards(log, 'A link for a new password was not sent', () =>
      database.withSystem(async (tx) => {
        const found = await findByEmail(tx, account)
        const row = found && (await readEntrant(tx, found.id))
        if (!row || row.suspendedAt !== null) return
        // With providers alone a password would open nothing, but for the owner.
        if (!row.isOwner && (await readSignInSettings(tx)).providersOnly) return
        await dropLinks(tx, row.id, 'reset-password')
        const link = await makeLink(
          tx,
          { userId: row.id, purpose: 'reset-password', minutes: resetMinutes, data: { by: 'mail' } },
          now(),
        )
        await mail.post(tx, resetLetter({ to: row.email, ...link }))
      }),
    )
  }
}

/** Whose password it is; throws when the link has ended. */
export async function openResetLink(
  { database, now }: PanelContext,
  secret: string,
): Promise<{ readonly email: string }> {
  const row = await database.withSystem(async (tx) => {
    const link = await findLink(tx, secret, 'reset-password', now())
    return link && (await readEntrant(tx, link.userId))
  })
  if (!row || row.suspendedAt !== null) throw endedLink()
  return { email: row.email }
}

export async function resetPassword(
  context: PanelContext,
  secret: string,
  password: string,
  client: Client,
): Promise<void> {
  const { database, mail, now } = context
  // Asked before a hash is computed: a stranger without a link costs nothing.
  await openResetLink(context, secret)
  const passwordHash = await hashPassword(password)
  const userId = await database.withSystem(async (tx) => {
    const link = await useLink(tx, secret, 'reset-password', now())
    const row = link && (await readEntrant(tx, link.userId))
    if (!link || !row || row.suspendedAt !== null) throw endedLink()
    const moment = new Date(now()).toISOString()
    // Who read the mail has the mailbox; who was handed a link has shown nothing about it.
    const confirms = link.data['by'] === 'mail'
    await setPassword(tx, row.id, passwordHash, moment, confirms)
    // Where addresses are not confirmed, somebody else may have made the account and left a key or a passkey in it.
    if (confirms && row.emailVerifiedAt === null) await forgetOtherWaysIn(tx, row.id)
    await dropLinks(tx, row.id, 'reset-password', link.id)
    await record(tx, actorFor(row, client), { action: 'account.password.reset', subject: row.name })
    await mail.post(tx, passwordChangedLetter({ to: row.email, expiresAt: new Date(now() + 24 * hour).toISOString() }))
    return row.id
  })
  await endSessions(database, userId)
}

async function endSessions(database: Database, userId: string): Promise<void> {
  await revokeSessionsOf(database, userId)
}

export function endedLink(): PublicError {
  return new PublicError('link-ended', 'This link was used or has ended.', {
    status: 410,
    hint: 'Ask for another one.',
  })
}
