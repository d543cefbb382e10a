// How often codes may be wrong for one account, wherever they are typed: a new sign-in does not start the count anew.
import type { PanelContext } from '#core/panel/context.ts'
import { rateRules } from '#core/panel/http/rate-rules.ts'
import { sharedLimit, type Try } from '#core/panel/http/shared-limit.ts'

/** Counts before it looks, and gives back after success: tries at the same time cannot slip past one another. */
export async function counted<T>(
  context: PanelContext,
  userId: string,
  check: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const limit = sharedLimit(context)
  const one: Try = [rateRules.proof, userId]
  // A right answer clears the quarter of an hour; of the day it gives back only itself.
  const today: Try = [rateRules.proofDay, userId]
  await limit.take(one, today)
  const result = await check()
  if (result !== undefined) await limit.giveBack({ cleared: [one], undone: [today] })
  return result
}
