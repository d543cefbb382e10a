// What this installation knows and runs, in the API: blueprints, plugins.
import { z } from 'zod'
import { blueprintSchema } from '#core/domain/blueprint.ts'
import { findBlueprint } from '#core/panel/blueprints/routes.tsx'
import { decodeCursor, pageFrom, pageOf, pageQuery } from './pages.ts'
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
]
