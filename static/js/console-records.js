// @ts-check
// Console records as they come over the socket and in history answers. The format is drawn in core/domain/console.ts;
// a test there-and-back keeps the two in step.

/**
 * @typedef {'o' | 'e' | 'i' | 's' | 'g'} Kind
 * @typedef {{ number: number, at: number, kind: Kind, text: string }} LogRecord
 */

const form = /^(\d{1,15}) (\d{1,15}) ([oeisg])(.*)$/s

/** Undefined for anything that is not a record.
 * @param {string} line @returns {LogRecord | undefined} */
export function decodeRecord(line) {
  const match = form.exec(line)
  if (!match) return undefined
  return { number: Number(match[1]), at: Number(match[2]), kind: /** @type {Kind} */ (match[3]), text: match[4] ?? '' }
}

/** @param {string} text @returns {LogRecord[]} */
export function decodeRecords(text) {
  /** @type {LogRecord[]} */
  const records = []
  for (const line of text.split('\n')) {
    const record = decodeRecord(line)
    if (record) records.push(record)
  }
  return records
}

/** Longest unfinished line that is kept between two frames, in characters; what is longer is not ours. */
const longestRest = 1_000_000

/**
 * Reads frames. They are cut between lines, but a reader that believes it draws half a line when it is not so.
 * Bytes that are not UTF-8 become replacement characters.
 */
export function createRecordReader() {
  const decoder = new TextDecoder()
  let rest = ''
  return {
    /** @param {ArrayBuffer | Uint8Array} frame @returns {LogRecord[]} */
    read(frame) {
      const text = rest + decoder.decode(frame, { stream: true })
      const end = text.lastIndexOf('\n') + 1
      rest = text.length - end > longestRest ? '' : text.slice(end)
      return end === 0 ? [] : decodeRecords(text.slice(0, end))
    },
  }
}

/** How many lines a record stands for: a gap is as many as it says, at most all that can have been before it.
 * @param {LogRecord} record */
export function linesOf(record) {
  if (record.kind !== 'g') return 1
  const count = Number.parseInt(record.text, 10)
  return Number.isFinite(count) && count > 0 ? Math.min(count, Math.max(record.number, 1)) : 1
}
