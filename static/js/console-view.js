// @ts-check
// The part of a log that is drawn: a window of at most `most` rows which slides over the whole history.
//
//   history ………… [ rows ………………… ] (not loaded) [ queue ] newest
//
// While it follows, the window ends with the newest line and forgets at its upper end. While somebody reads, nothing in it
// moves: lines that arrive wait in the queue, and what the queue forgets is loaded again from the history. So the rows
// always join, and a gap in them is a gap in the log.

import { createPace } from './console-pace.js'
import { linesOf } from './console-records.js'
import { createRow, drawText, gapRecord } from './console-rows.js'

/** @typedef {import('./console-records.js').LogRecord} LogRecord */
/** @typedef {import('./console-rows.js').Row} Row */

/** So near to the end, in pixels, counts as at the end: rows have fractions of a pixel at some zoom levels. */
const nearEnd = 24
/** Rows that are kept while lines pour in: a browser lays out and paints all of them anew with each frame. */
const mostInFlood = 250

/**
 * @param {HTMLElement} scroller
 * @param {HTMLElement} list
 * @param {{ most?: number, onChange: () => void }} options `onChange` is called at most once a frame
 */
export function createView(scroller, list, { most = 1000, onChange }) {
  /** @type {Row[]} */
  let rows = []
  /** @type {LogRecord[]} received, not drawn, oldest first */
  let queue = []
  let newest = 0
  let newestAt = 0
  let following = true
  let query = ''
  let frame = 0
  const pace = createPace()

  const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight <= nearEnd
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight
  }
  /** Number of the line that must follow the last row for the queue to join it. */
  const joinsAt = () => (queue[0] ? queue[0].number - linesOf(queue[0]) + 1 : newest + 1)
  const lastNumber = () => rows.at(-1)?.record.number ?? 0
  const joined = () => rows.length === 0 || lastNumber() + 1 >= joinsAt()

  const schedule = () => {
    if (frame === 0) frame = requestAnimationFrame(draw)
  }

  /** Not by asking for frames that are then left out: an empty one costs, too. @param {number} milliseconds */
  function rest(milliseconds) {
    frame = -1
    setTimeout(() => {
      frame = requestAnimationFrame(draw)
    }, milliseconds)
  }

  function draw() {
    frame = 0
    if (following && queue.length > 0) {
      const start = performance.now()
      const wait = pace.wait(start)
      if (wait > 0) return rest(wait)
      const room = pace.flooded ? mostInFlood : most
      if (queue.length >= room || !joined()) clear()
      append(queue.splice(0).slice(-room), room)
      toEnd()
      pace.drew(start, performance.now())
    }
    onChange()
  }

  /** @param {readonly LogRecord[]} records all newer than the rows @param {number} room */
  function append(records, room = most) {
    const fragment = document.createDocumentFragment()
    for (const record of joinedTo(lastNumber(), records)) {
      const above = rows.at(-1)
      const row = createRow(record, above?.level ?? '')
      markDay(row, above)
      if (query) drawText(row, query)
      rows.push(row)
      fragment.append(row.element)
    }
    list.append(fragment)
    for (const row of rows.splice(0, Math.max(0, rows.length - room))) row.element.remove()
  }

  function clear() {
    rows = []
    list.replaceChildren()
  }

  return {
    /** Lines from the socket. What is known already is passed over, so a reconnect may send too much.
     * @param {readonly LogRecord[]} records */
    push(records) {
      for (const record of records) {
        if (record.number <= newest) {
          // Lines never repeat with a later time: the numbering began again, e.g. because the node lost its disk.
          if (record.at <= newestAt) continue
          clear()
          queue = []
        }
        newest = record.number
        newestAt = Math.max(newestAt, record.at)
        queue.push(record)
      }
      pace.received(records.length)
      if (queue.length > 2 * most) queue = queue.slice(-most)
      schedule()
    },

    /** Puts older lines above; what is looked at stays where it is. @param {readonly LogRecord[]} records */
    prepend(records) {
      const first = rows[0]
      const room = following ? most - rows.length : most
      const fitting = records.filter(({ number }) => !first || number < first.from).slice(-Math.max(0, room))
      if (fitting.length === 0) return
      const fromEnd = scroller.scrollHeight - scroller.scrollTop
      const fragment = document.createDocumentFragment()
      /** @type {Row[]} */
      const older = []
      for (const record of joinedTo(0, fitting)) {
        const row = createRow(record, older.at(-1)?.level ?? '')
        markDay(row, older.at(-1))
        if (query) drawText(row, query)
        older.push(row)
        fragment.append(row.element)
      }
      list.prepend(fragment)
      rows = [...older, ...rows]
      if (first) markDay(first, older.at(-1))
      scroller.scrollTop = scroller.scrollHeight - fromEnd
      for (const row of rows.splice(most)) row.element.remove()
      schedule()
    },

    /** Puts newer lines below without moving what is looked at. @param {readonly LogRecord[]} records */
    extend(records) {
      const newer = records.filter(({ number }) => number > lastNumber())
      const anchor = rows.at(-1)?.element
      const place = anchor?.offsetTop ?? 0
      append(newer.slice(0, most))
      if (anchor?.isConnected) scroller.scrollTop += anchor.offsetTop - place
      queue = queue.filter(({ number }) => number > lastNumber())
      schedule()
    },

    /** Shows another part of the history. @param {readonly LogRecord[]} records */
    replace(records) {
      following = false
      clear()
      append(records.slice(0, most))
      schedule()
    },

    /** Shows the newest lines of the history and goes on from there. @param {readonly LogRecord[]} records */
    replaceAtEnd(records) {
      following = true
      clear()
      append(records.slice(-most))
      queue = queue.filter(({ number }) => number > lastNumber())
      toEnd()
      schedule()
    },

    /** The queue's next lines, or undefined when the history must be asked first. */
    takeNext() {
      return joined() ? queue.splice(0, 200) : undefined
    },

    follow() {
      following = true
      if (queue.length === 0 && !joined()) return false
      schedule()
      toEnd()
      return true
    },
    unfollow() {
      following = false
      schedule()
    },
    /** Empties the view, not the log. */
    clear() {
      clear()
      queue = []
      following = true
      schedule()
    },
    /** @param {string} next */
    mark(next) {
      if (next === query) return
      query = next
      for (const row of rows) drawText(row, query)
      schedule()
    },
    atEnd,
    toEnd,
    get rows() {
      return /** @type {readonly Row[]} */ (rows)
    },
    get following() {
      return following
    },
    get newest() {
      return newest
    },
    /** Lines below the last row. */
    get behind() {
      return Math.max(0, newest - (rows.length === 0 ? newest : lastNumber()))
    },
  }
}

/** The records, with a gap put in wherever numbers are left out. @param {number} last @param {readonly LogRecord[]} records */
function* joinedTo(last, records) {
  let before = last
  for (const record of records) {
    const from = record.number - linesOf(record) + 1
    if (before > 0 && from > before + 1) yield gapRecord(before + 1, from - 1, record.at)
    yield record
    before = record.number
  }
}

/** The first line of a day says so. @param {Row} row @param {Row | undefined} above */
function markDay(row, above) {
  if (above && above.day !== row.day) row.element.dataset['day'] = row.day
  else delete row.element.dataset['day']
}
