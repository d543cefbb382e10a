// What this installation knows and runs, in the API: blueprints, plugins, activity.
import { z } from 'zod'
import { InvalidInput } from '#core/base/errors.ts'
import { blueprintSchema } from '#core/domain/blueprint.ts'
import { listActivity } from '#core/panel/activity/list.ts'
import { findBlueprint } from '#core/panel/blueprints/routes.tsx'
import { decodeCursor, encodeCursor, pageFrom, pageOf, pageQuery } from './pages.ts'
import { route } from './route.ts'

const blueprint = blueprintSchema.meta({
  id: 'Blueprint',
  description: 'How one game is installed, started, watched and stopped.',
})

const plugin = z.object({
  name: z.string(),
  summary: z.string(),
  version: z.string().optional(),
  state: z.enum(['running', 'failed', 'skipped']),
  reason: z.string().optional().meta({ description: 'Why it failed.' }),
  contributes: z.record(z.string(), z.array(z.string())),
  source: z.string(),
})

const activityEntry = z.object({
  id: z.int(),
  at: z.string(),
  actor: z.string(),
  via: z.enum(['session', 'api-key', 'command-line', 'system']),
  action: z.string(),
  server: z.object({ id: z.uuid(), name: z.string(), exists: z.boolean() }).optional(),
  subject: z.string().optional(),
  address: z.string().optional(),
  outcome: z.enum(['done', 'refused', 'failed']),
  meta: z.record(z.string(), z.unknown()),
})

export const catalogueApi = [
  route({
    method: 'get',
    path: '/blueprints',
    id: 'listBlueprints',
    tag: 'Blueprints',
    summary: 'All blueprints of running plugins.',
    permission: 'blueprint.view',
    query: z.object(pageQuery),
    response: pageOf(blueprint),
    handle: ({ context, query: { limit, cursor } }) => {
      const after = decodeCursor(cursor)
      const all = context.blueprints.toSorted((a, b) => (a.id < b.id ? -1 : 1))
      const rest = after === undefined ? all : all.filter(({ id }) => id > after)
      return pageFrom(rest.slice(0, limit + 1), limit, ({ id }) => id)
    },
  }),
  route({
    method: 'get',
    path: '/blueprints/:blueprintId',
    id: 'getBlueprint',
    tag: 'Blueprints',
    summary: 'One blueprint.',
    permission: 'blueprint.view',
    params: z.object({ blueprintId: z.string().max(60) }),
    response: blueprint,
    problems: { 404: ['blueprint-not-found'] },
    handle: ({ context, params: { blueprintId } }) => findBlueprint(context, blueprintId),
  }),
  route({
    method: 'get',
    path: '/plugins',
    id: 'listPlugins',
    tag: 'Plugins',
    summary: 'All plugins, what they contribute and why one failed.',
    permission: 'platform.plugins',
    query: z.object(pageQuery),
    response: pageOf(plugin),
    handle: ({ context, query: { limit, cursor } }) => {
      const after = decodeCursor(cursor)
      const all = context.plugins.plugins.toSorted((a, b) => (a.name < b.name ? -1 : 1))
      const rest = after === undefined ? all : all.filter(({ name }) => name > after)
      return pageFrom(
        rest.slice(0, limit + 1).map(({ contributes, ...status }) => ({
          ...status,
          contributes: Object.fromEntries(Object.entries(contributes).map(([kind, ids]) => [kind, [...ids]])),
        })),
        limit,
        ({ name }) => name,
      )
    },
  }),
  route({
    method: 'get',
    path: '/activity',
    id: 'listActivity',
    tag: 'Activity',
    summary: 'Who did what to what, newest first.',
    permission: 'platform.activity',
    query: z.object({
      ...pageQuery,
      q: z.string().max(100).optional().meta({ description: 'Part of the name of a person or of what was acted on.' }),
      kind: z
        .string()
        .regex(/^[a-z-]*$/)
        .max(40)
        .optional()
        .meta({ description: 'First part of the action, e.g. `server`.' }),
      outcome: z.enum(['done', 'refused', 'failed']).optional(),
      serverId: z.uuid().optional(),
    }),
    response: pageOf(activityEntry),
    handle: async ({ context, actor, query: { cursor, ...filter } }) => {
      const { entries, next } = await listActivity(context, actor, { ...filter, before: entryNumber(cursor) })
      return {
        data: entries.map((entry) => ({ ...entry, meta: { ...entry.meta } })),
        next: next === undefined ? null : encodeCursor(String(next)),
      }
    },
  }),
]

function entryNumber(cursor: string | undefined): number | undefined {
  const key = decodeCursor(cursor)
  if (key === undefined) return undefined
  const number = Number(key)
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidInput({ cursor: 'Give the value of “next” from the page before.' })
  return number
}
