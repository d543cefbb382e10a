// Making users, and changing what is known of them: name, address, whether it is confirmed.
import { z } from 'zod'
import { passwordSchema } from '#core/auth/password-rule.ts'
import { hashPassword, isPasswordHash } from '#core/auth/passwords.ts'
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { InvalidInput } from '#core/base/errors.ts'
import { emailSchema } from '#core/domain/mail.ts'
import { createAccount } from '#core/panel/accounts/create-account.ts'
import { emailChangedLetter } from '#core/panel/accounts/letters.ts'
import { dropLinks } from '#core/panel/accounts/link-store.ts'
import { personNameSchema } from '#core/panel/accounts/profile.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { dropInvitations } from '#core/panel/joining/store.ts'
import { demand } from '#core/permissions/can.ts'
import { emailTaken, readUser, updateUser } from './store.ts'
import { targetOf } from './target.ts'

const day = 24 * 60 * 60_000

export const userInput = z.object({
  name: personNameSchema,
  email: emailSchema,
  /** Left out: they choose one by a link. */
  password: passwordSchema.optional(),
  /** Instead of a password, from another panel: argon2id as a PHC string, or bcrypt. */
  passwordHash: z
    .string()
    .max(300)
    .refine(
      isPasswordHash,
      'An argon2id PHC string (m ≤ 262144, t ≤ 10, p ≤ 4, m·t ≤ 524288), or bcrypt ($2a$, $2b$, $2y$) up to cost 12.',
    )
    .optional(),
  verified: z.boolean('True or false.').default(true),
})

export async function createUser(
  context: PanelContext,
  actor: Actor,
  input: z.output<typeof userInput>,
): Promise<string> {
  demand(actor, 'user.create')
  const { database, now } = context
  const { name, email, password, verified } = input
  if (password !== undefined && input.passwordHash !== undefined)
    throw new InvalidInput({ passwordHash: 'Either a password or its hash.' })
  const passwordHash = password === undefined ? input.passwordHash : await hashPassword(password)
  return await database.withSystem(async (tx) => {
    const id = await createAccount(tx, { name, email, passwordHash, verified, joinedBy: 'admin' }, actor, now())
    if (id === undefined) throw taken()
    await dropInvitations(tx, email)
    return id
  })
}

export const userChange = z.object({
  name: personNameSchema.optional(),
  email: emailSchema.optional(),
  verified: z.boolean('True or false.').optional(),
})

/** Whoever reads the mail of an account can open it, and a confirmed address links it with a provider: not so its name. */
export async function opensAccount(
  { database }: PanelContext,
  userId: string,
  { email, verified }: z.output<typeof userChange>,
): Promise<boolean> {
  const row = await database.withSystem((tx) => readUser(tx, userId))
  return (
    row !== undefined &&
    ((email !== undefined && email !== row.email) || (verified !== undefined && verified !== row.verified))
  )
}

export async function changeUser(
  context: PanelContext,
  actor: Actor,
  userId: string,
  change: z.output<typeof userChange>,
): Promise<void> {
  demand(actor, 'user.update')
  const { database, mail, now } = context
  const moment = new Date(now()).toISOString()
  await database.withSystem(async (tx) => {
    const row = await targetOf(tx, actor, userId, 'change this account')
    const name = change.name ?? row.name
    const email = change.email ?? row.email
    const moved = email !== row.email
    if (moved && (await emailTaken(tx, email, userId))) throw taken()
    // What was shown of the old address says nothing about the new one.
    const verified = change.verified ?? (!moved && row.emailVerifiedAt !== null)
    await updateUser(tx, userId, {
      name,
      email,
      emailVerifiedAt: verified ? (moved ? moment : (row.emailVerifiedAt ?? moment)) : null,
    })
    if (moved) {
      // Links that are on their way went to the old address.
      for (const purpose of ['verify-email', 'reset-password', 'change-email'] as const)
        await dropLinks(tx, userId, purpose)
      await mail.post(tx, emailChangedLetter({ to: row.email, expiresAt: new Date(now() + day).toISOString() }, email))
    }
    await record(tx, actor, {
      action: 'user.update',
      subject: name,
      meta: { userId },
      before: { name: row.name, email: row.email, verified: row.emailVerifiedAt !== null },
      after: { name, email, verified },
    })
  })
  rightsChanged(database)
}

function taken(): InvalidInput {
  return new InvalidInput({ email: 'This address has an account already.' })
}
