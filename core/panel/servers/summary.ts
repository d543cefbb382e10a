// A server as plugins are told of it.
import type { ServerSummary } from '#core/plugins/contributions.ts'
import type { ServerRecord } from './write-store.ts'

export function summaryOf({ id, name, nodeId, blueprintId, state }: ServerRecord): ServerSummary {
  return { id, name, nodeId, blueprintId, state }
}
