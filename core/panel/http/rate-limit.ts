// Counts failures by key within a window, in bounded memory. Sign-in uses one for accounts and one for addresses, so
// that a flood against one account or from one address never shuts out the others.
import { PublicError } from '#core/base/errors.ts'

export interface RateLimit {
  /** Throws PublicError `too-many-tries` (429) while any of the keys has used up its tries. */
  check(...keys: readonly string[]): void
  /** Counts one failure. */
  fail(...keys: readonly string[]): void
  /** Takes one count back: it was no failure after all. */
  undo(...keys: readonly string[]): void
  /** Forgets a key, e.g. after the right password. */
  clear(...keys: readonly string[]): void
}

export interface RateLimitOptions {
  /** Failures that are let through within the window. */
  readonly tries: number
  readonly windowMs: number
  /** How many keys are remembered; beyond that the one whose window ends first is forgotten. */
  readonly mostKeys?: number
  readonly now: () => number
}

export function openRateLimit({ tries, windowMs, mostKeys = 10_000, now }: RateLimitOptions): RateLimit {
  // Insertion order is the order in which windows end: an entry is made once and never moves.
  const entries = new Map<string, { count: number; readonly endsAt: number }>()
  const live = (key: string) => {
    const entry = entries.get(key)
    if (entry && entry.endsAt > now()) return entry
    entries.delete(key)
    return undefined
  }
  return {
    check(...keys) {
      for (const key of keys) {
        const entry = live(key)
        if (entry && entry.count >= tries) throw tooMany(Math.ceil((entry.endsAt - now()) / 1000))
      }
    },
    fail(...keys) {
      for (const key of keys) {
        const entry = live(key)
        if (entry) entry.count += 1
        else {
          entries.set(key, { count: 1, endsAt: now() + windowMs })
          for (const oldest of entries.keys()) {
            if (entries.size <= mostKeys) break
            entries.delete(oldest)
          }
        }
      }
    },
    undo(...keys) {
      for (const key of keys) {
        const entry = live(key)
        if (entry) entry.count = Math.max(0, entry.count - 1)
      }
    },
    clear(...keys) {
      for (const key of keys) entries.delete(key)
    },
  }
}

function tooMany(seconds: number): PublicError {
  const wait = seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} minutes`
  return new PublicError('too-many-tries', `Too many tries. The next one is possible in ${wait}.`, {
    status: 429,
    details: { retryAfterSeconds: seconds },
  })
}
