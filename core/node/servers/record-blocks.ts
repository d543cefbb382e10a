// Console records as bytes: many in one block, encoded once, then only passed on.
import { longestRecordText, type RecordKind } from '#core/domain/console.ts'

/** A run of whole records, and which lines they stand for. */
export interface Block {
  readonly first: number
  readonly last: number
  readonly bytes: Uint8Array
}

/** Two numbers of at most 15 digits, two spaces, the kind and the line feed. */
const mostAround = 34
const sheetBytes = 64 * 1024
const lineFeed = 10

export interface BlockWriter {
  /** `first` is smaller than `number` for a gap, which stands for several lines. */
  add(number: number, at: number, kind: RecordKind, text: Uint8Array, first?: number): void
  /** What was added since the last call. */
  take(): Block | undefined
  /** Bytes that wait to be taken. */
  readonly size: number
}

/** Blocks are views of shared sheets, so that a single line does not cost an allocation of its own. */
export function blockWriter(full: (block: Block) => void): BlockWriter {
  let sheet = Buffer.allocUnsafeSlow(sheetBytes)
  let start = 0
  let end = 0
  let first = 0
  let last = 0

  function take(): Block | undefined {
    if (start === end) return undefined
    const block = { first, last, bytes: sheet.subarray(start, end) }
    start = end
    return block
  }

  return {
    add(number, at, kind, text, firstLine = number) {
      if (end + text.length + mostAround > sheet.length) {
        const block = take()
        if (block) full(block)
        sheet = Buffer.allocUnsafeSlow(sheetBytes)
        start = 0
        end = 0
      }
      if (start === end) first = firstLine
      last = number
      end += sheet.write(`${number} ${at} ${kind}`, end, 'latin1')
      sheet.set(text.length > longestRecordText ? text.subarray(0, longestRecordText) : text, end)
      end += Math.min(text.length, longestRecordText)
      sheet[end] = lineFeed
      end += 1
    },
    take,
    get size() {
      return end - start
    },
  }
}

/** Number of the record that starts at `offset`; undefined when there is none. */
export function numberAt(bytes: Uint8Array, offset: number): number | undefined {
  let number = 0
  let at = offset
  for (; at < bytes.length && at < offset + 16; at += 1) {
    const byte = bytes[at] ?? 0
    if (byte === 32) return at === offset ? undefined : number
    if (byte < 48 || byte > 57) return undefined
    number = number * 10 + byte - 48
  }
  return undefined
}

/** Offset of the first record whose number is at least `number`; the length when there is none. `bytes` are whole records. */
export function offsetOf(bytes: Uint8Array, number: number): number {
  let low = 0
  let high = bytes.length
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const before = middle === 0 ? -1 : bytes.lastIndexOf(lineFeed, middle - 1)
    const start = before + 1
    const found = numberAt(bytes, start)
    if (found !== undefined && found >= number) {
      high = start
      continue
    }
    const end = bytes.indexOf(lineFeed, start)
    low = end < 0 ? bytes.length : end + 1
  }
  return Math.min(low, bytes.length)
}

/** Where to cut so that at most `most` bytes of whole records remain. */
export function wholeRecords(bytes: Uint8Array, most: number): number {
  if (bytes.length <= most) return bytes.length
  return bytes.lastIndexOf(lineFeed, most - 1) + 1
}
