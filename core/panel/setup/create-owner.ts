// Makes the owner's account: one, whoever asks at the same time and by whichever door (wizard, command line, first
// start).
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { hashPassword } from '#core/auth/passwords.ts'
import { PublicError } from '#core/base/errors.ts'
import type { Database } from '#core/db/database.ts'
import { personNameSchema } from '#core/panel/accounts/profile.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor } from '#core/panel/context.ts'
import { noRights } from '#core/permissions/rights.ts'
import { clearSetup, hasOwner, insertOwner } from './store.ts'

export const ownerInput = z.object({
  name: personNameSchema,
  email: z.string().trim().max(320).pipe(z.email('An e-mail address such as you@example.org.')),
  password: z
    .string()
    .min(10, 'At least 10 characters; a few words are good.')
    .max(1024, 'At most 1024 characters.')
    .refine((value) => new Set(value).size >= 4, 'Something less easy to guess.'),
})
export type OwnerInput = z.output<typeof ownerInput>

export async function createOwner(
  database: Database,
  input: OwnerInput,
  by: Pick<Actor, 'via' | 'address' | 'requestId'>,
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
