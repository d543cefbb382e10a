// How many requests a key, or a person in a browser, may send to the API in a minute. Counted in this process and added to
// the shared count a twentieth of the limit at a time: a request costs no query, and several panels together let through
// at most a twentieth more for each of them.
import type { MiddlewareHandler } from 'hono'
import type { PanelContext } from '#core/panel/context.ts'
import { isApi } from './identity.ts'
import { rateRules } from './rate-rules.ts'
import { counterKey, secondsUntil } from './shared-limit.ts'
import { addToCounters } from './shared-limit-store.ts'
import { sayRemaining, tooManyTries } from './too-many-tries.ts'
import type { AppEnv } from './types.ts'

interface Count {
  /** What all panels have counted, as far as this one was told. */
  shared: number
  /** Of this process, not yet told. */
  pending: number
  endsAt: number
}

const mostCounts = 10_000

type Context = Pick<PanelContext, 'database' | 'log' | 'now' | 'config'>

export function apiLimit({ database, log, now, config }: Context): MiddlewareHandler<AppEnv> {
  const rule = { ...rateRules.api, tries: config.apiPerMinute ?? rateRules.api.tries }
  const batch = Math.max(1, Math.floor(rule.tries / 20))
  // Insertion order is the order in which windows end, but for what other panels began earlier.
  const counts = new Map<string, Count>()
  let telling = false

  function countOf(who: string, at: number): Count {
    const known = counts.get(who)
    if (known && known.endsAt > at) return known
    counts.delete(who)
    for (const [oldest, { endsAt }] of counts) {
      if (counts.size < mostCounts && endsAt > at) break
      counts.delete(oldest)
    }
    const count = { shared: 0, pending: 0, endsAt: at + rule.windowMs }
    counts.set(who, count)
    return count
  }

  async function tell(at: number): Promise<void> {
    const told = [...counts]
      .filter(([, { pending, endsAt }]) => pending > 0 && endsAt > at)
      .map(([who, count]) => ({ key: counterKey([rule, who]), count, by: count.pending }))
    const asked = told.map(({ key, count, by }) => ({ key, by, tries: rule.tries, endsAt: count.endsAt }))
    const answers = await database.withSystem((tx) => addToCounters(tx, asked, at, { ifNoneSpent: false }))
    for (const answer of answers) {
      const one = told.find(({ key }) => key === answer.key)
      if (!one) continue
      one.count.pending -= one.by
      one.count.shared = answer.count
      one.count.endsAt = answer.endsAt
    }
  }

  return async function limitApi(c, next) {
    const actor = c.get('actor')
    if (rule.tries === 0 || !actor || !isApi(c)) return await next()
    const at = now()
    const count = countOf(c.get('keyId') ?? actor.userId, at)
    const seconds = secondsUntil(count.endsAt, at)
    if (count.shared + count.pending >= rule.tries) throw tooManyTries(seconds, rule)
    count.pending += 1
    if (count.pending >= batch && !telling) {
      telling = true
      tell(at)
        .catch((error: unknown) => log.warn('The requests of API keys were not counted together', { error }))
        .finally(() => {
          telling = false
        })
    }
    sayRemaining(c, rule, Math.max(0, rule.tries - count.shared - count.pending), seconds)
    return await next()
  }
}
