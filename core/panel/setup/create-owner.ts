// Makes the owner's account: one, whoever asks at the same time and by whichever door (wizard, command line, first
// start).
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { passwordSchema } from '#core/auth/password-rule.ts'
import { hashPassword } from '#core/auth/passwords.ts'
import { PublicError } from '#core/base/errors.ts'
import type { Database } from '#core/db/database.ts'
import { emailSchema } from '#core/domain/mail.ts'
import { personNameSchema } from '#core/panel/accounts/profile.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor } from '#core/panel/context.ts'
import { noRights } from '#core/permissions/rights.ts'
import { clearSetup, hasOwner, insertOwner } from './store.ts'

export const ownerInput = z.object({
  name: personNameSchema,
  email: emailSchema,
  password: passwordSchema,
})
export type OwnerInput = z.output<typeof ownerInput>

export async function createOwner(
  database: Database,
  input: OwnerInput,
  by: Pick<Actor, 'via' | 'address' | 'userAgent' | 'requestId'>,
): Promise<Actor> {
  // Asked first, so that a flood of requests cannot make the panel compute password hashes for nothing.
  if (await database.withSystem(hasOwner)) throw ownerExists()
  const { name, email, password } = input
  const owner = { id: randomUUID(), name, email, passwordHash: await hashPassword(password) }
  const actor: Actor = { ...by, userId: owner.id, name, isOwner: true, rights: noRights }
  await database.withSystem(async (tx) => {
    if (!(await insertOwner(tx, owner))) throw ownerExists()
    await clearSetup(tx)
    await record(tx, actor, { action: 'account.create', subject: name, meta: { owner: true } })
  })
  return actor
}

function ownerExists(): PublicError {
  return new PublicError('owner-exists', 'This panel has an owner already.', {
    status: 409,
    hint: 'Sign in with that account.',
  })
}
