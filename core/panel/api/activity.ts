// The activity log in the API: of the whole panel and of one server, by page or as one file.
import { z } from 'zod'
import { InvalidInput } from '#core/base/errors.ts'
import { exportActivity, exportFormats } from '#core/panel/activity/export.ts'
import { type ActivityFilter, activityFilter } from '#core/panel/activity/filter.ts'
import { type ActivityScope, listActivity, openActivity } from '#core/panel/activity/list.ts'
import { changeRetention, showRetention } from '#core/panel/activity/retention.ts'
import { retention } from '#core/panel/activity/retention-store.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { decodeCursor, encodeCursor, pageOf, pageQuery } from './pages.ts'
import { download, route } from './route.ts'

const tag = 'Activity'
const anything = z.record(z.string(), z.unknown())
const activityEntry = z.object({
  id: z.int(),
  at: z.string(),
  actor: z.string().meta({ description: 'The name at that time.' }),
  actorId: z.uuid().optional(),
  through: z.string().optional().meta({ description: 'Who really acted, while looking through that account.' }),
  impersonatorId: z.uuid().optional(),
  via: z.enum(['session', 'api-key', 'command-line', 'system']),
  credentialId: z.uuid().optional().meta({ description: 'Of the session or key that was used.' }),
  key: z.string().optional().meta({ description: 'Name of that key.' }),
  action: z.string(),
  server: z.object({ id: z.uuid(), name: z.string(), exists: z.boolean() }).optional(),
  subject: z.string().optional(),
  address: z.string().optional(),
  userAgent: z.string().optional(),
  outcome: z.enum(['done', 'refused', 'failed']),
  meta: anything,
  before: anything.optional().meta({ description: 'What changed, as it was.' }),
  after: anything.optional().meta({ description: 'What changed, as it became.' }),
  requestId: z.string().optional(),
})

const { server, ...ofServer } = activityFilter
const optional = <S extends Readonly<Record<string, z.ZodType>>>(shape: S) => z.object(shape).partial().shape
const panelFilter = { ...optional({ ...ofServer, server }), serverId: z.uuid().optional() }
const serverFilter = optional(ofServer)
const format = z.enum(exportFormats).default('json')
const params = z.object({ id: z.string().max(60) })
const notFound = { 404: ['server-not-found'] } as const

export const activityApi = [
  route({
    method: 'get',
    path: '/activity',
    id: 'listActivity',
    tag,
    summary: 'Who did what to what, newest first.',
    permission: 'platform.activity',
    query: z.object({ ...pageQuery, ...panelFilter }),
    response: pageOf(activityEntry),
    handle: async ({ context, actor, query }) => await part(context, actor, await openActivity(context, actor), query),
  }),
  route({
    method: 'post',
    path: '/activity/export',
    id: 'exportActivity',
    tag,
    summary: 'All of it as one file, newest first; itself an entry of the log. One at a time.',
    permission: 'platform.activity',
    body: z.strictObject({ ...panelFilter, format }),
    response: download,
    problems: { 422: ['invalid-input'], 429: ['export-running'] },
    handle: async ({ context, actor, body: { format, serverId, ...filter } }) =>
      await exportActivity(
        context,
        actor,
        await openActivity(context, actor),
        { ...filter, server: serverId ?? filter.server },
        format,
      ),
  }),
  route({
    method: 'get',
    path: '/servers/:id/activity',
    id: 'listServerActivity',
    tag,
    summary:
      'What was done to one server, newest first; from where with `server.activity.addresses` alone, but for one’s own.',
    permission: 'server.activity',
    params,
    query: z.object({ ...pageQuery, ...serverFilter }),
    response: pageOf(activityEntry),
    problems: notFound,
    handle: async ({ context, actor, params, query }) =>
      await part(context, actor, await openActivity(context, actor, params.id), query),
  }),
  route({
    method: 'post',
    path: '/servers/:id/activity/export',
    id: 'exportServerActivity',
    tag,
    summary: 'The same as one file; itself an entry of the log. One at a time.',
    permission: 'server.activity',
    params,
    body: z.strictObject({ ...serverFilter, format }),
    response: download,
    problems: { ...notFound, 422: ['invalid-input'], 429: ['export-running'] },
    handle: async ({ context, actor, params, body: { format, ...filter } }) =>
      await exportActivity(context, actor, await openActivity(context, actor, params.id), filter, format),
  }),
  route({
    method: 'get',
    path: '/settings/activity',
    id: 'getActivitySettings',
    tag: 'Settings',
    summary: 'How long the activity log is kept.',
    permission: 'platform.security',
    response: retention,
    handle: ({ context, actor }) => showRetention(context, actor),
  }),
  route({
    method: 'put',
    path: '/settings/activity',
    id: 'setActivitySettings',
    tag: 'Settings',
    summary: 'Sets it: from 30 days to ten years, or 0 for ever.',
    permission: 'platform.security',
    body: z.strictObject({ keepDays: retention.shape.keepDays.unwrap() }),
    response: retention,
    problems: { 422: ['invalid-input'] },
    handle: ({ context, actor, body }) => changeRetention(context, actor, body),
  }),
]

async function part(
  context: PanelContext,
  actor: Actor,
  scope: ActivityScope,
  {
    cursor,
    ...query
  }: ActivityFilter & {
    readonly cursor?: string | undefined
    readonly limit: number
    readonly serverId?: string | undefined
  },
) {
  const { entries, next } = await listActivity(context, actor, scope, { ...query, before: entryNumber(cursor) })
  return { data: entries, next: next === undefined ? null : encodeCursor(String(next)) }
}

function entryNumber(cursor: string | undefined): number | undefined {
  const key = decodeCursor(cursor)
  if (key === undefined) return undefined
  const number = Number(key)
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidInput({ cursor: 'Give the value of “next” from the page before.' })
  return number
}
