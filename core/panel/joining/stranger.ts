// Who acts while there is no account yet.
import type { Client } from '#core/panel/accounts/sign-in.ts'
import type { Actor } from '#core/panel/context.ts'
import { noRights } from '#core/permissions/rights.ts'

export function strangerFrom(client: Client): Omit<Actor, 'userId' | 'name'> {
  return { isOwner: false, rights: noRights, via: 'session', ...client }
}
