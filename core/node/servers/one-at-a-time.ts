// Runs a step again and again until there is nothing left to do, never twice at once.
import type { Log } from '#core/base/log.ts'

/** A wait was called off because something newer is wanted: look again at once. */
export class CalledOff extends Error {}

export interface OneAtATime {
  /** Something changed: step again, now or after the step under way. */
  wake(): void
  wakeAt(time: number): void
  /** No further step begins; resolves when the one under way has ended. */
  close(): Promise<void>
}

/** After what failed for reasons that are not the server's: the engine is away, the disk is full. */
const retryMs = 5000

export function oneAtATime(step: () => Promise<void>, log: Log): OneAtATime {
  const steps = { due: false, closed: false }
  let working: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined

  async function work(): Promise<void> {
    while (steps.due && !steps.closed) {
      steps.due = false
      try {
        await step()
      } catch (error) {
        if (error instanceof CalledOff) {
          steps.due = true
          continue
        }
        log.warn('a server could not be brought to what it should be', { error })
        wakeAt(Date.now() + retryMs)
      }
    }
  }

  function wake(): void {
    if (steps.closed) return
    steps.due = true
    working ??= work().finally(() => {
      working = undefined
      if (steps.due) wake()
    })
  }

  function wakeAt(time: number): void {
    clearTimeout(timer)
    if (!steps.closed) timer = setTimeout(wake, Math.max(0, time - Date.now()))
  }

  return {
    wake,
    wakeAt,
    async close() {
      steps.closed = true
      clearTimeout(timer)
      await working
    },
  }
}
