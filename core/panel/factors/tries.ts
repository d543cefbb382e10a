// How often codes may be wrong for one account, wherever they are typed: a new sign-in does not start the count anew.
import type { PanelContext } from '#core/panel/context.ts'
import { openRateLimit, type RateLimit } from '#core/panel/http/rate-limit.ts'

/** Three of a million codes are right at any time: ten tries in a quarter of an hour find one in eight centuries. */
const tries = 10
const windowMs = 15 * 60_000

const all = new WeakMap<PanelContext['database'], RateLimit>()

/** Counts before it looks, and gives back after success: tries at the same time cannot slip past one another. */
export async function counted<T>(
  { database, now }: PanelContext,
  userId: string,
  check: () => Promise<T | undefined>,
): Promise<T | undefined> {
  let limit = all.get(database)
  if (!limit) {
    limit = openRateLimit({ tries, windowMs, now })
    all.set(database, limit)
  }
  limit.check(userId)
  limit.fail(userId)
  const result = await check()
  if (result !== undefined) limit.clear(userId)
  return result
}
