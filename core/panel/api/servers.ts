// Servers in the API: the same use cases as the pages.
import { z } from 'zod'
import { powerActions, shownStates } from '#core/domain/server.ts'
import { demandProof } from '#core/panel/factors/proof.tsx'
import { createServer } from '#core/panel/servers/create.ts'
import { readDetail } from '#core/panel/servers/detail.ts'
import { serverDraftSchema } from '#core/panel/servers/draft.ts'
import { changeOwner, newOwner } from '#core/panel/servers/give.ts'
import { list, readStats, show } from '#core/panel/servers/list.ts'
import { power } from '#core/panel/servers/power.ts'
import { remove } from '#core/panel/servers/remove.ts'
import { retryInstall } from '#core/panel/servers/retry-install.ts'
import { liftServerSuspension, serverSuspension, suspendServer } from '#core/panel/servers/suspend.ts'
import { serverUpdateSchema, updateServer } from '#core/panel/servers/update.ts'
import { decodeCursor, pageFrom, pageOf, pageQuery } from './pages.ts'
import { noContent, route } from './route.ts'
import { fromListed, fromView, installSchema, listedSchema, serverSchema, statsSchema } from './server-schema.ts'

const params = z.object({ id: z.string().max(60) })
const tag = 'Servers'
const notFound = { 404: ['server-not-found'] } as const
export const serverApi = [
  route({
    method: 'get',
    path: '/servers',
    id: 'listServers',
    tag,
    summary: 'Servers you may see, in the order of their ids.',
    permission: 'server.view',
    query: z.object({
      ...pageQuery,
      state: z.enum(shownStates).optional(),
      q: z
        .string()
        .trim()
        .max(100)
        .optional()
        .meta({ description: 'Part of a name, a blueprint or a node, or a port.' }),
    }),
    response: pageOf(listedSchema),
    handle: async ({ context, actor, query: { limit, cursor, state, q } }) => {
      const afterId = decodeCursor(cursor)
      const { servers } = await list(context, actor, { limit: limit + 1, afterId, state, search: q || undefined })
      const { data, next } = pageFrom(servers, limit, ({ id }) => id)
      return { data: data.map(fromListed), next }
    },
  }),
  route({
    method: 'post',
    path: '/servers',
    id: 'createServer',
    tag,
    summary: 'Creates a server; it installs by itself. What is left out takes the blueprint’s default.',
    permission: 'server.create',
    body: serverDraftSchema,
    status: 201,
    response: serverSchema.extend({ warnings: z.array(z.string()) }),
    problems: { 422: ['invalid-input'] },
    handle: async ({ context, actor, body }) => {
      const { server, warnings } = await createServer(context, actor, body)
      return { ...fromView(await show(context, actor, server.id)), warnings: [...warnings] }
    },
  }),
  route({
    method: 'get',
    path: '/servers/:id',
    id: 'getServer',
    tag,
    summary: 'One server.',
    permission: 'server.view',
    params,
    response: serverSchema.extend({
      image: z.string().optional().meta({ description: 'With `server.startup.view` alone.' }),
      variables: z
        .record(z.string(), z.string())
        .optional()
        .meta({ description: 'Without secrets; with `server.startup.view` alone.' }),
    }),
    problems: notFound,
    handle: async ({ context, actor, params }) => {
      const { server, image, variables } = await readDetail(context, actor, params.id)
      const startup = server.may.has('server.startup.view') ? { image, variables: { ...variables } } : {}
      return { ...fromView(server), ...startup }
    },
  }),
  route({
    method: 'patch',
    path: '/servers/:id',
    id: 'updateServer',
    tag,
    summary: 'Changes name, image, variables or limits; takes effect at the next start.',
    permission: ['server.settings.rename', 'server.startup.update', 'server.startup.image', 'server.limits'],
    params,
    body: serverUpdateSchema,
    response: serverSchema,
    problems: { ...notFound, 409: ['server-deleting', 'server-suspended'], 422: ['invalid-input'] },
    handle: async ({ context, actor, params, body }) => {
      await updateServer(context, actor, params.id, body)
      return fromView(await show(context, actor, params.id))
    },
  }),
  route({
    method: 'delete',
    path: '/servers/:id',
    id: 'deleteServer',
    tag,
    summary: 'Deletes a server with all its files. Its name confirms it.',
    permission: 'server.delete',
    params,
    // Compared, not stored: also a name that could not be given today.
    query: z.object({ name: z.string().max(200) }),
    status: 202,
    response: z.object({ state: z.literal('deleting') }),
    problems: { ...notFound, 409: ['server-suspended'], 422: ['invalid-input'] },
    handle: async ({ context, actor, params, query }) => {
      await remove(context, actor, { serverId: params.id, confirmation: query.name })
      return { state: 'deleting' as const }
    },
  }),
  route({
    method: 'post',
    path: '/servers/:id/power',
    id: 'powerServer',
    tag,
    summary:
      'Starts, stops, restarts or kills. Answers before it is done: watch `state` and `pending`. While the node is away the command waits for it.',
    permission: ['server.start', 'server.stop', 'server.restart', 'server.kill'],
    params,
    body: z.strictObject({ action: z.enum(powerActions) }),
    status: 202,
    response: serverSchema,
    problems: { ...notFound, 409: ['power-not-offered', 'server-misfit', 'server-deleting', 'server-suspended'] },
    handle: async ({ context, actor, params, body }) => {
      await power(context, actor, { serverId: params.id, action: body.action })
      return fromView(await show(context, actor, params.id))
    },
  }),
  route({
    method: 'post',
    path: '/servers/:id/install',
    id: 'installServer',
    tag,
    summary: 'Installs again, e.g. after a failure.',
    permission: 'server.reinstall',
    params,
    status: 202,
    response: serverSchema,
    problems: { ...notFound, 409: ['install-not-possible', 'server-misfit', 'server-deleting', 'server-suspended'] },
    handle: async ({ context, actor, params }) => {
      await retryInstall(context, actor, { serverId: params.id })
      return fromView(await show(context, actor, params.id))
    },
  }),
  route({
    method: 'post',
    path: '/servers/:id/suspension',
    id: 'suspendServer',
    tag,
    summary:
      'Suspends a server: it is stopped, and can be looked at until the suspension is lifted. Again: another reason.',
    permission: 'user.servers',
    params,
    body: serverSuspension,
    response: serverSchema,
    problems: { ...notFound, 409: ['server-deleting'], 422: ['invalid-input'] },
    handle: async ({ context, actor, params, body }) => {
      await suspendServer(context, actor, params.id, body)
      return fromView(await show(context, actor, params.id))
    },
  }),
  route({
    method: 'delete',
    path: '/servers/:id/suspension',
    id: 'liftServerSuspension',
    tag,
    summary: 'Lifts the suspension of a server; it stays off until somebody starts it.',
    permission: 'user.servers',
    params,
    response: serverSchema,
    problems: { ...notFound, 409: ['server-deleting'] },
    handle: async ({ context, actor, params }) => {
      await liftServerSuspension(context, actor, params.id)
      return fromView(await show(context, actor, params.id))
    },
  }),
  route({
    method: 'put',
    path: '/servers/:id/owner',
    id: 'giveServer',
    tag,
    summary: 'Gives a server to another account. Asks besides for everything that can be done with the server.',
    permission: 'user.servers',
    params,
    body: newOwner,
    status: 204,
    response: noContent,
    problems: {
      ...notFound,
      403: ['beyond-own-rights', 'proof-required'],
      409: ['server-deleting'],
      422: ['invalid-input'],
    },
    handle: async ({ context, actor, params, body, request }) => {
      demandProof(request, context)
      await changeOwner(context, actor, params.id, body)
      return undefined
    },
  }),
  route({
    method: 'get',
    path: '/servers/:id/install',
    id: 'getInstall',
    tag,
    summary: 'How far the installation is.',
    permission: 'server.view',
    params,
    response: installSchema,
    problems: notFound,
    handle: async ({ context, actor, params }) => {
      const { server, install } = await readDetail(context, actor, params.id)
      const { steps, layers, log } = install ?? { steps: [], layers: [], log: [] }
      return {
        state: server.lastState,
        steps: [...steps],
        layers: [...layers],
        log: [...log],
        reason: server.reason ?? null,
      }
    },
  }),
  route({
    method: 'get',
    path: '/servers/:id/stats',
    id: 'getStats',
    tag,
    summary: 'What was measured: the latest values, and up to five minutes, oldest first.',
    permission: 'server.metrics',
    params,
    response: z.object({ latest: statsSchema.nullable(), recent: z.array(statsSchema) }),
    problems: notFound,
    handle: ({ context, actor, params }) => readStats(context, actor, params.id),
  }),
]
