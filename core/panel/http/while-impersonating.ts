// What an administrator who looks through somebody's account cannot do: change that account.
import { PublicError } from '#core/base/errors.ts'

export function whileImpersonating(): PublicError {
  return new PublicError('impersonating', 'Not while you look through somebody else’s account.', {
    status: 403,
    hint: 'Go back to your own account first.',
  })
}
