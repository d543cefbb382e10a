// A server becomes somebody else's, with everything on it; whose it was has no more to do with it.
import { z } from 'zod'
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { InvalidInput } from '#core/base/errors.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { findActiveByEmail, findName } from '#core/panel/users/store.ts'
import { demand } from '#core/permissions/can.ts'
import { lackedOn, refuseLacking } from '#core/permissions/granting.ts'
import { serverDeleting, serverNotFound, visible } from './change.ts'
import { giveServer, readServer } from './write-store.ts'

export const newOwner = z.strictObject({
  to: z.string().trim().min(1, 'The address of an account of this panel.').max(320),
})

export async function changeOwner(
  context: PanelContext,
  actor: Actor,
  serverId: string,
  { to }: z.output<typeof newOwner>,
): Promise<void> {
  demand(actor, 'user.servers')
  const server = await visible(context, actor, serverId)
  // Whoever gets it may do everything with it.
  refuseLacking(lackedOn(actor, ['server.*'], server), `${server.name} cannot be given away`)
  const { database, live } = context
  await database.withSystem(async (tx) => {
    const row = await readServer(tx, serverId, true)
    if (!row) throw serverNotFound()
    if (row.deletedAt !== null) throw serverDeleting(row.name)
    const heir = await findActiveByEmail(tx, to)
    if (!heir) throw new InvalidInput({ to: 'There is no active account with this address.' })
    if (heir.id === row.ownerId) throw new InvalidInput({ to: `${row.name} is theirs already.` })
    await giveServer(tx, row.id, heir.id)
    await record(tx, actor, {
      action: 'server.give',
      server: row,
      before: { owner: await findName(tx, row.ownerId), ownerId: row.ownerId },
      after: { owner: heir.name, ownerId: heir.id },
    })
  })
  rightsChanged(database)
  live.serverChanged(serverId)
}
