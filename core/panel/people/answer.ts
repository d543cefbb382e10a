// The other end of an invitation: what it offers, and yes or no. Whoever holds the link may answer it, once.
import { readHolders } from '#core/auth/rights.ts'
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { PublicError } from '#core/base/errors.ts'
import type { Transaction } from '#core/db/database.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { lackedOn } from '#core/permissions/granting.ts'
import { invitationNotFound } from './invite.ts'
import { answerInvitation, findInvitation, lockMember, type OpenInvitation, writeMember } from './store.ts'

const shape = /^[\w-]{43}$/

export interface Offer {
  readonly serverName: string
  readonly invitedBy: string
  readonly email: string
  readonly grants: readonly string[]
  readonly expiresAt: string
}

/** Undefined: answered, withdrawn, expired, or never made. */
export async function readOffer(context: PanelContext, token: string): Promise<Offer | undefined> {
  const found = await context.database.withSystem((tx) => findOpen(tx, context, token, false))
  if (!found) return undefined
  const { server, inviterName, email, permissions, expiresAt } = found
  return { serverName: server.name, invitedBy: inviterName ?? 'Somebody', email, grants: permissions, expiresAt }
}

/** Returns the server's id. */
export async function acceptInvitation(context: PanelContext, actor: Actor, token: string): Promise<string> {
  const { server } = await context.database.withSystem(async (tx) => {
    const found = await findOpen(tx, context, token, true)
    if (!found) throw invitationNotFound()
    const { server, permissions, invitedBy, email } = found
    if (server.ownerId === actor.userId) {
      throw new PublicError('own-server', `${server.name} is yours already.`, { status: 409 })
    }
    if (await lockMember(tx, server.id, actor.userId)) {
      throw new PublicError('already-member', `You already have access to ${server.name}.`, {
        status: 409,
        hint: 'Who invited you can change what you may do there.',
      })
    }
    await refuseFadedInviter(tx, found)
    await writeMember(tx, { serverId: server.id, userId: actor.userId, permissions: [...permissions], invitedBy })
    await answerInvitation(tx, found.id, { acceptedAt: new Date(context.now()).toISOString() })
    await record(tx, actor, { action: 'server.person.join', server, meta: { email, permissions } })
    return found
  })
  rightsChanged(context.database)
  return server.id
}

export async function declineInvitation(context: PanelContext, actor: Actor, token: string): Promise<void> {
  await context.database.withSystem(async (tx) => {
    const found = await findOpen(tx, context, token, true)
    if (!found) throw invitationNotFound()
    await answerInvitation(tx, found.id, { declinedAt: new Date(context.now()).toISOString() })
    await record(tx, actor, { action: 'server.person.decline', server: found.server, meta: { email: found.email } })
  })
}

async function findOpen(tx: Transaction, { now }: PanelContext, token: string, lock: boolean) {
  return shape.test(token) ? await findInvitation(tx, token, new Date(now()).toISOString(), lock) : undefined
}

/** Who invited may have lost since what they gave: nobody gives what they lack, also not a week later. */
async function refuseFadedInviter(tx: Transaction, { invitedBy, permissions, server }: OpenInvitation): Promise<void> {
  const inviter = invitedBy === null ? undefined : (await readHolders(tx, [invitedBy])).get(invitedBy)
  const needed = [...permissions, 'server.subusers.create']
  if (inviter && lackedOn(inviter, needed, server).length === 0) return
  throw new PublicError('invitation-faded', 'Who invited you may no longer give this access.', {
    status: 409,
    hint: 'Ask for a new invitation.',
  })
}
