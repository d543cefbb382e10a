// The activity log, newest first. Row-level security decides what a person sees of it.
import { and, desc, eq, ilike, lt, or, sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { activity } from '#core/db/schema/activity.ts'
import { servers } from '#core/db/schema/servers.ts'
import type { ActivityView } from '#views/models.ts'

export interface ActivityQuery {
  /** Those with a smaller number, i.e. older. */
  readonly before?: number | undefined
  readonly limit: number
  /** Part of a person's, a server's or another subject's name. */
  readonly q?: string | undefined
  /** First part of the action, e.g. `server`. */
  readonly kind?: string | undefined
  readonly outcome?: 'done' | 'refused' | 'failed' | undefined
  readonly serverId?: string | undefined
}

export async function readActivity(tx: Transaction, query: ActivityQuery): Promise<ActivityView[]> {
  const { before, limit, q, kind, outcome, serverId } = query
  const part = q ? `%${q.replace(/[\\%_]/g, '\\$&')}%` : undefined
  const rows = await tx
    .select({
      id: activity.id,
      at: activity.at,
      actor: activity.actorName,
      via: activity.via,
      action: activity.action,
      serverId: activity.serverId,
      subject: activity.subject,
      meta: activity.meta,
      address: activity.address,
      outcome: activity.outcome,
      exists: sql<boolean>`${servers.id} is not null`,
    })
    .from(activity)
    .leftJoin(servers, eq(servers.id, activity.serverId))
    .where(
      and(
        before === undefined ? undefined : lt(activity.id, before),
        serverId === undefined ? undefined : eq(activity.serverId, serverId),
        outcome === undefined ? undefined : eq(activity.outcome, outcome),
        kind ? sql`${activity.action} like ${`${kind.replace(/[^a-z-]/g, '')}.%`}` : undefined,
        part === undefined ? undefined : or(ilike(activity.actorName, part), ilike(activity.subject, part)),
      ),
    )
    .orderBy(desc(activity.id))
    .limit(limit)
  return rows.map(({ serverId, exists, subject, address, via, ...row }) => ({
    ...row,
    // Written by record.ts alone, from the union of Actor.
    via: via as ActivityView['via'],
    server: serverId === null ? undefined : { id: serverId, name: subject ?? '', exists },
    subject: subject ?? undefined,
    address: address ?? undefined,
  }))
}
