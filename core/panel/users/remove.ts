// An account goes, and with it sessions, keys, memberships and links. Its servers do not go by accident: they are given to
// somebody or deleted, as was chosen.
import { z } from 'zod'
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import { accountDeletedLetter } from '#core/panel/accounts/letters.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { removeServer } from '#core/panel/servers/remove.ts'
import { can, demand } from '#core/permissions/can.ts'
import { deleteUserRow, findActiveByEmail, findOwnerId, giveServers, lockUser, serversOf } from './store.ts'
import { targetOf } from './target.ts'

const day = 24 * 60 * 60_000

export const removal = z.object({
  /** The address, typed, so that nobody is deleted by a slip. */
  confirmation: z.string().max(320).default(''),
  servers: z.enum(['transfer', 'delete'], 'What happens to the servers: transfer or delete.').default('transfer'),
  /** For `transfer`: whose they become; empty: the panel's owner. */
  to: z.string().trim().max(320).default(''),
})
export type Removal = z.output<typeof removal>

export async function removeUser(context: PanelContext, actor: Actor, userId: string, input: Removal): Promise<void> {
  demand(actor, 'user.delete')
  const { database } = context
  const row = await database.withSystem((tx) => targetOf(tx, actor, userId, 'delete this account'))
  if (input.confirmation.trim().toLowerCase() !== row.email.toLowerCase())
    throw new InvalidInput({ confirmation: `Type ${row.email} to delete it.` })
  await demandOverServers(context, actor, userId)
  await goAway(context, actor, userId, input)
}

/** One's own, after a proof that it is oneself who asks. */
export async function removeOwnAccount(context: PanelContext, actor: Actor, input: Removal): Promise<void> {
  if (actor.isOwner)
    throw new PublicError(
      'owner-stays',
      'The owner’s account cannot be deleted: somebody must be able to do everything.',
      { status: 409 },
    )
  // To nobody in particular: servers are not pushed onto people who did not ask for them.
  await goAway(context, actor, actor.userId, { ...input, to: '' })
}

export async function countOwned({ database }: PanelContext, { userId }: Actor): Promise<number> {
  const owned = await database.withSystem((tx) => serversOf(tx, userId))
  return owned.filter(({ deletedAt }) => deletedAt === null).length
}

/** Whoever deletes people need not be allowed to decide over servers. */
async function demandOverServers({ database }: PanelContext, actor: Actor, userId: string): Promise<void> {
  const owned = await database.withSystem((tx) => serversOf(tx, userId))
  if (owned.length > 0 && !can(actor, 'user.servers')) demand(actor, 'user.servers')
}

async function goAway(context: PanelContext, actor: Actor, userId: string, input: Removal): Promise<void> {
  const { database, mail, now, live } = context
  // While it is being deleted a server still has a row, and a row has an owner.
  const { heirId, owned } = await database.withSystem(async (tx) => {
    const owned = await serversOf(tx, userId)
    if (input.servers === 'delete' || input.to === '') return { owned, heirId: await findOwnerId(tx) }
    const heir = await findActiveByEmail(tx, input.to)
    if (!heir || heir.id === userId)
      throw new InvalidInput({ to: 'There is no other active account with this address.' })
    return { owned, heirId: heir.id }
  })
  if (input.servers === 'delete') {
    const left = owned.filter(({ deletedAt }) => deletedAt === null)
    // All of them before the first goes.
    for (const server of left) demand(actor, 'server.delete', server)
    for (const { id } of left) await removeServer(context, actor, id)
  }
  await database.withSystem(async (tx) => {
    const row = await lockUser(tx, userId)
    if (!row) return
    if (heirId !== undefined) await giveServers(tx, userId, heirId)
    await deleteUserRow(tx, userId)
    await record(tx, actor, {
      action: 'user.delete',
      subject: row.name,
      meta: { userId, servers: owned.length === 0 ? 'none' : input.servers, count: owned.length },
    })
    await mail.post(tx, accountDeletedLetter({ to: row.email, expiresAt: new Date(now() + day).toISOString() }))
  })
  rightsChanged(database)
  for (const { id } of owned) live.serverChanged(id)
}
