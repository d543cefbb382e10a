// A console on disk: files of records, named for their first record, the oldest removed when there are too many.
import { type FileHandle, mkdir, open, readdir, readFile, rm, truncate, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Block } from './record-blocks.ts'
import { numberAt, offsetOf } from './record-blocks.ts'

export interface SegmentLimits {
  readonly segmentBytes: number
  readonly segments: number
}

/** 32 MB a server: a few days of a busy one. */
const defaultLimits: SegmentLimits = { segmentBytes: 4 * 1024 ** 2, segments: 8 }
const lineFeed = 10

interface Run {
  readonly bytes: Uint8Array
  /** True when there are older records. */
  readonly more: boolean
}

export interface Segments extends AsyncDisposable {
  /** Number of the last whole record; 0 when there is none. */
  readonly last: number
  append(block: Block): Promise<void>
  /** The last records before `number`, at most so many and so many bytes. */
  before(number: number, mostRecords: number, mostBytes: number): Promise<Run>
  /** All segments, newest first, each as whole records. */
  newestFirst(): AsyncIterable<Uint8Array>
}

/** Opens what is there; a torn last line, left by a crash, is cut off. */
export async function openSegments(directory: string, limits: SegmentLimits = defaultLimits): Promise<Segments> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const firsts = (await readdir(directory))
    .flatMap((name) => (/^\d{15}\.log$/.test(name) ? [Number(name.slice(0, 15))] : []))
    .sort((a, b) => a - b)
  let last = 0
  while (firsts.length > 0) {
    const first = firsts[firsts.length - 1] ?? 0
    const found = await mend(pathOf(directory, first))
    if (found !== undefined) {
      last = found
      break
    }
    await unlink(pathOf(directory, first))
    firsts.pop()
  }
  let current: { readonly file: FileHandle; size: number } | undefined

  async function writable(first: number) {
    if (current && current.size < limits.segmentBytes) return current
    await current?.file.close()
    current = undefined
    const newest = firsts[firsts.length - 1]
    if (newest !== undefined && current === undefined) {
      const file = await open(pathOf(directory, newest), 'a', 0o600)
      const { size } = await file.stat()
      if (size < limits.segmentBytes) return (current = { file, size })
      await file.close()
    }
    const file = await open(pathOf(directory, first), 'a', 0o600)
    firsts.push(first)
    while (firsts.length > limits.segments) {
      const oldest = firsts.shift()
      if (oldest !== undefined) await rm(pathOf(directory, oldest), { force: true })
    }
    return (current = { file, size: 0 })
  }

  async function load(first: number): Promise<Uint8Array> {
    const bytes = await readFile(pathOf(directory, first)).catch(() => Buffer.alloc(0))
    // What is being written at this moment may be torn.
    return bytes.subarray(0, bytes.lastIndexOf(lineFeed) + 1)
  }

  return {
    get last() {
      return last
    },

    async append(block) {
      const segment = await writable(block.first)
      let written = 0
      while (written < block.bytes.length) {
        const { bytesWritten } = await segment.file.write(block.bytes, written)
        written += bytesWritten
      }
      segment.size += written
      last = block.last
    },

    async before(number, mostRecords, mostBytes) {
      const parts: Uint8Array[] = []
      let records = 0
      let size = 0
      let more = false
      const candidates = firsts.filter((first) => first < number)
      for (const first of candidates.toReversed()) {
        const bytes = await load(first)
        const end = offsetOf(bytes, number)
        let start = end
        while (start > 0 && records < mostRecords) {
          const previous = start < 2 ? 0 : bytes.lastIndexOf(lineFeed, start - 2) + 1
          if (size + (start - previous) > mostBytes) break
          size += start - previous
          records += 1
          start = previous
        }
        parts.unshift(bytes.subarray(start, end))
        if (start > 0 || records >= mostRecords) {
          more = start > 0 || first !== candidates[0]
          break
        }
      }
      return { bytes: Buffer.concat(parts), more }
    },

    async *newestFirst() {
      for (const first of firsts.toReversed()) yield await load(first)
    },

    async [Symbol.asyncDispose]() {
      await current?.file.close()
      current = undefined
    },
  }
}

function pathOf(directory: string, first: number): string {
  return join(directory, `${String(first).padStart(15, '0')}.log`)
}

/** Number of its last whole record, after cutting off what follows; undefined when it holds none. */
async function mend(path: string): Promise<number | undefined> {
  const bytes = await readFile(path)
  let end = bytes.lastIndexOf(lineFeed) + 1
  while (end > 0) {
    const start = end < 2 ? 0 : bytes.lastIndexOf(lineFeed, end - 2) + 1
    const number = numberAt(bytes, start)
    if (number !== undefined && number > 0) {
      if (end < bytes.length) await truncate(path, end)
      return number
    }
    end = start
  }
  return undefined
}
