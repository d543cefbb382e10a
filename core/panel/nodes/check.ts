// “Check now”: the node measures at once instead of at its next tick.
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { demand } from '#core/permissions/can.ts'
import type { NodeStatus } from '#core/protocol/messages.ts'
import { nodeNotFound } from './settings.ts'
import { readNode, updateNode } from './store.ts'

export async function checkNode(context: PanelContext, actor: Actor, nodeId: string): Promise<NodeStatus> {
  const { database, hub, live, now } = context
  const known = await database.withTenant(actor.userId, (tx) => readNode(tx, nodeId))
  if (!known) throw nodeNotFound()
  demand(actor, 'node.settings', { nodeId })
  const status = await hub.request(nodeId, 'node.status', {})
  await database.withTenant(actor.userId, (tx) =>
    updateNode(tx, nodeId, { status, lastSeenAt: new Date(now()).toISOString() }),
  )
  live.nodeChanged(nodeId)
  return status
}
