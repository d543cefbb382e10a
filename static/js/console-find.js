// @ts-check
// Where a query occurs in a line, and how the line's runs are cut so that each occurrence can be marked.
/** @typedef {import('./ansi.js').Run} Run */
/** @typedef {readonly [from: number, to: number]} Range */

/** A line that matches everywhere is marked this often, then left. */
const mostMarks = 200

/** Ranges of the query in the text, ignoring case, without overlap.
 * @param {string} text @param {string} query @returns {Range[]} */
export function occurrences(text, query) {
  const needle = fold(query)
  if (needle === '') return []
  const haystack = fold(text)
  /** @type {Range[]} */
  const ranges = []
  let at = haystack.indexOf(needle)
  while (at >= 0 && ranges.length < mostMarks) {
    ranges.push([at, at + needle.length])
    at = haystack.indexOf(needle, at + needle.length)
  }
  return ranges
}

/** Lower case that keeps every character's place: `İ` would become two.
 * @param {string} text */
function fold(text) {
  const lower = text.toLowerCase()
  if (lower.length === text.length) return lower
  return Array.from(text, (character) => {
    const small = character.toLowerCase()
    return small.length === character.length ? small : character
  }).join('')
}

/** The runs again, cut at the edges of the ranges; those within one carry `marked`.
 * @param {readonly Run[]} runs @param {readonly Range[]} ranges @returns {(Run & { marked: boolean })[]} */
export function cutRuns(runs, ranges) {
  /** @type {(Run & { marked: boolean })[]} */
  const cut = []
  let place = 0
  let next = 0
  for (const run of runs) {
    const end = place + run.text.length
    let at = place
    while (at < end) {
      while ((ranges[next]?.[1] ?? Infinity) <= at) next++
      const [from, to] = ranges[next] ?? [Infinity, Infinity]
      const marked = from <= at
      const until = Math.min(end, marked ? to : from)
      cut.push({ text: run.text.slice(at - place, until - place), style: run.style, marked })
      at = until
    }
    place = end
  }
  return cut
}
