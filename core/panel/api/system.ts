// The installation itself, in the API: version and how far set-up is.
import { z } from 'zod'
import { viewLocalNode } from '#core/panel/nodes/view.ts'
import { nodeSchema } from './nodes.ts'
import { route } from './route.ts'

export const systemApi = [
  route({
    method: 'get',
    path: '/setup',
    id: 'getSetup',
    tag: 'Panel',
    summary: 'Version, and what set-up found: before there is an owner every operation answers `setup-required`.',
    permission: 'node.view',
    response: z.object({
      version: z.string(),
      machine: nodeSchema.optional().meta({ description: 'The node beside the panel, where there is one.' }),
    }),
    handle: async ({ context, actor }) => ({
      version: context.version.split('+')[0] ?? '',
      machine: await viewLocalNode(context, actor),
    }),
  }),
]
