// The activity log as somebody may read it: a page of it, and where the next older page begins.
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { visible } from '#core/panel/servers/change.ts'
import { can, demand } from '#core/permissions/can.ts'
import type { ActivityView } from '#views/models.ts'
import { type ActivityQuery, readActivity } from './store.ts'

export interface ActivityPart {
  readonly entries: readonly ActivityView[]
  /** Give it as `before` for the next part; undefined at the end. */
  readonly next: number | undefined
}

/** Which log: the whole panel's, or what was done to one server. */
export interface ActivityScope {
  readonly server: { readonly id: string; readonly name: string } | undefined
  /** From where it was done, of others too. */
  readonly addresses: boolean
}

/** Throws what the web answers with 403 or 404. */
export async function openActivity(context: PanelContext, actor: Actor, serverId?: string): Promise<ActivityScope> {
  if (serverId === undefined) {
    demand(actor, 'platform.activity')
    return { server: undefined, addresses: true }
  }
  const row = await visible(context, actor, serverId)
  demand(actor, 'server.activity', row)
  return { server: row, addresses: can(actor, 'server.activity.addresses', row) }
}

export async function listActivity(
  { database }: PanelContext,
  actor: Actor,
  { server, addresses }: ActivityScope,
  query: ActivityQuery,
): Promise<ActivityPart> {
  const { scope } = actor.rights
  const serverIds = scope?.serverIds === undefined ? undefined : [...scope.serverIds]
  const found = await database.withTenant(actor.userId, (tx) =>
    readActivity(tx, { ...query, serverIds, serverId: server?.id ?? query.serverId, limit: query.limit + 1 }),
  )
  const entries = found.slice(0, query.limit)
  return {
    entries: addresses ? entries : entries.map((entry) => (isOwn(entry, actor) ? entry : withoutPlace(entry))),
    next: found.length > query.limit ? entries.at(-1)?.id : undefined,
  }
}

/** What somebody else did through this account was done from where they are. */
const isOwn = (entry: ActivityView, { userId, impersonatorId }: Actor): boolean =>
  entry.actorId === userId && entry.impersonatorId === impersonatorId

const withoutPlace = (entry: ActivityView): ActivityView => ({ ...entry, address: undefined, userAgent: undefined })
