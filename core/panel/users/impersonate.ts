// Looking through somebody's account, to see what they see: one hour, with a banner, written down, and nothing about the
// account itself can be changed meanwhile.
import { createSession, forgetSessions } from '#core/auth/sessions.ts'
import { PublicError } from '#core/base/errors.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { sessionCookie } from '#core/panel/http/cookies.ts'
import type { AppContext } from '#core/panel/http/types.ts'
import { whileImpersonating } from '#core/panel/http/while-impersonating.ts'
import { demand } from '#core/permissions/can.ts'
import { changeSession, endSession, lockUser } from './store.ts'
import { targetOf } from './target.ts'

const hour = 60 * 60_000

/** The browser's own session ends: whoever leaves the desk leaves no second door open. */
export async function impersonate(c: AppContext, context: PanelContext, actor: Actor, userId: string): Promise<void> {
  demand(actor, 'user.impersonate')
  const { database, now } = context
  const own = c.get('sessionId')
  if (own === undefined || actor.via !== 'session')
    throw new PublicError('browser-only', 'Only a browser can look through an account.', { status: 403 })
  if (actor.impersonatorId !== undefined) throw whileImpersonating()
  const client = { address: c.get('address'), userAgent: c.req.header('user-agent') }
  const expiresAt = new Date(now() + hour).toISOString()
  const session = await database.withSystem(async (tx) => {
    const row = await targetOf(tx, actor, userId, 'look through this account')
    if (row.suspendedAt !== null)
      throw new PublicError('account-suspended', 'This account is suspended: there is nothing to look through.', {
        status: 409,
      })
    const made = await createSession(tx, userId, client, { method: 'impersonation', impersonatorId: actor.userId })
    // An hour, which use does not prolong: see core/auth/sessions.ts.
    await changeSession(tx, made.id, { expiresAt })
    await endSession(tx, own)
    await record(tx, actor, { action: 'user.impersonate', subject: row.name, meta: { userId } })
    return made
  })
  forgetSessions(database)
  sessionCookie.write(c, session.secret, new Date(expiresAt))
}

/** Back to oneself, with a session that has proven nothing lately. */
export async function stopImpersonating(c: AppContext, context: PanelContext, actor: Actor): Promise<void> {
  const { database } = context
  const { impersonatorId } = actor
  const sessionId = c.get('sessionId')
  if (sessionId === undefined || impersonatorId === undefined) return
  const client = { address: c.get('address'), userAgent: c.req.header('user-agent') }
  const own = await database.withSystem(async (tx) => {
    // Signed out everywhere a moment ago: then this is no way back in.
    if (!(await endSession(tx, sessionId))) return undefined
    const self = await lockUser(tx, impersonatorId)
    if (!self || self.suspendedAt !== null) return undefined
    await record(
      tx,
      { ...actor, ...self, impersonatorId: undefined },
      { action: 'user.impersonate.end', subject: actor.name, meta: { userId: actor.userId } },
    )
    const made = await createSession(tx, impersonatorId, client, { method: 'impersonation-end' })
    await changeSession(tx, made.id, { provedAt: new Date(0).toISOString() })
    return made
  })
  forgetSessions(database)
  if (own) sessionCookie.write(c, own.secret, new Date(own.expiresAt))
  else sessionCookie.clear(c)
}
