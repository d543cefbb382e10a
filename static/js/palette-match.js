// @ts-check
// How well words fit what was typed: every typed word begins a word of the text, in any order.

/**
 * Where each typed word was found, or undefined when one was not.
 * @param {string} text
 * @param {string} typed
 * @returns {{ score: number, parts: [number, number][] } | undefined}
 */
export function match(text, typed) {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const lower = text.toLowerCase()
  // Some letters grow when lowered; places would then not be those of the text.
  if (lower.length !== text.length)
    return wanted.every((word) => lower.includes(word)) ? { score: 1, parts: [] } : undefined
  /** @type {[number, number][]} */
  const parts = []
  let score = 0
  for (const word of wanted) {
    const start = lower.startsWith(word) ? 0 : lower.search(new RegExp(`(?<=[^\\p{L}\\p{N}])${escape(word)}`, 'u'))
    const at = start >= 0 ? start : lower.indexOf(word)
    if (at < 0) return undefined
    score += start === 0 ? 3 : start > 0 ? 2 : 1
    parts.push([at, at + word.length])
  }
  return { score, parts: joined(parts) }
}

/** @param {[number, number][]} parts */
function joined(parts) {
  /** @type {[number, number][]} */
  const result = []
  for (const [start, end] of parts.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else result.push([start, end])
  }
  return result
}

/** @param {string} text */
function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}
