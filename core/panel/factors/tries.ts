// How often codes may be wrong for one account, wherever they are typed: a new sign-in does not start the count anew.
import type { PanelContext } from '#core/panel/context.ts'
import { rateRules } from '#core/panel/http/rate-rules.ts'
import { openSharedLimit, type SharedLimit, type Try } from '#core/panel/http/shared-limit.ts'

const all = new WeakMap<PanelContext['database'], SharedLimit>()

/** Counts before it looks, and gives back after success: tries at the same time cannot slip past one another. */
export async function counted<T>(
  { database, now }: PanelContext,
  userId: string,
  check: () => Promise<T | undefined>,
): Promise<T | undefined> {
  let limit = all.get(database)
  if (!limit) {
    limit = openSharedLimit({ database, now })
    all.set(database, limit)
  }
  const one: Try = [rateRules.proof, userId]
  await limit.take(one)
  const result = await check()
  if (result !== undefined) await limit.giveBack({ cleared: [one] })
  return result
}
