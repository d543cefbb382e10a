// What happens after the answer: an answer must not take longer for an address that has an account than for one that has
// none, so the part that differs is not waited for. It begins at a moment that nobody knows, so that the next answer tells
// nothing about it either.
import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'

/** The rate limits let far fewer through; it bounds what a slow database can pile up. */
const mostAtOnce = 200
const latestMs = 400
let running = 0

export function afterwards(log: Log, what: string, work: () => Promise<unknown>): void {
  if (running >= mostAtOnce)
    throw new PublicError('busy', 'Too much is going on at once.', { status: 503, hint: 'Try again in a moment.' })
  running++
  delay(randomInt(latestMs))
    .then(work)
    .catch((error: unknown) => log.warn(what, { error }))
    .finally(() => {
      running--
    })
}
