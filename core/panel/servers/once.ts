// A form that is sent twice, by a double click or a reload, is done once: the second one gets the first one's answer.

/** Longer than anybody waits before they press again or go back. */
const keptMs = 10 * 60_000
const mostKept = 1000

/** `key` is made with the form and is the person's own; undefined: it is done whenever it is asked. */
export type Once<T> = (key: string | undefined, work: () => Promise<T>) => Promise<T>

export function openOnce<T>(now: () => number): Once<T> {
  const done = new Map<string, { readonly at: number; readonly answer: Promise<T> }>()
  return async function once(key, work) {
    if (key === undefined) return await work()
    const known = done.get(key)
    if (known && now() - known.at < keptMs) return await known.answer
    const answer = work()
    done.set(key, { at: now(), answer })
    for (const oldest of done.keys()) {
      if (done.size <= mostKept) break
      done.delete(oldest)
    }
    try {
      return await answer
    } catch (error) {
      // Refused: what is corrected and sent again is done.
      done.delete(key)
      throw error
    }
  }
}
