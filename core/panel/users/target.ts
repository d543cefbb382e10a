// Acting on somebody else's account: only for who holds everything that account was given, and never while looking
// through another account.
import { PublicError } from '#core/base/errors.ts'
import type { Transaction } from '#core/db/database.ts'
import type { Actor } from '#core/panel/context.ts'
import { isAbove } from '#core/permissions/granting.ts'
import { lockUser, type UserRow } from './store.ts'

/** Of a transaction of the system role. `what` completes “You cannot …”. */
export async function targetOf(tx: Transaction, actor: Actor, userId: string, what: string): Promise<UserRow> {
  const row = await lockUser(tx, userId)
  if (!row) throw userNotFound()
  if (row.userId === actor.userId)
    throw new PublicError('own-account', `You cannot ${what} here: it is your own account.`, {
      status: 409,
      hint: 'Use the account page.',
    })
  if (!isAbove(actor, row))
    throw new PublicError('above-you', `You cannot ${what}: this account has rights that you do not have.`, {
      status: 403,
      hint: 'Somebody with at least the same rights can.',
    })
  return row
}

export function userNotFound(): PublicError {
  return new PublicError('user-not-found', 'There is no user with this id.', { status: 404 })
}
