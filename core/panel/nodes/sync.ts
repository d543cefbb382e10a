// What a node is answered when it connects: its settings, which facts are stored, and all its servers as they should be.
import { PublicError } from '#core/base/errors.ts'
import { storable } from '#core/base/storable.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import type { HubListener } from '#core/panel/context.ts'
import { desiredServer } from '#core/panel/servers/desired.ts'
import type { NodeStatus } from '#core/protocol/messages.ts'
import type { ListenerContext } from './events.ts'
import { lockNode, noteFact, noteSeen, serversOfNode } from './facts-store.ts'
import { nodeSettings } from './settings.ts'

/** Read in runs, so that a node with many servers does not hold a connection or much memory. */
const serversPerRun = 50

export async function answerHello(
  context: ListenerContext,
  nodeId: string,
  outboxId: string,
  status: NodeStatus,
): ReturnType<HubListener['hello']> {
  const { database, now, secrets } = context
  const seenAt = new Date(now()).toISOString()
  const { node, acknowledged } = await database.withSystem(async (tx) => {
    const node = await lockNode(tx, nodeId)
    if (!node) throw new PublicError('node-not-found', 'This panel knows no such node.', { status: 404 })
    // An outbox that was never seen counts from the beginning.
    const acknowledged = node.outboxId === outboxId ? node.factSeq : 0
    await noteFact(tx, nodeId, outboxId, acknowledged, seenAt)
    await noteSeen(tx, nodeId, seenAt, storable(status))
    return { node, acknowledged }
  })
  return { settings: nodeSettings(node, secrets), acknowledged, desired: desiredServers(context, nodeId) }
}

async function* desiredServers(context: ListenerContext, nodeId: string): AsyncGenerator<DesiredServer> {
  const { database, log, secrets } = context
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const run = await database.withSystem((tx) => serversOfNode(tx, nodeId, after, serversPerRun))
    for (const { row, ports } of run) {
      try {
        yield desiredServer(row, ports, secrets)
      } catch (error) {
        // One server whose secrets cannot be read must not keep the others from their node.
        log.error('the desired state of a server could not be made', { serverId: row.id, error })
      }
    }
    const last = run.at(-1)
    if (run.length < serversPerRun || !last) return
    after = last.row.id
  }
}
