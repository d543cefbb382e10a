// Takes a linked account away, unless it is the last way in.

import { rightsChanged } from '#core/auth/rights-changed.ts'
import { PublicError } from '#core/base/errors.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { otherWaysIn, removeIdentity, syncRoles } from './store.ts'

export async function unlink({ database }: PanelContext, actor: Actor, identityId: string): Promise<void> {
  await database.withSystem(async (tx) => {
    const others = await otherWaysIn(tx, actor.userId, identityId)
    const provider = await removeIdentity(tx, actor.userId, identityId)
    if (provider === undefined) throw notLinked()
    if (others === 0) {
      throw new PublicError('last-way-in', 'This is the only way into your account.', {
        status: 409,
        hint: 'Set a password or add a passkey first.',
      })
    }
    // What the provider gave goes with it.
    await syncRoles(tx, actor.userId, provider, [])
    await record(tx, actor, { action: 'account.unlink', subject: provider, meta: { provider } })
  })
  rightsChanged(database)
}

export function notLinked(): PublicError {
  return new PublicError('link-not-found', 'You have no such linked account.', { status: 404 })
}
