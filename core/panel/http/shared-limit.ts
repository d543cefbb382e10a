// How often people may try what can be guessed or abused, counted in the database: several panels share the counts, and a
// restart forgives nothing. One statement for all that a request counts; a flood of refused tries costs none.
import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import type { RateRule } from './rate-rules.ts'
import { addToCounters, giveBackTries } from './shared-limit-store.ts'
import { tooManyTries } from './too-many-tries.ts'

/** A rule and for whom it counts. */
export type Try = readonly [rule: RateRule, who: string]

export interface SharedLimit {
  /**
   * Counts one try of each, before the work is done: tries at the same time cannot slip past one another. Throws
   * `too-many-tries` (429) when one of them has none left; then none of the others is counted, so that nobody can use up
   * what is counted for somebody else.
   */
  take(...tries: readonly Try[]): Promise<void>
  /** As `take`, for a refusal that must not be told. */
  allows(...tries: readonly Try[]): Promise<boolean>
  /** It was no failure after all: takes one back from each of `undone`, forgets all of `cleared`. */
  giveBack(what: { readonly undone?: readonly Try[]; readonly cleared?: readonly Try[] }): Promise<void>
}

/** For so long this process refuses by itself what the database has refused. */
const rememberMs = 1000
const mostRemembered = 10_000

export function openSharedLimit({ database, now }: Pick<PanelContext, 'database' | 'now'>): SharedLimit {
  const refused = new Map<string, { readonly until: number; readonly endsAt: number }>()

  function remember(key: string, endsAt: number, at: number): void {
    refused.delete(key)
    refused.set(key, { until: at + rememberMs, endsAt })
    for (const oldest of refused.keys()) {
      if (refused.size <= mostRemembered) break
      refused.delete(oldest)
    }
  }

  async function take(...tries: readonly Try[]): Promise<void> {
    const at = now()
    const asked = tries.map(([rule, who]) => {
      const key = counterKey([rule, who])
      const known = refused.get(key)
      if (known && known.until > at && known.endsAt > at) throw tooManyTries(secondsUntil(known.endsAt, at), rule)
      return { rule, key, by: 1, tries: rule.tries, endsAt: at + rule.windowMs }
    })
    const counters = await database.withSystem((tx) =>
      addToCounters(
        tx,
        asked.map(({ key, by, tries: most, endsAt }) => ({ key, by, tries: most, endsAt })),
        at,
        { ifNoneSpent: true },
      ),
    )
    for (const { key, count, endsAt, spent } of counters) {
      const one = asked.find((candidate) => candidate.key === key)
      // A count above, of tries at the same time: each saw a try left.
      if (!one || (!spent && count <= one.tries)) continue
      remember(key, endsAt, at)
      throw tooManyTries(secondsUntil(endsAt, at), one.rule)
    }
  }

  return {
    take,
    async allows(...tries) {
      try {
        await take(...tries)
        return true
      } catch (error) {
        if (error instanceof PublicError && error.status === 429) return false
        throw error
      }
    },
    async giveBack({ undone = [], cleared = [] }) {
      await database.withSystem((tx) =>
        giveBackTries(tx, { undone: undone.map(counterKey), cleared: cleared.map(counterKey) }),
      )
    },
  }
}

const all = new WeakMap<PanelContext['database'], SharedLimit>()

/** The one of this panel, for use cases that nothing opens. */
export function sharedLimit(context: Pick<PanelContext, 'database' | 'now'>): SharedLimit {
  const known = all.get(context.database) ?? openSharedLimit(context)
  all.set(context.database, known)
  return known
}

/** A network instead of an address where one customer is given a network: the 64 bits that IPv6 begins with. */
export function networkOf(address: string | undefined): string {
  if (address === undefined || !isIPv6(address)) return address ?? ''
  const [head = '', tail = ''] = address.split('%')[0]?.split('::') ?? []
  const [front, back] = [head, tail].map((half) => (half === '' ? [] : half.split(':')))
  const between = address.includes('::') ? Math.max(0, 8 - (front?.length ?? 0) - (back?.length ?? 0)) : 0
  const groups = [...(front ?? []), ...Array.from({ length: between }, () => '0'), ...(back ?? [])]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

/** Hashed: a table of who tried to sign in is nobody's business. */
export function counterKey([rule, who]: Try): string {
  return `${rule.name}:${createHash('sha256').update(who).digest('base64url').slice(0, 22)}`
}

export const secondsUntil = (endsAt: number, now: number): number => Math.max(1, Math.ceil((endsAt - now) / 1000))
