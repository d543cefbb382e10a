// Who is behind a request, for handlers that run after the gate of access.ts has let it in.
import { PublicError } from '#core/base/errors.ts'
import type { Actor } from '#core/panel/context.ts'
import type { AppContext } from './types.ts'

/** The signed-in actor. The gate refuses strangers first, so throwing here means a route is declared wrongly. */
export function actorOf(c: AppContext): Actor {
  const actor = c.get('actor')
  if (!actor) throw notSignedIn()
  return actor
}

function notSignedIn(): PublicError {
  return new PublicError('not-signed-in', 'Sign in to see this.', {
    status: 401,
    hint: 'The API takes a key in the header “Authorization: Bearer …”.',
  })
}
