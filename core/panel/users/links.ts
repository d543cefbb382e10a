// A link for a new password that an administrator hands out, e.g. where no mail is sent.

import { dropLinks, makeLink } from '#core/panel/accounts/link-store.ts'
import { resetMinutes } from '#core/panel/accounts/reset.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { panelUrl } from '#core/panel/http/links.ts'
import { demand } from '#core/permissions/can.ts'
import { urls } from '#views/urls.ts'
import { targetOf } from './target.ts'

export interface HandedLink {
  /** Seen once, in the answer that made it. */
  readonly url: string
  readonly expiresAt: string
}

export async function handOutReset(
  { database, config, now }: PanelContext,
  actor: Actor,
  userId: string,
): Promise<HandedLink> {
  demand(actor, 'user.update')
  return await database.withSystem(async (tx) => {
    const row = await targetOf(tx, actor, userId, 'make a link for this account')
    await dropLinks(tx, userId, 'reset-password')
    const { secret, expiresAt } = await makeLink(
      tx,
      { userId, purpose: 'reset-password', minutes: resetMinutes, data: { by: 'administrator' } },
      now(),
    )
    await record(tx, actor, { action: 'user.reset-link', subject: row.name, meta: { userId } })
    return { url: `${panelUrl(config)}${urls.reset()}?token=${secret}`, expiresAt }
  })
}
