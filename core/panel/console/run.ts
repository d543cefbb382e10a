// A run: console records (core/domain/console.ts) as bytes, whole lines only. Numbers are read at both ends and nothing
// is decoded between.
import { encodeRecord } from '#core/domain/console.ts'

export interface Run {
  readonly bytes: Buffer
  /** Numbers of its first and last record. */
  readonly first: number
  readonly last: number
}

const lineFeed = 0x0a
const zero = 0x30

/** Undefined for what is no run: such bytes are not passed on. */
export function runOf(chunk: Uint8Array): Run | undefined {
  const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  if (bytes.length === 0 || bytes[bytes.length - 1] !== lineFeed) return undefined
  const first = numberAt(bytes, 0)
  const last = numberAt(bytes, bytes.length > 1 ? bytes.lastIndexOf(lineFeed, bytes.length - 2) + 1 : 0)
  if (first === undefined || last === undefined || last < first) return undefined
  return { bytes, first, last }
}

export function joinRuns(runs: readonly Run[]): Run | undefined {
  const [first] = runs
  const last = runs.at(-1)
  if (!first || !last) return undefined
  if (runs.length === 1) return first
  return { bytes: Buffer.concat(runs.map(({ bytes }) => bytes)), first: first.first, last: last.last }
}

/** The part behind that number; undefined when nothing is. */
export function runAfter(run: Run, number: number): Run | undefined {
  if (run.first > number) return run
  if (run.last <= number) return undefined
  for (let start = 0; start < run.bytes.length; start = run.bytes.indexOf(lineFeed, start) + 1) {
    const found = numberAt(run.bytes, start)
    if (found !== undefined && found > number) return { bytes: run.bytes.subarray(start), first: found, last: run.last }
  }
  return undefined
}

/** Says how many lines before `next` are missing after `known`. */
export function gapBetween(known: number, next: number, at: number): Run | undefined {
  const count = next - 1 - known
  if (count <= 0) return undefined
  const bytes = Buffer.from(encodeRecord({ number: next - 1, at, kind: 'g', text: String(count) }))
  return { bytes, first: next - 1, last: next - 1 }
}

function numberAt(bytes: Buffer, start: number): number | undefined {
  let number = 0
  let index = start
  for (; index < start + 15; index++) {
    const digit = (bytes[index] ?? 0) - zero
    if (digit < 0 || digit > 9) break
    number = number * 10 + digit
  }
  return index > start && bytes[index] === 0x20 ? number : undefined
}
