// The activity log, newest first. Row-level security decides what a person sees of it.
import { and, desc, eq, gte, ilike, inArray, isNotNull, lt, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Transaction } from '#core/db/database.ts'
import { apiKeys, users } from '#core/db/schema/accounts.ts'
import { activity } from '#core/db/schema/activity.ts'
import { servers } from '#core/db/schema/servers.ts'
import type { ActivityView } from '#views/models.ts'
import { type ActivityFilter, periodOf } from './filter.ts'

export interface ActivityQuery extends ActivityFilter {
  /** Those with a smaller number, i.e. older. */
  readonly before?: number | undefined
  readonly limit: number
  readonly serverId?: string | undefined
  /** A key may be for some servers alone. */
  readonly serverIds?: readonly string[] | undefined
}

const impersonator = alias(users, 'impersonator')

export async function readActivity(tx: Transaction, query: ActivityQuery): Promise<ActivityView[]> {
  const rows = await tx
    .select({
      id: activity.id,
      at: activity.at,
      actor: activity.actorName,
      actorId: activity.actorId,
      through: impersonator.name,
      impersonatorId: activity.impersonatorId,
      via: activity.via,
      credentialId: activity.credentialId,
      key: apiKeys.name,
      action: activity.action,
      serverId: activity.serverId,
      subject: activity.subject,
      meta: activity.meta,
      before: activity.before,
      after: activity.after,
      address: activity.address,
      userAgent: activity.userAgent,
      requestId: activity.requestId,
      outcome: activity.outcome,
      exists: sql<boolean>`${servers.id} is not null`,
    })
    .from(activity)
    .leftJoin(servers, eq(servers.id, activity.serverId))
    .leftJoin(impersonator, eq(impersonator.id, activity.impersonatorId))
    .leftJoin(apiKeys, eq(apiKeys.id, activity.credentialId))
    .where(and(...conditions(query)))
    .orderBy(desc(activity.id))
    .limit(query.limit)
  return rows.map(({ serverId, exists, subject, via, through, impersonatorId, ...row }) => ({
    ...present(row),
    // Written by record.ts alone, from the union of Actor.
    via: via as ActivityView['via'],
    server: serverId === null ? undefined : { id: serverId, name: subject ?? '', exists },
    subject: subject ?? undefined,
    // Whoever may not see users, or whose account is gone.
    through: impersonatorId === null ? undefined : (through ?? 'an administrator'),
    impersonatorId: impersonatorId ?? undefined,
  }))
}

function conditions(query: ActivityQuery): (SQL | undefined)[] {
  const { before, q, person, server, kind, outcome, serverId, serverIds } = query
  const { since, until } = periodOf(query)
  return [
    before === undefined ? undefined : lt(activity.id, before),
    serverId === undefined ? undefined : eq(activity.serverId, serverId),
    serverIds === undefined ? undefined : inArray(activity.serverId, [...serverIds]),
    outcome === undefined ? undefined : eq(activity.outcome, outcome),
    since === undefined ? undefined : gte(activity.at, since),
    until === undefined ? undefined : lt(activity.at, until),
    kind ? sql`${activity.action} like ${`${kind.replace(/[^a-z-]/g, '')}.%`}` : undefined,
    q ? or(ilike(activity.actorName, part(q)), ilike(activity.subject, part(q))) : undefined,
    person ? ofPerson(person) : undefined,
    server ? ofServer(server) : undefined,
  ]
}

const ofPerson = (person: string) =>
  isId(person)
    ? or(eq(activity.actorId, person), eq(activity.impersonatorId, person))
    : ilike(activity.actorName, part(person))

const ofServer = (server: string) =>
  isId(server)
    ? eq(activity.serverId, server)
    : and(isNotNull(activity.serverId), ilike(activity.subject, part(server)))

const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

const part = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

type Present<T> = { [Key in keyof T]: null extends T[Key] ? Exclude<T[Key], null> | undefined : T[Key] }

function present<T extends object>(row: T): Present<T> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? undefined])) as Present<T>
}
