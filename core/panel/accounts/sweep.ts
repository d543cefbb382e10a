// What has ended goes: links, invitations, and accounts that registered themselves and that nobody confirmed.
import type { Database } from '#core/db/database.ts'
import { removeEndedInvitations } from '#core/panel/joining/store.ts'
import { removeEndedLinks } from './link-store.ts'
import { removeUnconfirmed } from './store.ts'

const day = 24 * 60 * 60_000

export async function sweepAccounts(database: Database, now: number): Promise<void> {
  const iso = (at: number) => new Date(at).toISOString()
  await database.withSystem(async (tx) => {
    await removeEndedLinks(tx, iso(now))
    await removeEndedInvitations(tx, iso(now), iso(now - 30 * day))
    await removeUnconfirmed(tx, iso(now - 7 * day))
  })
}
