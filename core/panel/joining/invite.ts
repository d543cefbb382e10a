// Invitations to the panel: an administrator names an address and perhaps a role; the link makes the account.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { newLinkSecret } from '#core/auth/link-secret.ts'
import { readRoleRights } from '#core/auth/role-rights-store.ts'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { Transaction } from '#core/db/database.ts'
import { emailSchema } from '#core/domain/mail.ts'
import { invitationLetter } from '#core/panel/accounts/letters.ts'
import { findByEmail } from '#core/panel/accounts/store.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { panelUrl } from '#core/panel/http/links.ts'
import { demand } from '#core/permissions/can.ts'
import { lackedInRole, refuseLacking } from '#core/permissions/granting.ts'
import { urls } from '#views/urls.ts'
import {
  countInvitations,
  insertInvitation,
  isInvited,
  lockInvitations,
  readInvitation,
  removeInvitation,
  renewInvitation,
} from './store.ts'

const day = 24 * 60 * 60_000
/** A list this long is a mistake, and each is a mail. */
const mostOpen = 500

export const invitationInput = z.object({
  email: emailSchema,
  /** Of the account that it makes; left out: no role. */
  roleId: z.uuid('One of the roles.').optional(),
  days: z.coerce
    .number('A number of days from 1 to 30.')
    .pipe(z.int('A whole number of days.').min(1, 'At least one day.').max(30, 'At most 30 days.'))
    .default(7),
})

export interface Invited {
  readonly id: string
  readonly expiresAt: string
  /** The link to hand out, seen once; undefined: it went by mail. */
  readonly url: string | undefined
}

export async function invite(
  context: PanelContext,
  actor: Actor,
  input: z.output<typeof invitationInput>,
): Promise<Invited> {
  demand(actor, 'user.create')
  const { database, now } = context
  const { email, roleId, days } = input
  const moment = new Date(now()).toISOString()
  return await database.withSystem(async (tx) => {
    await lockInvitations(tx)
    if (await findByEmail(tx, email)) throw new InvalidInput({ email: 'This address has an account already.' })
    if (await isInvited(tx, email))
      throw new InvalidInput({ email: 'This address is invited already; send that invitation again.' })
    if ((await countInvitations(tx, moment)) >= mostOpen)
      throw new PublicError('too-many-invitations', `At most ${mostOpen} invitations are open at a time.`, {
        status: 409,
        hint: 'Withdraw some.',
      })
    if (roleId !== undefined) await demandRole(tx, actor, roleId)
    const { secret, hash } = newLinkSecret()
    const id = randomUUID()
    const expiresAt = new Date(now() + days * day).toISOString()
    await insertInvitation(tx, {
      id,
      email,
      tokenHash: hash,
      roleId: roleId ?? null,
      invitedBy: actor.userId,
      createdAt: moment,
      expiresAt,
    })
    await record(tx, actor, { action: 'invitation.create', subject: email, meta: { ...(roleId && { roleId }) } })
    return { id, expiresAt, url: await deliver(context, tx, actor, { to: email, secret, expiresAt }) }
  })
}

/** Does it make an account with a role? */
export async function givesRole({ database }: PanelContext, invitationId: string): Promise<boolean> {
  return ((await database.withSystem((tx) => readInvitation(tx, invitationId)))?.roleId ?? null) !== null
}

/** A new link; the one sent before is void. */
export async function inviteAgain(
  context: PanelContext,
  actor: Actor,
  invitationId: string,
): Promise<Invited & { readonly email: string }> {
  demand(actor, 'user.create')
  const { database, now } = context
  return await database.withSystem(async (tx) => {
    const row = await readInvitation(tx, invitationId)
    // Who registered themselves asks for another link themselves.
    if (!row || row.invitedBy === null) throw invitationNotFound()
    if (row.roleId !== null) await demandRole(tx, actor, row.roleId)
    const { secret, hash } = newLinkSecret()
    const expiresAt = new Date(now() + 7 * day).toISOString()
    await renewInvitation(tx, row.id, { tokenHash: hash, expiresAt, invitedBy: actor.userId })
    await record(tx, actor, { action: 'invitation.resend', subject: row.email })
    const url = await deliver(context, tx, actor, { to: row.email, secret, expiresAt })
    return { id: row.id, email: row.email, expiresAt, url }
  })
}

export async function withdrawInvitation(
  { database }: PanelContext,
  actor: Actor,
  invitationId: string,
): Promise<void> {
  demand(actor, 'user.create')
  await database.withSystem(async (tx) => {
    const row = await readInvitation(tx, invitationId)
    if (!row) throw invitationNotFound()
    await removeInvitation(tx, row.id)
    await record(tx, actor, { action: 'invitation.withdraw', subject: row.email })
  })
}

/** By mail where there is one; else the link itself, for whoever invites to hand out. */
async function deliver(
  { mail, config }: PanelContext,
  tx: Transaction,
  actor: Actor,
  link: { readonly to: string; readonly secret: string; readonly expiresAt: string },
): Promise<string | undefined> {
  if (await mail.post(tx, invitationLetter(link, actor.name))) return undefined
  return `${panelUrl(config)}${urls.join()}?token=${link.secret}`
}

/** Nobody invites somebody into more than they hold. */
async function demandRole(tx: Transaction, actor: Actor, roleId: string): Promise<void> {
  demand(actor, 'user.roles')
  const role = await readRoleRights(tx, roleId)
  if (!role) throw new InvalidInput({ roleId: 'There is no such role.' })
  refuseLacking(lackedInRole(actor, role), 'You cannot give this role')
}

export function invitationNotFound(): PublicError {
  return new PublicError('invitation-not-found', 'There is no open invitation with this id.', { status: 404 })
}
