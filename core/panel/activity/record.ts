// Writes one line of the activity log, in the transaction of what it tells about: both happen or neither does.
import type { Transaction } from '#core/db/database.ts'
import { activity } from '#core/db/schema/activity.ts'
import type { Actor } from '#core/panel/context.ts'
import { noRights } from '#core/permissions/rights.ts'

export interface ActivityEntry {
  /** `place.verb`, e.g. `server.create`, `server.power.start`, `session.sign-in`. */
  readonly action: string
  readonly server?: { readonly id: string; readonly name: string } | undefined
  /** Name of what was acted on, when it is not a server. */
  readonly subject?: string | undefined
  /** Never secrets. */
  readonly meta?: Readonly<Record<string, unknown>>
  /** What changed, where it matters. Never secrets. */
  readonly before?: Readonly<Record<string, unknown>>
  readonly after?: Readonly<Record<string, unknown>>
  /** `done` unless given. */
  readonly outcome?: 'done' | 'refused' | 'failed'
}

export async function record(tx: Transaction, actor: Actor, entry: ActivityEntry): Promise<void> {
  await tx.insert(activity).values({
    // The system and the command line act for nobody in the table of users.
    actorId: actor.userId === '' ? null : actor.userId,
    actorName: actor.name,
    via: actor.via,
    action: entry.action,
    serverId: entry.server?.id ?? null,
    subject: entry.server?.name ?? entry.subject ?? null,
    meta: { ...entry.meta },
    before: entry.before ? { ...entry.before } : null,
    after: entry.after ? { ...entry.after } : null,
    address: actor.address ?? null,
    userAgent: actor.userAgent?.slice(0, 500) ?? null,
    credentialId: actor.credentialId ?? null,
    requestId: actor.requestId ?? null,
    impersonatorId: actor.impersonatorId ?? null,
    outcome: entry.outcome ?? 'done',
  })
}

/** For what the panel does by itself: facts of nodes, first start, expiry. */
export const systemActor: Actor = {
  userId: '',
  name: 'Stellar',
  isOwner: false,
  rights: noRights,
  via: 'system',
  address: undefined,
  requestId: undefined,
}
