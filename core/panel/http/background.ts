// What happens after the answer: an answer must not take longer for an address that has an account than for one that has
// none, so the part that differs is not waited for.
import { PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'

/** The rate limits let far fewer through; it bounds what a slow database can pile up. */
const mostAtOnce = 200
let running = 0

export function afterwards(log: Log, what: string, work: () => Promise<unknown>): void {
  if (running >= mostAtOnce)
    throw new PublicError('busy', 'Too much is going on at once.', { status: 503, hint: 'Try again in a moment.' })
  running++
  work()
    .catch((error: unknown) => log.warn(what, { error }))
    .finally(() => {
      running--
    })
}
