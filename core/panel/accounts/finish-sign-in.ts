// The one way into a session: whoever has shown who they are, by password, passkey or provider, comes through here.
import { createSession, revokeSession } from '#core/auth/sessions.ts'
import { readSignInSettings } from '#core/auth/sign-in-settings.ts'
import { PublicError } from '#core/base/errors.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { beginPending } from '#core/panel/factors/pending.ts'
import { readFactors } from '#core/panel/factors/store.ts'
import { clientOf } from '#core/panel/http/client.ts'
import { sessionCookie, setTheme } from '#core/panel/http/cookies.ts'
import { asTheme } from '#core/panel/http/identity.ts'
import type { AppContext } from '#core/panel/http/types.ts'
import { urls } from '#views/urls.ts'
import { noteDevice } from './devices.ts'
import { actorFor } from './sign-in.ts'
import { type EntrantRow, markSeen, readEntrant } from './store.ts'
import { sendVerification } from './verify.ts'

export interface Entrant {
  readonly userId: string
  /** What was shown: `password`, `passkey`, `provider:github`. */
  readonly method: string
  /** A path of ours to go to afterwards; undefined: home. */
  readonly next: string | undefined
}

/** Answers the request: a session and the way on, the question for a second factor, or a refusal. Throws PublicError for who may not come in. */
export async function finishSignIn(c: AppContext, context: PanelContext, entrant: Entrant): Promise<Response> {
  const row = await context.database.withSystem((tx) => readEntrant(tx, entrant.userId))
  if (!row) throw new PublicError('account-not-found', 'This account is gone.', { status: 404 })
  refuseSuspended(row)
  if (row.emailVerifiedAt === null) await refuseUnverified(context, row)
  if (!entrant.method.startsWith('provider:') && !row.isOwner) await refuseOutsiders(context)
  const factors = await context.database.withSystem((tx) => readFactors(tx, row.id))
  // A passkey that asked for finger, face or PIN is two factors already.
  if (entrant.method !== 'passkey' && (factors.totp || factors.passkeys > 0)) {
    await beginPending(c, context, entrant)
    return c.redirect(urls.signInSecond(), 303)
  }
  return await beginSession(c, context, row, entrant)
}

/** For the log: somebody on the way in, who may do nothing yet. */
export function entrantActor(c: AppContext, row: EntrantRow): Actor {
  return actorFor(row, clientOf(c))
}

/** Told only to somebody who has shown that the account is theirs. */
function refuseSuspended({ suspendedAt, suspendedReason }: EntrantRow): void {
  if (suspendedAt === null) return
  throw new PublicError(
    'account-suspended',
    suspendedReason ? `This account is suspended: ${suspendedReason}` : 'This account is suspended.',
    {
      status: 403,
      hint: 'An administrator of this panel can lift that.',
    },
  )
}

/** Where people come in through providers alone. */
async function refuseOutsiders({ database }: PanelContext): Promise<void> {
  if (!(await database.withSystem(readSignInSettings)).providersOnly) return
  throw new PublicError('providers-only', 'People sign in here through a provider, not with a password.', {
    status: 403,
    hint: 'Use one of the buttons on the sign-in page.',
  })
}

/** Where addresses are to be confirmed, whoever knows the password is told, and sent the link again. */
async function refuseUnverified(context: PanelContext, row: EntrantRow): Promise<void> {
  if (!(await context.database.withSystem(readSignInSettings)).verifyEmail) return
  const sent = await context.database.withSystem((tx) => sendVerification(tx, context, row))
  throw new PublicError('email-not-verified', `The address ${row.email} is not confirmed yet.`, {
    status: 403,
    hint: sent ? 'A link is in your mailbox; open it, then sign in.' : 'An administrator of this panel can do that.',
  })
}

/** Nothing is asked any more: for this file and for the second half in factors/sign-in-routes.tsx. */
export async function beginSession(
  c: AppContext,
  context: PanelContext,
  row: EntrantRow,
  { method, next }: Pick<Entrant, 'method' | 'next'>,
): Promise<Response> {
  const { database } = context
  const client = { address: c.get('address'), userAgent: c.req.header('user-agent') }
  const signIn = { action: 'account.sign-in', subject: row.name, meta: { method } }
  const session = await database.withSystem(async (tx) => {
    await markSeen(tx, row.id, new Date(context.now()).toISOString())
    const made = await createSession(tx, row.id, client, { method, provedAt: new Date(context.now()).toISOString() })
    await noteDevice(c, context, tx, row)
    await record(tx, { ...entrantActor(c, row), credentialId: made.id }, signIn)
    return made
  })
  // The session that this browser had before ends: it may be somebody else's.
  const previous = c.get('sessionId')
  if (previous !== undefined) await revokeSession(database, previous)
  sessionCookie.write(c, session.secret, new Date(session.expiresAt))
  setTheme(c, asTheme(row.theme))
  return c.redirect(next ?? urls.home(), 303)
}
