// A suspended account keeps everything and can do nothing: no sessions, no keys that work, no new sign-in.
import { z } from 'zod'
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { nameSchema } from '#core/domain/name.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { demand } from '#core/permissions/can.ts'
import { endSessions, updateUser } from './store.ts'
import { targetOf } from './target.ts'

export const suspension = z.object({ reason: nameSchema('Why; they are told it when they sign in.') })

export async function suspendUser(
  { database, now }: PanelContext,
  actor: Actor,
  userId: string,
  { reason }: z.output<typeof suspension>,
): Promise<void> {
  demand(actor, 'user.suspend')
  await database.withSystem(async (tx) => {
    const row = await targetOf(tx, actor, userId, 'suspend this account')
    await updateUser(tx, userId, {
      suspendedAt: row.suspendedAt ?? new Date(now()).toISOString(),
      suspendedReason: reason,
    })
    await endSessions(tx, userId)
    await record(tx, actor, { action: 'user.suspend', subject: row.name, meta: { userId, reason } })
  })
  rightsChanged(database)
}

export async function liftSuspension({ database }: PanelContext, actor: Actor, userId: string): Promise<void> {
  demand(actor, 'user.suspend')
  await database.withSystem(async (tx) => {
    const row = await targetOf(tx, actor, userId, 'lift this suspension')
    if (row.suspendedAt === null) return
    await updateUser(tx, userId, { suspendedAt: null, suspendedReason: null })
    await record(tx, actor, { action: 'user.unsuspend', subject: row.name, meta: { userId } })
  })
  rightsChanged(database)
}
