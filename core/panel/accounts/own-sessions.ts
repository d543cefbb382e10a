// The browsers that are signed in with one's account: listed and signed out.
import { revokeSession, revokeSessionsOf } from '#core/auth/sessions.ts'
import { PublicError } from '#core/base/errors.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import type { SessionView } from '#views/pages/account/security.tsx'
import { listSessions, ownsSession } from './store.ts'

/** `currentId`: the session that asks, if it is one. */
export async function listOwnSessions(
  { database, now }: PanelContext,
  { userId }: Actor,
  currentId: string | undefined,
): Promise<SessionView[]> {
  return await database.withTenant(userId, (tx) => listSessions(tx, userId, currentId, new Date(now()).toISOString()))
}

export async function endSession({ database }: PanelContext, actor: Actor, sessionId: string): Promise<void> {
  if (!(await database.withTenant(actor.userId, (tx) => ownsSession(tx, actor.userId, sessionId))))
    throw sessionNotFound()
  await revokeSession(database, sessionId)
  await database.withTenant(actor.userId, (tx) =>
    record(tx, actor, { action: 'account.session.revoke', subject: actor.name }),
  )
}

export async function endOtherSessions(
  { database }: PanelContext,
  actor: Actor,
  currentId: string | undefined,
): Promise<void> {
  await revokeSessionsOf(database, actor.userId, currentId)
  await database.withTenant(actor.userId, (tx) =>
    record(tx, actor, { action: 'account.session.revoke', subject: actor.name, meta: { all: true } }),
  )
}

export function sessionNotFound(): PublicError {
  return new PublicError('session-not-found', 'You have no session with this id.', { status: 404 })
}
