// Gathers runs for a moment, so that every viewer gets one frame instead of many: cost goes with frames, not lines.
import { joinRuns, type Run } from './run.ts'

/** One frame in so long … */
const everyMs = 33
/** … but after a silence a few go at once: a command and its answer are two, and nobody should wait for the second. */
const atOnce = 3
/** A frame is not made larger than about this by waiting. */
const enoughBytes = 16 * 1024

export interface Coalescer extends Disposable {
  push(run: Run): void
  flush(): void
}

export function coalesce(out: (frame: Run) => void, now: () => number = () => performance.now()): Coalescer {
  let waiting: Run[] = []
  let bytes = 0
  /** When the next frame is due: it lags behind the clock by what was saved up, and is never further ahead than one frame. */
  let due = -Infinity
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const frame = joinRuns(waiting)
    waiting = []
    bytes = 0
    if (!frame) return
    // Full frames go without waiting. Each for itself would move this on: after ten seconds of a flood the last lines, and
    // any command's answer, would wait for a minute.
    due = Math.min(Math.max(due, now() - (atOnce - 1) * everyMs), now()) + everyMs
    out(frame)
  }
  return {
    push: (run) => {
      waiting.push(run)
      bytes += run.bytes.length
      if (bytes >= enoughBytes) flush()
      else if (!timer) {
        const wait = due - now()
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
