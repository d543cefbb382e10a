// What the hub tells, remembered: facts applied once, as the real one does with a database.
import type { DesiredServer } from '#core/domain/plan.ts'
import type { HubListener } from '#core/panel/context.ts'
import type { Fact, InstallProgress, NodeSettings, NodeStatus, ServerStats } from '#core/protocol/messages.ts'

const someSettings: NodeSettings = { portRange: { from: 20_000, to: 20_100 }, mirrors: [], logins: [] }

/** Remembers what the hub tells, and applies facts once, as the real one does with a database. */
export interface RecordingListener extends HubListener {
  /** In order, each applied once. */
  readonly facts: { nodeId: string; fact: Fact }[]
  /** How often each fact arrived, by `outbox/seq`. */
  readonly arrivals: Map<string, number>
  readonly online: Set<string>
  readonly statsTold: { nodeId: string; servers: readonly ServerStats[] }[]
  readonly progressTold: InstallProgress[]
  readonly statusTold: NodeStatus[]
  readonly refusedTold: string[]
  /** What should be, by node. */
  readonly desired: Map<string, DesiredServer[]>
  /** Runs before each fact is applied; throw to fail. */
  beforeFact?: (fact: Fact) => Promise<void> | void
  /** Runs after a fact is applied, before the hub may acknowledge it. */
  afterFact?: (fact: Fact) => Promise<void> | void
  beforeHello?: () => Promise<void> | void
}

/** Hand it from one panel to the next to play a database that survives. */
export function recordingListener(): RecordingListener {
  const last = new Map<string, { outboxId: string; seq: number }>()
  const listener: RecordingListener = {
    facts: [],
    arrivals: new Map(),
    online: new Set(),
    statsTold: [],
    progressTold: [],
    statusTold: [],
    refusedTold: [],
    desired: new Map(),
    async fact(nodeId, outboxId, fact) {
      const name = `${outboxId}/${fact.seq}`
      listener.arrivals.set(name, (listener.arrivals.get(name) ?? 0) + 1)
      await listener.beforeFact?.(fact)
      const known = last.get(nodeId)
      if (known?.outboxId !== outboxId || fact.seq > known.seq) {
        last.set(nodeId, { outboxId, seq: fact.seq })
        listener.facts.push({ nodeId, fact })
      }
      await listener.afterFact?.(fact)
    },
    async hello(nodeId, outboxId) {
      await listener.beforeHello?.()
      const known = last.get(nodeId)
      const desired = [...(listener.desired.get(nodeId) ?? [])]
      return {
        settings: someSettings,
        acknowledged: known?.outboxId === outboxId ? known.seq : 0,
        desired: (async function* () {
          yield* desired
        })(),
      }
    },
    status: (_nodeId, status) => void listener.statusTold.push(status),
    stats: (nodeId, _at, servers) => void listener.statsTold.push({ nodeId, servers }),
    progress: (_nodeId, progress) => void listener.progressTold.push(progress),
    connected: (nodeId) => void listener.online.add(nodeId),
    refused: (nodeId) => void listener.refusedTold.push(nodeId),
    disconnected: (nodeId) => void listener.online.delete(nodeId),
  }
  return listener
}
