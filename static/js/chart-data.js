// @ts-check
// What the charts draw, apart from drawing: a window of samples, where it has holes, how high it is, and what it says.

/**
 * @typedef {object} Sample
 * @property {number} at milliseconds since 1970
 * @property {number} cpuPercent
 * @property {number} memoryBytes
 * @property {number | null} diskBytes
 * @property {number} receivedPerSecond
 * @property {number} sentPerSecond
 * @property {number | null} players
 * @property {number | null} capacity
 */

export const windowMs = 5 * 60_000
/** Values older than that are not live any more. */
export const staleMs = 10_000
/** Between two samples further apart than that nobody knows what was: no line is drawn. */
const holeMs = 15_000
/** One a second for the window, and some. */
const mostSamples = 400

/** Undefined for anything that is no sample. @param {unknown} value @returns {Sample | undefined} */
export function readSample(value) {
  if (typeof value !== 'object' || value === null) return undefined
  const fields = /** @type {Record<string, unknown>} */ (value)
  const at = typeof fields['at'] === 'string' ? Date.parse(fields['at']) : Number.NaN
  const number = (/** @type {string} */ name) => {
    const field = fields[name]
    return typeof field === 'number' && Number.isFinite(field) ? field : undefined
  }
  const cpuPercent = number('cpuPercent')
  const memoryBytes = number('memoryBytes')
  if (Number.isNaN(at) || cpuPercent === undefined || memoryBytes === undefined) return undefined
  return {
    at,
    cpuPercent,
    memoryBytes,
    diskBytes: number('diskBytes') ?? null,
    receivedPerSecond: number('receivedPerSecond') ?? 0,
    sentPerSecond: number('sentPerSecond') ?? 0,
    players: number('players') ?? null,
    capacity: number('capacity') ?? null,
  }
}

/** Both, in order, each time once, nothing that left the window. @param {readonly Sample[]} known @param {readonly Sample[]} more */
export function merge(known, more) {
  const byTime = new Map([...known, ...more].map((sample) => [sample.at, sample]))
  const sorted = [...byTime.values()].sort((a, b) => a.at - b.at)
  const newest = sorted.at(-1)?.at ?? 0
  return sorted.filter(({ at }) => at >= newest - windowMs).slice(-mostSamples)
}

/**
 * Columns for uPlot: seconds, then one column for each reading; a hole is one point without a value.
 * @param {readonly Sample[]} samples @param {readonly ((sample: Sample) => number | null)[]} readings
 * @returns {(number | null)[][]}
 */
export function columns(samples, readings) {
  /** @type {number[]} */
  const times = []
  /** @type {(number | null)[][]} */
  const values = readings.map(() => [])
  let before = samples[0]?.at ?? 0
  for (const sample of samples) {
    if (sample.at - before > holeMs) {
      times.push((before + 1) / 1000)
      for (const column of values) column.push(null)
    }
    times.push(sample.at / 1000)
    for (const [index, reading] of readings.entries()) values[index]?.push(reading(sample))
    before = sample.at
  }
  return [times, ...values]
}

/** The next of 1, 2, 5, 10, 20 … above: a scale that seldom changes. @param {number} value @param {number} least */
export function roundUp(value, least) {
  const wanted = Math.max(value, least)
  const power = 10 ** Math.floor(Math.log10(wanted))
  const step = [1, 2, 5, 10].find((factor) => factor * power >= wanted) ?? 10
  return step * power
}

/** @param {number} share of the limit, 0–1 @returns {'bad' | 'warn' | 'accent'} */
export function signalOf(share) {
  if (share > 0.95) return 'bad'
  return share > 0.85 ? 'warn' : 'accent'
}

/** For those who do not see the plot. @param {string} label @param {readonly (number | null)[]} values @param {(value: number) => string} words */
export function sentence(label, values, words) {
  const known = values.filter((value) => value !== null)
  const last = known.at(-1)
  if (last === undefined) return `${label}, last 5 minutes: nothing measured.`
  return `${label}, last 5 minutes: now ${words(last)}, lowest ${words(Math.min(...known))}, highest ${words(Math.max(...known))}.`
}
