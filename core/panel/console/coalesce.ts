// Gathers runs for a moment, so that every viewer gets one frame instead of many: cost goes with frames, not lines.
import { joinRuns, type Run } from './run.ts'

/** The first run after a silence goes at once; the next ones wait for this. */
const everyMs = 33
/** A frame is not made larger than about this by waiting. */
const enoughBytes = 16 * 1024

export interface Coalescer extends Disposable {
  push(run: Run): void
  flush(): void
}

export function coalesce(out: (frame: Run) => void, now: () => number = () => performance.now()): Coalescer {
  let waiting: Run[] = []
  let bytes = 0
  let flushedAt = -Infinity
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const frame = joinRuns(waiting)
    waiting = []
    bytes = 0
    if (!frame) return
    flushedAt = now()
    out(frame)
  }
  return {
    push: (run) => {
      waiting.push(run)
      bytes += run.bytes.length
      if (bytes >= enoughBytes) flush()
      else if (!timer) {
        const wait = flushedAt + everyMs - now()
        if (wait <= 0) flush()
        else timer = setTimeout(flush, wait)
      }
    },
    flush,
    [Symbol.dispose]: () => {
      clearTimeout(timer)
      waiting = []
    },
  }
}
