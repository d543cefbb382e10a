// Invitations to a server: by mail where the panel sends mail, else as a link to hand out. The link works once, for a week.
import { randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { PublicError } from '#core/base/errors.ts'
import type { Transaction } from '#core/db/database.ts'
import { oneAtATime } from '#core/db/one-at-a-time.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { panelUrl } from '#core/panel/http/links.ts'
import { rateRules } from '#core/panel/http/rate-rules.ts'
import { openSharedLimit, type SharedLimit } from '#core/panel/http/shared-limit.ts'
import { visible } from '#core/panel/servers/change.ts'
import type { ServerRecord } from '#core/panel/servers/write-store.ts'
import { demand } from '#core/permissions/can.ts'
import { presetOf } from '#core/permissions/presets.ts'
import { urls } from '#views/urls.ts'
import { chosenGrants, grantInput, refuseBeyond } from './members.ts'
import {
  countMembers,
  dropInvitation,
  dropInvitationsTo,
  hashToken,
  insertInvitation,
  listInvitations,
  lockInvitation,
  renewInvitation,
} from './store.ts'

export const invitationDays = 7
const day = 24 * 60 * 60_000
/** Of one server. Far more than anybody knows by name; a bound against floods of mail. */
const mostPeople = 200
const mostOpen = 50

export const invitationInput = grantInput.extend({
  email: z
    .string()
    .trim()
    .max(254)
    .regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'An e-mail address, like name@example.org.'),
})

export interface Invited {
  readonly id: string
  readonly email: string
  /** True: a mail is on its way. */
  readonly mailed: boolean
  /** To hand out where no mail is sent; given once. */
  readonly link: string | undefined
  readonly expiresAt: string
}

export async function invite(
  context: PanelContext,
  actor: Actor,
  serverId: string,
  input: z.output<typeof invitationInput>,
): Promise<Invited> {
  const server = await visible(context, actor, serverId)
  demand(actor, 'server.subusers.create', server)
  const { email, ...chosen } = input
  const permissions = chosenGrants(chosen)
  refuseBeyond(actor, server, email, permissions)
  await countLetter(context, actor, email)
  const id = randomUUID()
  const { token, tokenHash, expiresAt } = fresh(context)
  return await context.database.withSystem(async (tx) => {
    await oneAtATime(tx, `people of ${server.id}`)
    await dropInvitationsTo(tx, server.id, email)
    const open = await listInvitations(tx, server.id)
    if (open.length >= mostOpen || open.length + (await countMembers(tx, server.id)) >= mostPeople) throw tooMany()
    await insertInvitation(tx, {
      id,
      email,
      tokenHash,
      serverId: server.id,
      permissions,
      invitedBy: actor.userId,
      expiresAt,
    })
    await record(tx, actor, { action: 'server.person.invite', server, meta: { email, permissions } })
    return await send(context, tx, actor, server, { id, email, permissions, token, expiresAt })
  })
}

/** A new link for another week; the old one is void. */
export async function inviteAgain(
  context: PanelContext,
  actor: Actor,
  serverId: string,
  invitationId: string,
): Promise<Invited> {
  const server = await visible(context, actor, serverId)
  demand(actor, 'server.subusers.create', server)
  const { token, tokenHash, expiresAt } = fresh(context)
  const open = (tx: Transaction) => openFor(tx, actor, server, invitationId)
  // Counted between the two: a counter waits for no invitation, and none for a counter.
  await countLetter(context, actor, (await context.database.withSystem(open)).email)
  return await context.database.withSystem(async (tx) => {
    const { id, email, permissions } = await open(tx)
    await renewInvitation(tx, id, { tokenHash, expiresAt, invitedBy: actor.userId })
    await record(tx, actor, { action: 'server.person.invite', server, meta: { email, permissions, again: true } })
    return await send(context, tx, actor, server, { id, email, permissions, token, expiresAt })
  })
}

export async function withdrawInvitation(
  context: PanelContext,
  actor: Actor,
  serverId: string,
  invitationId: string,
): Promise<string> {
  const server = await visible(context, actor, serverId)
  demand(actor, 'server.subusers.delete', server)
  return await context.database.withSystem(async (tx) => {
    const found = await openFor(tx, actor, server, invitationId)
    await dropInvitation(tx, found.id)
    await record(tx, actor, { action: 'server.person.withdraw', server, meta: { email: found.email } })
    return found.email
  })
}

async function openFor(tx: Transaction, actor: Actor, server: ServerRecord, invitationId: string) {
  const found = await lockInvitation(tx, server.id, invitationId)
  if (!found) throw invitationNotFound()
  refuseBeyond(actor, server, found.email, found.permissions)
  return found
}

const limits = new WeakMap<PanelContext['database'], SharedLimit>()

/** A link that is handed out by hand fills nobody's mailbox. */
async function countLetter(context: PanelContext, actor: Actor, email: string): Promise<void> {
  const { database, mail } = context
  if (!(await mail.server())) return
  let limit = limits.get(database)
  if (!limit) {
    limit = openSharedLimit(context)
    limits.set(database, limit)
  }
  await limit.take([rateRules.invite, actor.userId], [rateRules.inviteRecipient, email.toLowerCase()])
}

function fresh({ now }: Pick<PanelContext, 'now'>) {
  const token = randomBytes(32).toString('base64url')
  return { token, tokenHash: hashToken(token), expiresAt: new Date(now() + invitationDays * day).toISOString() }
}

interface Sending {
  readonly id: string
  readonly email: string
  readonly permissions: readonly string[]
  readonly token: string
  readonly expiresAt: string
}

async function send(
  context: PanelContext,
  tx: Transaction,
  actor: Actor,
  server: ServerRecord,
  { id, email, permissions, token, expiresAt }: Sending,
): Promise<Invited> {
  const path = urls.invitationLink({ token })
  const mailed = await context.mail.post(tx, {
    to: email,
    kind: 'server-invitation',
    subject: `${actor.name} invites you to ${server.name}`,
    text: [
      `${actor.name} invites you to the game server ${server.name}, as ${(presetOf(permissions)?.name ?? 'a guest').toLowerCase()}.`,
      `The link works once and for ${invitationDays} days.`,
    ],
    action: { label: 'See the invitation', path },
    foot: 'If you do not know who this is, do nothing: without your answer nothing happens.',
    expiresAt,
  })
  return { id, email, mailed, link: mailed ? undefined : panelUrl(context.config) + path, expiresAt }
}

export function invitationNotFound(): PublicError {
  return new PublicError('invitation-not-found', 'This invitation was answered, withdrawn or never made.', {
    status: 404,
  })
}

function tooMany(): PublicError {
  return new PublicError(
    'too-many-people',
    `A server has at most ${mostOpen} open invitations and ${mostPeople} people.`,
    {
      status: 409,
      hint: 'Withdraw invitations that nobody answered.',
    },
  )
}
