// The mail server as an administrator sets, tests and removes it.
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import { type MailServer, mailServerSchema } from '#core/domain/mail.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { can, demand } from '#core/permissions/can.ts'
import { readMailServer, removeMailServer, writeMailServer } from './settings-store.ts'
import { retryWaiting } from './store.ts'

export const mailServerInput = mailServerSchema
export type MailServerInput = MailServer

/** The letters open accounts, the owner's too: whoever says where they go could open any. */
export const mayChangeMailServer = (actor: Actor): boolean => actor.isOwner && can(actor, 'platform.settings')

/** An empty password keeps the stored one, for the same server and user only: nobody is to send it somewhere else. */
export async function changeMailServer(context: PanelContext, actor: Actor, input: MailServerInput): Promise<void> {
  demand(actor, 'platform.settings')
  if (!mayChangeMailServer(actor)) throw ownerOnly()
  await refuseFixed(context)
  const { database, secrets, now } = context
  await database.withSystem(async (tx) => {
    const before = await readMailServer(tx, secrets)
    await writeMailServer(tx, secrets, { ...input, password: passwordOf(input, before) })
    await retryWaiting(tx, new Date(now()).toISOString())
    await record(tx, actor, {
      action: 'settings.mail',
      subject: `${input.host}:${input.port}`,
      ...(before === undefined ? {} : { before: shown(before) }),
      after: shown(input),
    })
  })
}

export async function forgetMailServer(context: PanelContext, actor: Actor): Promise<void> {
  demand(actor, 'platform.settings')
  await refuseFixed(context)
  const { database, secrets } = context
  await database.withSystem(async (tx) => {
    const before = await readMailServer(tx, secrets)
    if (!before) return
    await removeMailServer(tx)
    await record(tx, actor, { action: 'settings.mail', subject: 'no mail', before: shown(before) })
  })
}

/** Throws what the server said, as an administrator may read it. */
export async function testMail({ mail, now }: PanelContext, actor: Actor, to: string): Promise<void> {
  demand(actor, 'platform.settings')
  const set = await mail.server()
  if (!set) throw noMailServer()
  await mail.sendNow(set.server, {
    to,
    kind: 'test',
    subject: 'This mail came through',
    text: ['The mail server of your Stellar panel works: confirmations, invitations and new passwords will arrive.'],
    foot: 'Somebody who may change the settings of the panel asked for this mail.',
    expiresAt: new Date(now() + 60_000).toISOString(),
  })
}

function noMailServer(): PublicError {
  return new PublicError('mail-not-set', 'No mail server is set.', { status: 409, hint: 'Save one first.' })
}

function ownerOnly(): PublicError {
  return new PublicError('owner-only', 'Only the owner of this panel sets the mail server.', {
    status: 403,
    hint: 'Its letters open accounts: whoever receives them could open any. You may test it, and switch it off.',
  })
}

async function refuseFixed({ mail }: PanelContext): Promise<void> {
  if ((await mail.server())?.fromEnvironment !== true) return
  throw new PublicError('mail-set-elsewhere', 'The mail server is set by STELLAR_SMTP_URL.', {
    status: 409,
    hint: 'Change it there, or take the variable away.',
  })
}

function passwordOf(input: MailServerInput, before: MailServer | undefined): string {
  if (input.username === '') return ''
  if (input.password !== '') return input.password
  if (before && before.password !== '' && before.host === input.host && before.username === input.username)
    return before.password
  throw new InvalidInput({ password: 'The password for this server and user.' })
}

const shown = ({ host, port, security, username, from }: MailServer) => ({ host, port, security, username, from })
