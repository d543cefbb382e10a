// @ts-check
// What each tile measures, in which unit, and up to where its scale goes. views/partials/server-tiles.tsx writes the same
// words first; a test compares the two.
import { roundUp } from './chart-data.js'

/** @typedef {import('./chart-data.js').Sample} Sample */
/**
 * @typedef {object} TileKind
 * @property {string} label
 * @property {readonly ((sample: Sample) => number | null)[]} series
 * @property {(value: number, limit: number) => readonly [number: string, unit: string]} write number and unit for the head
 * @property {(value: number, limit: number) => string} [words] the same alone, where that is not number and unit
 * @property {(limit: number, highest: number) => number} top upper end of the scale
 * @property {boolean} limited whether nearness to the limit is worth a warning
 */

const gib = 1024 ** 3
const mib = 1024 ** 2

/** @param {number} value */
const short = (value) => (value >= 100 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, ''))

/** Memory in the unit of its limit, which stands beside it, or in MiB with the unit. @param {number} bytes @param {number} limit @returns {readonly [string, string]} */
const memory = (bytes, limit) =>
  limit < gib || bytes < gib ? [String(Math.round(bytes / mib)), limit < gib ? '' : 'MiB'] : [short(bytes / gib), '']
/** The same alone, in a sentence. @param {number} bytes @param {number} limit */
const memoryInWords = (bytes, limit) =>
  limit < gib || bytes < gib ? `${Math.round(bytes / mib)} MiB` : `${short(bytes / gib)} GiB`

/** Powers of ten. @param {number} bytes @returns {readonly [string, string]} */
function decimal(bytes) {
  if (bytes < 1000) return [String(Math.round(bytes)), 'B']
  if (bytes < 1e6) return [short(bytes / 1e3), 'kB']
  if (bytes < 1e9) return [short(bytes / 1e6), 'MB']
  return [short(bytes / 1e9), 'GB']
}

/** @param {number} bytes @returns {readonly [string, string]} */
function rate(bytes) {
  const [number, unit] = decimal(bytes)
  return [number, `${unit}/s`]
}

/** @param {number} limit */
const toLimit = (limit) => limit || 1

/** @type {Readonly<Record<string, TileKind>>} */
export const tileKinds = {
  cpu: {
    label: 'CPU',
    series: [(sample) => sample.cpuPercent],
    write: (value) => [String(Math.round(value)), '%'],
    top: toLimit,
    limited: true,
  },
  memory: {
    label: 'Memory',
    series: [(sample) => sample.memoryBytes],
    write: memory,
    words: memoryInWords,
    top: toLimit,
    limited: true,
  },
  network: {
    label: 'Network',
    series: [(sample) => sample.sentPerSecond, (sample) => sample.receivedPerSecond],
    write: rate,
    top: (_, highest) => roundUp(highest, 10_000),
    limited: false,
  },
  disk: { label: 'Disk', series: [(sample) => sample.diskBytes], write: decimal, top: toLimit, limited: true },
  players: {
    label: 'Players',
    series: [(sample) => sample.players],
    write: (value) => [String(value), ''],
    top: (limit, highest) => Math.max(limit, highest, 1),
    limited: false,
  },
}

/** A value alone, for sentences. @param {TileKind} kind @param {number} value @param {number} limit */
export const inWords = (kind, value, limit) =>
  kind.words ? kind.words(value, limit) : kind.write(value, limit).filter(Boolean).join('\u00a0')
