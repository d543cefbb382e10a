// Reads the rest of a body that is refused, and throws it away. A connection that is closed with something unread is reset,
// which loses the answer on its way: behind a busy nginx a form that was too large ended now and then with 502, not 413.
import type { IncomingMessage } from 'node:http'

/** Whoever sends more, or for longer, is cut off. */
const mostBytes = 4 * 1024 ** 2
const longestMs = 2_000

export async function discardBody(incoming: IncomingMessage): Promise<void> {
  if (incoming.complete || incoming.destroyed) return
  const { promise: enough, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, longestMs)
  let bytes = 0
  incoming.on('data', (chunk: Uint8Array) => {
    bytes += chunk.length
    if (bytes > mostBytes) resolve()
    // Whoever began to read it pauses it, perhaps only after this.
    else process.nextTick(() => incoming.resume())
  })
  for (const end of ['end', 'close', 'error']) incoming.once(end, () => resolve())
  incoming.resume()
  await enough
  clearTimeout(timer)
  incoming.removeAllListeners('data')
}
