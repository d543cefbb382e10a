// A new password for oneself. Whoever else is signed in with this account is signed out.
import { z } from 'zod'
import { passwordSchema } from '#core/auth/password-rule.ts'
import { hashPassword, verifyPassword } from '#core/auth/passwords.ts'
import { revokeSessionsOf } from '#core/auth/sessions.ts'
import { InvalidInput } from '#core/base/errors.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { passwordHashOf } from '#core/panel/factors/store.ts'
import { counted } from '#core/panel/factors/tries.ts'
import { rateRules } from '#core/panel/http/rate-rules.ts'
import { openSharedLimit } from '#core/panel/http/shared-limit.ts'
import { passwordChangedLetter } from './letters.ts'
import { readEntrant, updatePassword } from './store.ts'

const mailLifeMs = 24 * 60 * 60_000

export const passwordChange = z.object({ current: z.string().max(1024), password: passwordSchema })

/** `current` is not asked of an account that has none yet; the caller has asked for another proof then. */
export async function changePassword(
  context: PanelContext,
  actor: Actor,
  sessionId: string | undefined,
  { current, password }: z.output<typeof passwordChange>,
): Promise<void> {
  const { database, mail, now } = context
  const { userId } = actor
  await openSharedLimit({ database, now }).take([rateRules.passwordChange, userId])
  const old = await database.withSystem((tx) => passwordHashOf(tx, userId))
  if (old !== undefined) {
    const right = await counted(context, userId, async () => ((await verifyPassword(old, current)) ? true : undefined))
    if (right === undefined) throw new InvalidInput({ current: 'This is not your present password.' })
  }
  const hash = await hashPassword(password)
  await database.withSystem(async (tx) => {
    await updatePassword(tx, userId, hash, new Date(now()).toISOString())
    await record(tx, actor, { action: 'account.password.change', subject: actor.name })
    const account = await readEntrant(tx, userId)
    const expiresAt = new Date(now() + mailLifeMs).toISOString()
    if (account) await mail.post(tx, passwordChangedLetter({ to: account.email, expiresAt }))
  })
  await revokeSessionsOf(database, userId, sessionId)
}
