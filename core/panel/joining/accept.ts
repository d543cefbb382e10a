// The link of an invitation or of a registration makes the account; its address is confirmed by that.
import { z } from 'zod'
import { passwordSchema } from '#core/auth/password-rule.ts'
import { hashPassword } from '#core/auth/passwords.ts'
import { readHolders } from '#core/auth/rights.ts'
import { readRoleRights } from '#core/auth/role-rights-store.ts'
import { PublicError } from '#core/base/errors.ts'
import type { Transaction } from '#core/db/database.ts'
import { createAccount } from '#core/panel/accounts/create-account.ts'
import { personNameSchema } from '#core/panel/accounts/profile.ts'
import type { Client } from '#core/panel/accounts/sign-in.ts'
import { findByEmail } from '#core/panel/accounts/store.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { can } from '#core/permissions/can.ts'
import { lackedInRole } from '#core/permissions/granting.ts'
import { acceptInvitation, dropInvitations, findInvitation, giveRole, type InvitationRow } from './store.ts'
import { strangerFrom } from './stranger.ts'

export const acceptInput = z.object({ name: personNameSchema, password: passwordSchema })

export async function openInvitation({ database, now }: PanelContext, secret: string): Promise<InvitationRow> {
  const row = await database.withSystem((tx) => findInvitation(tx, secret, new Date(now()).toISOString()))
  if (!row) throw endedInvitation()
  return row
}

/** The id of the new account. Throws when the link has ended or its address has an account by now. */
export async function accept(
  context: PanelContext,
  secret: string,
  { name, password }: z.output<typeof acceptInput>,
  client: Client,
): Promise<string> {
  const { database, now } = context
  // Asked before a hash is computed, and again afterwards: a stranger without a link that works costs nothing.
  const offered = await openInvitation(context, secret)
  await database.withSystem((tx) => refuseVain(tx, offered))
  const passwordHash = await hashPassword(password)
  const moment = new Date(now()).toISOString()
  return await database.withSystem(async (tx) => {
    const row = await findInvitation(tx, secret, moment, true)
    if (!row) throw endedInvitation()
    await refuseVain(tx, row)
    const { email, roleId, invitedBy } = row
    const joinedBy = invitedBy === null ? 'registration' : 'invitation'
    const account = { name, email, passwordHash, verified: true, joinedBy } as const
    const userId = await createAccount(tx, account, strangerFrom(client), now())
    if (userId === undefined) throw hasAccount()
    if (roleId !== null) await giveRole(tx, userId, roleId, invitedBy)
    await acceptInvitation(tx, row.id, moment)
    await dropInvitations(tx, email)
    return userId
  })
}

async function refuseVain(tx: Transaction, { email, roleId, invitedBy }: InvitationRow): Promise<void> {
  if (await findByEmail(tx, email)) throw hasAccount()
  if (roleId !== null) await refuseFadedInviter(tx, invitedBy, roleId)
}

/** Who invited may have lost since what they gave: nobody gives what they lack, also not a week later. */
async function refuseFadedInviter(tx: Transaction, invitedBy: string | null, roleId: string): Promise<void> {
  const inviter = invitedBy === null ? undefined : (await readHolders(tx, [invitedBy])).get(invitedBy)
  const role = await readRoleRights(tx, roleId)
  const may = inviter && can(inviter, 'user.create') && can(inviter, 'user.roles')
  if (may && role && lackedInRole(inviter, role).length === 0) return
  throw new PublicError('invitation-faded', 'Who invited you may no longer give this access.', {
    status: 409,
    hint: 'Ask for a new invitation.',
  })
}

function endedInvitation(): PublicError {
  return new PublicError('invitation-ended', 'This link was used, was withdrawn or has ended.', {
    status: 410,
    hint: 'Ask whoever invited you for another one, or register again.',
  })
}

function hasAccount(): PublicError {
  return new PublicError('account-exists', 'This address has an account by now.', {
    status: 409,
    hint: 'Sign in with it.',
  })
}
