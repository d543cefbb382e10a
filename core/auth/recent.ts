// What was just read about a secret, for five seconds: a page and its parts, or a program's requests, ask once.
import type { Database } from '#core/db/database.ts'

/** A revocation made by another process is seen after this long at the latest; one made by this process at once. */
const keptMs = 5_000
/** More secrets than this in use within five seconds: all are read again. */
const most = 10_000

interface Found<T> {
  readonly value: T
  /** What is answered while it is kept, where that differs from the first answer. */
  readonly again?: T
  /** Milliseconds since 1970. */
  readonly expires: number
}

export interface Recent<T> {
  read(database: Database, hash: string, find: (now: number) => Promise<Found<T> | undefined>): Promise<T | undefined>
  forget(database: Database): void
}

interface Kept<T> {
  generation: number
  readonly entries: Map<string, { readonly value: T; readonly until: number }>
}

export function openRecent<T>(): Recent<T> {
  const all = new WeakMap<Database, Kept<T>>()
  const of = (database: Database): Kept<T> => {
    let kept = all.get(database)
    if (!kept) {
      kept = { generation: 0, entries: new Map() }
      all.set(database, kept)
    }
    return kept
  }
  return {
    async read(database, hash, find) {
      const kept = of(database)
      const now = Date.now()
      const known = kept.entries.get(hash)
      if (known && now < known.until) return known.value
      // A revocation that happens while the query runs must not be undone by storing what the query saw.
      const { generation } = kept
      const found = await find(now)
      if (!found) {
        kept.entries.delete(hash)
        return undefined
      }
      if (generation === kept.generation) {
        if (kept.entries.size >= most) kept.entries.clear()
        const { value, again = value, expires } = found
        kept.entries.set(hash, { value: again, until: Math.min(now + keptMs, expires) })
      }
      return found.value
    },
    forget(database) {
      const kept = of(database)
      kept.generation++
      kept.entries.clear()
    },
  }
}
