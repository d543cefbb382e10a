// Nodes in the API.
import { z } from 'zod'
import { parse } from '#core/panel/http/forms.ts'
import { checkNode } from '#core/panel/nodes/check.ts'
import { changeNode, loginsOf, nodeInput, nodeNotFound } from '#core/panel/nodes/settings.ts'
import { listNodesAfter, readNode } from '#core/panel/nodes/store.ts'
import { viewOneNode, viewRows } from '#core/panel/nodes/view.ts'
import { demand } from '#core/permissions/can.ts'
import { nodesWith } from '#core/permissions/may.ts'
import { decodeCursor, pageFrom, pageOf, pageQuery } from './pages.ts'
import { route } from './route.ts'

const bar = z.object({
  total: z.number(),
  offered: z.number().meta({ description: 'What servers may be promised in all.' }),
  used: z.number().meta({ description: 'Right now, on the whole machine.' }),
  promised: z.number().meta({ description: 'To servers.' }),
})

export const nodeSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    isLocal: z.boolean(),
    connected: z.boolean(),
    enrolled: z.boolean(),
    publicAddress: z.string(),
    portFrom: z.int(),
    portTo: z.int(),
    memoryPercent: z.int(),
    diskPercent: z.int(),
    mirrors: z.array(z.object({ from: z.string(), to: z.string() })),
    logins: z.array(z.object({ registry: z.string(), username: z.string() })),
    lastSeenAt: z.string().optional(),
    hostname: z.string().optional(),
    operatingSystem: z.string().optional(),
    architecture: z.string().optional(),
    version: z.string().optional(),
    refused: z
      .object({
        update: z.enum(['node', 'panel']).meta({ description: 'Which of the two is too old.' }),
        nodeVersion: z.string().optional(),
      })
      .optional()
      .meta({ description: 'It dials, but the two programs do not understand one another.' }),
    clockSkewSeconds: z.number().optional(),
    driver: z
      .object({
        healthy: z.boolean(),
        detail: z.string(),
        fix: z.string().optional().meta({ description: 'The command that mends it.' }),
        engine: z.string().optional(),
        facts: z.record(z.string(), z.string()),
        warnings: z.array(z.string()),
      })
      .optional(),
    serverCount: z.int(),
    memory: bar.meta({ description: 'Bytes.' }),
    cpu: bar.meta({ description: 'Percent of one core.' }),
    disk: bar.meta({ description: 'Bytes.' }),
    freePorts: z.int(),
    certificateDays: z.int().optional(),
  })
  .meta({
    id: 'Node',
    description: 'A machine that runs servers. What it says of itself is missing until it has connected once.',
  })

const params = z.object({ nodeId: z.uuid() })
/** Every field may be left out; lists are replaced whole, a login without a password keeps the stored one. */
const change = z.strictObject(nodeInput.shape).partial()

export const nodeApi = [
  route({
    method: 'get',
    path: '/nodes',
    id: 'listNodes',
    tag: 'Nodes',
    summary: 'All nodes, by name.',
    permission: 'node.view',
    query: z.object(pageQuery),
    response: pageOf(nodeSchema),
    handle: async ({ context, actor, query: { limit, cursor } }) => {
      const after = decodeCursor(cursor)
      const nodes = await viewRows(context, actor, (tx) =>
        listNodesAfter(tx, after, limit + 1, nodesWith(actor, 'node.view')),
      )
      return pageFrom(nodes, limit, ({ name }) => name)
    },
  }),
  route({
    method: 'get',
    path: '/nodes/:nodeId',
    id: 'getNode',
    tag: 'Nodes',
    summary: 'One node.',
    permission: 'node.view',
    params,
    response: nodeSchema,
    problems: { 404: ['node-not-found'] },
    handle: async ({ context, actor, params }) => await viewOneNode(context, actor, params.nodeId),
  }),
  route({
    method: 'patch',
    path: '/nodes/:nodeId',
    id: 'updateNode',
    tag: 'Nodes',
    summary: 'Changes settings of a node.',
    permission: 'node.settings',
    params,
    body: change,
    response: nodeSchema,
    problems: { 404: ['node-not-found'], 422: ['invalid-input'] },
    handle: async ({ context, actor, params: { nodeId }, body }) => {
      const row = await context.database.withTenant(actor.userId, (tx) => readNode(tx, nodeId))
      if (!row) throw nodeNotFound()
      demand(actor, 'node.settings', { nodeId })
      const { name, publicAddress, portFrom, portTo, memoryPercent, diskPercent, mirrors } = row
      const logins = loginsOf(row, context.secrets)
      const before = { name, publicAddress, portFrom, portTo, memoryPercent, diskPercent, mirrors, logins }
      await changeNode(context, actor, nodeId, parse(nodeInput, { ...before, ...body }))
      return await viewOneNode(context, actor, nodeId)
    },
  }),
  route({
    method: 'post',
    path: '/nodes/:nodeId/check',
    id: 'checkNode',
    tag: 'Nodes',
    summary: 'Lets the node measure now instead of at its next tick.',
    permission: 'node.settings',
    params,
    response: nodeSchema,
    problems: { 404: ['node-not-found'], 503: ['node-unreachable'], 504: ['node-timeout'] },
    handle: async ({ context, actor, params: { nodeId } }) => {
      await checkNode(context, actor, nodeId)
      return await viewOneNode(context, actor, nodeId)
    },
  }),
]
