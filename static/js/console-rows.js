// @ts-check
// One record → one row of the log. Everything from a game becomes a text node; only class names are ours.
import { parseAnsi, textOf } from './ansi.js'
import { cutRuns, occurrences } from './console-find.js'
import { levelOf } from './console-level.js'
import { linesOf } from './console-records.js'
import { inZone, language } from './locale.js'

/** @typedef {import('./console-records.js').LogRecord} LogRecord */
/** @typedef {import('./console-level.js').Level} Level */
/** @typedef {import('./ansi.js').Run} Run */
/**
 * @typedef {object} Row
 * @property {LogRecord} record
 * @property {number} from number of the first line it stands for: another than its own only for a gap
 * @property {Level} level
 * @property {string} day
 * @property {string} plain what a person reads
 * @property {readonly Run[]} runs
 * @property {HTMLElement} element
 * @property {HTMLElement} body
 */

/** Longest text that is drawn, in characters; twice what a record may hold. */
const longestText = 16_384

const days = new Intl.DateTimeFormat(language, { ...inZone, weekday: 'long', day: 'numeric', month: 'long' })
const counts = new Intl.NumberFormat(language)

/** @param {LogRecord} record @param {Level} previousLevel @returns {Row} */
export function createRow(record, previousLevel) {
  const runs = runsOf(record)
  const plain = textOf(runs)
  const level = levelOf(record, plain, previousLevel)
  const element = document.createElement('div')
  element.className = `line k-${record.kind}`
  if (level) element.dataset['level'] = level
  const time = document.createElement('time')
  // With the space that stands between the two: hidden or copied, it goes with the time.
  time.textContent = `${clock(record.at)} `
  const body = document.createElement('span')
  body.className = 'text'
  if (record.kind === 'i') body.title = record.text.slice(0, Math.max(record.text.indexOf('\t'), 0))
  element.append(time, body)
  const row = {
    record,
    from: record.number - linesOf(record) + 1,
    level,
    day: dayOf(record.at),
    plain,
    runs,
    element,
    body,
  }
  drawText(row, '')
  return row
}

/** A row for lines that nobody has any more. @param {number} from @param {number} to @param {number} at */
export const gapRecord = (from, to, at) =>
  /** @type {LogRecord} */ ({ number: to, at, kind: 'g', text: String(to - from + 1) })

/** Draws the text again with each occurrence of the query marked. @param {Row} row @param {string} query */
export function drawText(row, query) {
  const ranges = query === '' ? [] : occurrences(row.plain, query)
  const [only] = row.runs
  if (ranges.length === 0 && row.runs.length === 1 && only && only.style === '') {
    row.body.textContent = only.text
    return
  }
  const pieces = ranges.length === 0 ? row.runs.map((run) => ({ ...run, marked: false })) : cutRuns(row.runs, ranges)
  row.body.replaceChildren(...pieces.map(piece))
}

/** @param {Run & { marked: boolean }} run */
function piece({ text, style, marked }) {
  if (!marked && style === '') return document.createTextNode(text)
  const element = document.createElement(marked ? 'mark' : 'span')
  if (style) element.className = style
  element.textContent = text
  return element
}

/** @param {LogRecord} record @returns {readonly Run[]} */
function runsOf(record) {
  const text = shorten(record.text)
  if (record.kind === 'i') return [{ text: `> ${textOf(parseAnsi(text.slice(text.indexOf('\t') + 1)))}`, style: '' }]
  if (record.kind === 's') return [{ text: `[Stellar] ${textOf(parseAnsi(text))}`, style: '' }]
  if (record.kind === 'g') {
    const lines = linesOf(record)
    return [{ text: lines === 1 ? '1 line is missing' : `${counts.format(lines)} lines are missing`, style: '' }]
  }
  return parseAnsi(text)
}

/** @param {string} text */
function shorten(text) {
  if (text.length <= longestText) return text
  return `${text.slice(0, longestText)} … and ${counts.format(text.length - longestText)} more characters`
}

/** @param {number} at */
function clock(at) {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}

let knownFrom = 0
let knownDay = ''
/** Day of a time in words; the last one is remembered, most lines are of the same hour. @param {number} at */
function dayOf(at) {
  const hour = Math.floor(at / 3_600_000)
  if (hour !== knownFrom || knownDay === '') {
    knownFrom = hour
    const date = new Date(at)
    knownDay = Number.isNaN(date.getTime()) ? '' : days.format(date)
  }
  return knownDay
}
