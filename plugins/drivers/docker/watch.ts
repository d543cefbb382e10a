// The engine's events about our containers, over restarts of the engine.
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from 'stellar/plugin'
import { call, deadlines, type Engine, labels } from './engine.ts'

const events = ['die', 'oom', 'destroy', 'start']
const firstRetryMs = 500
const longestRetryMs = 5000

/** Runs until the signal aborts. Undefined means: the engine is there (again), look at everything. */
export async function watchEngine(
  engine: Engine,
  onChange: (serverId: string | undefined) => void,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  for (let wait = firstRetryMs; !signal.aborted; wait = Math.min(wait * 2, longestRetryMs)) {
    try {
      const filters = JSON.stringify({ type: ['container'], label: [labels.node], event: events })
      const stream = await call('send events', deadlines.read, () => engine.getEvents({ filters }), signal)
      const stop = () => 'destroy' in stream && typeof stream.destroy === 'function' && stream.destroy()
      signal.addEventListener('abort', stop, { once: true })
      wait = firstRetryMs
      onChange(undefined)
      try {
        await read(stream, onChange)
      } finally {
        signal.removeEventListener('abort', stop)
        stop()
      }
    } catch (error) {
      if (!signal.aborted) log.debug('the engine sends no events', { error })
    }
    await delay(wait, undefined, { signal }).catch(() => undefined)
  }
}

async function read(stream: NodeJS.ReadableStream, onChange: (serverId: string | undefined) => void): Promise<void> {
  let pending = ''
  for await (const chunk of stream) {
    pending += chunk.toString()
    const lines = pending.split('\n')
    pending = lines.pop() ?? ''
    for (const line of lines) {
      const serverId = serverOf(line)
      if (serverId !== undefined) onChange(serverId)
    }
  }
}

function serverOf(line: string): string | undefined {
  if (line.trim() === '') return undefined
  const event = JSON.parse(line) as { Actor?: { Attributes?: Record<string, string> } }
  return event.Actor?.Attributes?.[labels.server]
}
