// The activity log as somebody may read it: a page of it, and where the next older page begins.
import type { Actor, PanelContext } from '#core/panel/context.ts'
import type { ActivityView } from '#views/models.ts'
import { type ActivityQuery, readActivity } from './store.ts'

export interface ActivityPart {
  readonly entries: readonly ActivityView[]
  /** Give it as `before` for the next part; undefined at the end. */
  readonly next: number | undefined
}

export async function listActivity(context: PanelContext, actor: Actor, query: ActivityQuery): Promise<ActivityPart> {
  const found = await context.database.withTenant(actor.userId, (tx) =>
    readActivity(tx, { ...query, limit: query.limit + 1 }),
  )
  const entries = found.slice(0, query.limit)
  return { entries, next: found.length > query.limit ? entries.at(-1)?.id : undefined }
}
