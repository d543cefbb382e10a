// Counts failures by key within a window, in this process and bounded memory: for what nobody can guess anyway (secrets of
// 256 bits), to keep a machine that tries from costing much. What people choose or type is counted by shared-limit.ts.
import { tooManyTries } from './too-many-tries.ts'

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
        if (entry && entry.count >= tries) throw tooManyTries(Math.ceil((entry.endsAt - now()) / 1000))
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
