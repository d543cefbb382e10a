// Desired states on their way from the link to the servers: one after the other, the newest of each server only, and
// again when the disk refuses, until the link ends; the panel tells them anew with the next hello.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '#core/base/log.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import type { NodeCommands } from './context.ts'

const retryAfterMs = 5000

export function createDesired(commands: NodeCommands, signal: AbortSignal, log: Log): (server: DesiredServer) => void {
  const waiting = new Map<string, DesiredServer>()
  let working = false

  async function work(): Promise<void> {
    working = true
    for (const [id, server] of waiting) {
      if (signal.aborted) break
      waiting.delete(id)
      try {
        await commands.apply(server)
      } catch (error) {
        log.error('a desired state could not be stored', { serverId: id, revision: server.revision, error })
        if (!waiting.has(id)) waiting.set(id, server)
        await sleep(retryAfterMs, undefined, { signal }).catch(() => {})
      }
    }
    working = false
  }

  return function want(server) {
    const known = waiting.get(server.id)
    if (known && known.revision >= server.revision) return
    waiting.set(server.id, server)
    if (!working) void work()
  }
}
