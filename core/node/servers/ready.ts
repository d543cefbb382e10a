// When a starting server counts as running: a line it prints, a port it opens, or that it stayed up for a while.
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { LinePattern } from '#core/domain/blueprint.ts'
import type { RunSpec } from '#core/domain/plan.ts'

/** Longer lines are matched by their start: a regular expression over 8 kB of noise may take its time. */
const mostMatched = 2000

/** Plain text in, whether it matches out. */
export function lineMatcher(pattern: LinePattern): (line: string) => boolean {
  if ('text' in pattern) {
    const { text } = pattern
    return (line) => line.includes(text)
  }
  const expression = new RegExp(pattern.regex)
  return (line) => expression.test(line.length > mostMatched ? line.slice(0, mostMatched) : line)
}

export interface ReadyWatch extends Disposable {
  line(text: string): void
}

/** Calls `onReady` once when the rule is fulfilled, `onTimeout` once when it is not in time; ready may still follow. */
export function watchReady(
  run: Pick<RunSpec, 'ready' | 'ports'>,
  startedAt: number,
  onReady: () => void,
  onTimeout: () => void,
): ReadyWatch {
  const rule = run.ready
  const watching = new AbortController()
  const ready = () => {
    if (watching.signal.aborted) return
    watching.abort()
    clearTimeout(timer)
    onReady()
  }
  const elapsed = Math.max(0, Date.now() - startedAt)
  const timer = setTimeout(onTimeout, Math.max(0, rule.timeoutSeconds * 1000 - elapsed))
  const matchers = rule.when === 'line' ? rule.match.map(lineMatcher) : []
  if (rule.when === 'running') {
    void delay(Math.max(0, rule.seconds * 1000 - elapsed), undefined, { signal: watching.signal }).then(ready, () => {})
  }
  if (rule.when === 'port') {
    const port = run.ports.find(({ name }) => name === rule.port)?.port
    if (port !== undefined) void pollPort(port, watching.signal).then(ready, () => {})
  }
  return {
    line(text) {
      if (!watching.signal.aborted && matchers.some((matches) => matches(text))) ready()
    },
    [Symbol.dispose]() {
      watching.abort()
      clearTimeout(timer)
    },
  }
}

async function pollPort(port: number, signal: AbortSignal): Promise<void> {
  while (!(await staysOpen(port, signal))) await delay(500, undefined, { signal })
}

/**
 * Docker's proxy accepts for a game that does not listen yet and hangs up at once, so a connection counts when it is
 * still open after 300 ms or when the game said something.
 */
export function staysOpen(port: number, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  if (signal.aborted) return Promise.reject(signal.reason)
  const socket = connect({ host: '127.0.0.1', port })
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  socket.once('connect', () => socket.setTimeout(300, () => resolve(true)))
  socket.once('data', () => resolve(true))
  socket.once('error', () => resolve(false))
  socket.once('close', () => resolve(false))
  return promise.finally(() => {
    signal.removeEventListener('abort', abort)
    socket.destroy()
  })
}
