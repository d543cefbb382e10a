// The owner's way back in when password, factors or providers are lost: a link that `stellar owner reset` prints on the
// machine. Whoever may read the panel's data folder has shown enough, so no second factor is asked.
import { z } from 'zod'
import { passwordSchema } from '#core/auth/password-rule.ts'
import { hashPassword } from '#core/auth/passwords.ts'
import { revokeSessionsOf } from '#core/auth/sessions.ts'
import { PublicError } from '#core/base/errors.ts'
import type { Database } from '#core/db/database.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { readOwner } from '#core/panel/setup/store.ts'
import { forgetFactors } from './forget-store.ts'
import { dropLinks, findLink, makeLink, useLink } from './link-store.ts'
import { endedLink } from './reset.ts'
import { actorFor, type Client } from './sign-in.ts'
import { type EntrantRow, readEntrant, readmit } from './store.ts'

export const recoveryMinutes = 60

export const recoverInput = z.object({
  /** Left out, the present one stays. */
  password: passwordSchema.optional(),
  removeFactors: z.boolean(),
})

export interface Recovery {
  readonly name: string
  readonly email: string
  readonly secret: string
  readonly expiresAt: string
}

/** A new link; the one before is void. `by`: who sits at the machine. */
export async function makeRecovery(database: Database, by: Actor, now: number): Promise<Recovery> {
  return await database.withSystem(async (tx) => {
    const owner = await readOwner(tx)
    const row = owner && (await readEntrant(tx, owner.id))
    if (!row)
      throw new PublicError('no-owner', 'This panel has no owner yet.', {
        hint: 'Run “stellar owner create --email you@example.org”.',
      })
    await dropLinks(tx, row.id, 'recover')
    const { secret, expiresAt } = await makeLink(
      tx,
      { userId: row.id, purpose: 'recover', minutes: recoveryMinutes },
      now,
    )
    await record(tx, by, { action: 'owner.reset', subject: row.name })
    return { name: row.name, email: row.email, secret, expiresAt }
  })
}

/** Whose account it opens, without using it; throws when the link has ended. */
export async function openRecovery({ database, now }: PanelContext, secret: string): Promise<EntrantRow> {
  const row = await database.withSystem(async (tx) => {
    const link = await findLink(tx, secret, 'recover', now())
    return link && (await readEntrant(tx, link.userId))
  })
  if (!row?.isOwner) throw endedLink()
  return row
}

/** Uses it: the account is open again, and everybody who was signed in with it is not. */
export async function recover(
  context: PanelContext,
  secret: string,
  { password, removeFactors }: z.output<typeof recoverInput>,
  client: Client,
): Promise<EntrantRow> {
  const { database, now } = context
  // Asked before a hash is computed: a stranger without a link costs nothing.
  await openRecovery(context, secret)
  const passwordHash = password === undefined ? undefined : await hashPassword(password)
  const row = await database.withSystem(async (tx) => {
    const link = await useLink(tx, secret, 'recover', now())
    const found = link && (await readEntrant(tx, link.userId))
    if (!found?.isOwner) throw endedLink()
    await readmit(tx, found.id, new Date(now()).toISOString(), passwordHash)
    if (removeFactors) await forgetFactors(tx, found.id)
    await record(tx, actorFor(found, client), {
      action: 'account.recover',
      subject: found.name,
      meta: { password: passwordHash !== undefined, factorsRemoved: removeFactors },
    })
    return found
  })
  await revokeSessionsOf(database, row.id)
  return row
}
