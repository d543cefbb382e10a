// A suspended server is stopped and stays off. Whoever could do something with it may look at it, and nothing else, until
// the suspension is lifted; what is on it stays.
import { z } from 'zod'
import type { Transaction } from '#core/db/database.ts'
import { type ActivityEntry, record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { demand } from '#core/permissions/can.ts'
import { serverDeleting, serverNotFound, visible } from './change.ts'
import { portsOf } from './claims-store.ts'
import { desiredServer } from './desired.ts'
import { readServer, reviseServer, type ServerPatch, type ServerRecord } from './write-store.ts'

export const serverSuspension = z.strictObject({
  reason: z.string().trim().min(1, 'Why; whoever sees the server reads it.').max(200, 'At most 200 characters.'),
})

/** Suspended already: the reason is changed. */
export async function suspendServer(
  context: PanelContext,
  actor: Actor,
  serverId: string,
  { reason }: z.output<typeof serverSuspension>,
): Promise<void> {
  await change(context, actor, serverId, (row) => ({
    patch: {
      suspendedAt: row.suspendedAt ?? new Date(context.now()).toISOString(),
      suspendedReason: reason,
      // A wish of its own, so that a node that is away stops it when it is back.
      ...(row.powerWant === 'running'
        ? { powerWant: 'stopped', powerHow: 'stop', powerRequest: row.powerRequest + 1 }
        : {}),
    },
    entry: {
      action: 'server.suspend',
      meta: { reason },
      ...(row.suspendedAt === null ? {} : { before: { reason: row.suspendedReason }, after: { reason } }),
    },
  }))
}

/** It stays off: whoever may start it decides when. */
export async function liftServerSuspension(context: PanelContext, actor: Actor, serverId: string): Promise<void> {
  await change(context, actor, serverId, (row) =>
    row.suspendedAt === null
      ? undefined
      : {
          patch: { suspendedAt: null, suspendedReason: null },
          entry: { action: 'server.unsuspend', before: { reason: row.suspendedReason, since: row.suspendedAt } },
        },
  )
}

type Decision = { readonly patch: ServerPatch; readonly entry: ActivityEntry } | undefined

async function change(
  context: PanelContext,
  actor: Actor,
  serverId: string,
  decide: (row: ServerRecord) => Decision,
): Promise<void> {
  demand(actor, 'user.servers')
  const { database, hub, live, secrets } = context
  await visible(context, actor, serverId)
  const desired = await database.withSystem(async (tx) => {
    const row = await lockServer(tx, serverId)
    const decided = decide(row)
    if (!decided) return undefined
    const changed = await reviseServer(tx, row.id, decided.patch)
    await record(tx, actor, { ...decided.entry, server: changed })
    return { nodeId: row.nodeId, server: desiredServer(changed, await portsOf(tx, row.id), secrets) }
  })
  if (!desired) return
  hub.apply(desired.nodeId, desired.server)
  live.serverChanged(serverId)
}

async function lockServer(tx: Transaction, serverId: string): Promise<ServerRecord> {
  const row = await readServer(tx, serverId, true)
  if (!row) throw serverNotFound()
  if (row.deletedAt !== null) throw serverDeleting(row.name)
  return row
}
