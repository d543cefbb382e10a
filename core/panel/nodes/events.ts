// What nodes tell the panel: facts are applied once and acknowledged after the commit, everything else is the latest
// value and may be lost.
import { storable } from '#core/base/storable.ts'
import type { HubListener, PanelContext } from '#core/panel/context.ts'
import { observe, type Told } from '#core/panel/servers/observe.ts'
import { readServer } from '#core/panel/servers/write-store.ts'
import type { Fact, NodeStatus } from '#core/protocol/messages.ts'
import { lockNode, noteFact, noteSeen, serverIdsOfNode } from './facts-store.ts'
import { answerHello } from './sync.ts'

/** Everything but the hub, which is made with this listener. */
export type ListenerContext = Omit<PanelContext, 'hub'>

/** A status comes every few seconds from each node; the row only serves those who ask while the node is away. */
const storeStatusEveryMs = 10_000

export function createHubListener(context: ListenerContext): HubListener {
  const { database, live, log, now } = context
  const storedAt = new Map<string, number>()
  /** When each node said something last. A link that went silent is given up much later than that. */
  const heardAt = new Map<string, number>()
  const heard = (nodeId: string) => void heardAt.set(nodeId, now())

  async function storeStatus(nodeId: string, status: NodeStatus | undefined): Promise<void> {
    storedAt.set(nodeId, now())
    const seenAt = new Date(heardAt.get(nodeId) ?? now()).toISOString()
    await database.withSystem((tx) => noteSeen(tx, nodeId, seenAt, storable(status)))
  }

  /** All its servers turn *unreachable*, or stop being it. */
  async function redraw(nodeId: string): Promise<void> {
    live.nodeChanged(nodeId)
    for (const id of await database.withSystem((tx) => serverIdsOfNode(tx, nodeId))) live.serverChanged(id)
  }

  /** For what nobody waits for: a failure is written down and the next value comes soon. */
  function inBackground(sentence: string, nodeId: string, work: Promise<void>): void {
    work.catch((error: unknown) => log.warn(sentence, { nodeId, error }))
  }

  return {
    fact: async (nodeId, outboxId, told) => {
      heard(nodeId)
      // What a game wrote must never keep a fact from being stored: it would be told again for ever.
      const fact = storable(told)
      const applied = await applyFact(context, nodeId, outboxId, fact)
      if (!applied) return
      applied.told?.(context.plugins)
      live.serverChanged(fact.serverId)
    },
    hello: async (nodeId, outboxId, status) => {
      heard(nodeId)
      storedAt.set(nodeId, now())
      return await answerHello(context, nodeId, outboxId, status)
    },
    status: (nodeId, status) => {
      heard(nodeId)
      live.nodeChanged(nodeId)
      if (now() - (storedAt.get(nodeId) ?? 0) < storeStatusEveryMs) return
      inBackground('a node’s status could not be stored', nodeId, storeStatus(nodeId, status))
    },
    stats: (nodeId, at, servers) => {
      heard(nodeId)
      live.stats(at, servers)
    },
    progress: (nodeId, progress) => {
      heard(nodeId)
      live.installProgress(progress)
      live.serverChanged(progress.serverId)
    },
    connected: (nodeId) => inBackground('pages could not be told that a node is back', nodeId, redraw(nodeId)),
    refused: (nodeId) => live.nodeChanged(nodeId),
    disconnected: (nodeId) => {
      inBackground(
        'pages could not be told that a node is gone',
        nodeId,
        storeStatus(nodeId, undefined).then(() => redraw(nodeId)),
      )
    },
  }
}

/** Undefined when the fact was known already or is not this node's to tell; either way it may be acknowledged. */
async function applyFact(
  { database, log, now }: ListenerContext,
  nodeId: string,
  outboxId: string,
  fact: Fact,
): Promise<{ told: Told | undefined } | undefined> {
  return await database.withSystem(async (tx) => {
    const node = await lockNode(tx, nodeId)
    if (!node) throw new Error(`a node that is not in the database told a fact: ${nodeId}`)
    if (node.outboxId === outboxId && fact.seq <= node.factSeq) return undefined
    await noteFact(tx, nodeId, outboxId, fact.seq, new Date(now()).toISOString())
    const row = await readServer(tx, fact.serverId, true)
    if (row?.nodeId !== nodeId) {
      // A server that is gone, or one of another node: no node may speak about those.
      log.warn('a node told a fact about a server that is not on it', {
        nodeId,
        serverId: fact.serverId,
        kind: fact.body.kind,
      })
      return undefined
    }
    return { told: await observe(tx, row, fact, log) }
  })
}
