// A server's console on the node: output into numbered records, on disk first, then to whoever watches. Numbers go on
// over restarts of game and node.

import type { Log } from '#core/base/log.ts'
import {
  type ConsoleRecord,
  decodeRecords,
  encodeRecord,
  longestRecordText,
  plainText,
  type RecordKind,
} from '#core/domain/console.ts'
import type { ConsoleSource } from '#core/node/context.ts'
import type { OutputChunk } from '#core/plugins/contributions.ts'
import { consoleRing } from './console-ring.ts'
import { searchConsole } from './console-search.ts'
import { intakeLimit } from './intake-limit.ts'
import { lineSplitter } from './line-splitter.ts'
import { type Block, blockWriter, offsetOf } from './record-blocks.ts'
import { openSegments } from './segments.ts'

export interface ServerConsole extends AsyncDisposable {
  /** Output of the game. `at` is when it was written, if that was not now. */
  take(chunk: OutputChunk, at?: number): void
  /** A sentence of Stellar's own. */
  note(sentence: string): void
  /** A command that somebody sent. */
  command(by: string, line: string): void
  /** Hears every line of the game as plain text, until the returned function is called. */
  listen(listener: (line: string) => void): () => void
  /** What the game said last since `beginRun`, at most so many lines, as plain text. */
  lastLines(most: number): Promise<string[]>
  beginRun(): void
  /** Lines of the game on disk, oldest first, at most so many; for finding the place to go on from. */
  recent(most: number): Promise<ConsoleRecord[]>
  /** On disk and published: everything taken so far. */
  settled(): Promise<void>
  read(from: { readonly after?: number; readonly tail: number }): Promise<ConsoleSource>
  history(before: number, limit: number): Promise<{ text: string; more: boolean }>
  search(query: string, limit: number): Promise<{ text: string; more: boolean }>
  /** The server was removed: readers end. */
  end(): void
}

/** Bytes that may wait for the disk. */
const mostWaiting = 2 * 1024 ** 2
/** A prompt without a line feed is shown after this. */
const partialMs = 500
const mostBacklogBytes = 1024 ** 2
const mostBacklogRecords = 5000
const mostAnswerBytes = 200_000

export interface ConsoleOptions {
  readonly directory: string
  readonly log: Log
  readonly now?: () => number
}

export async function openConsole({ directory, log, now = Date.now }: ConsoleOptions): Promise<ServerConsole> {
  const segments = await openSegments(directory)
  const ring = consoleRing(now)
  const limit = intakeLimit()
  const listeners = new Set<(line: string) => void>()
  const decoder = new TextDecoder()
  const encoder = new TextEncoder()

  let number = segments.last
  let published = segments.last
  let runStart = 0
  let dropped = 0
  let at = now()
  let diskFails = false
  let closed = false

  // --- lines into records ---

  const waiting: Block[] = []
  let waitingBytes = 0
  const writer = blockWriter(enqueue)
  const splitters = {
    stdout: lineSplitter((line) => addLine('o', line)),
    stderr: lineSplitter((line) => addLine('e', line)),
  }
  /** When the game last wrote there. */
  const heardAt = { stdout: 0, stderr: 0 }
  let partialTimer: NodeJS.Timeout | undefined

  function addLine(kind: 'o' | 'e', line: Uint8Array): void {
    if (waitingBytes + writer.size > mostWaiting || !limit.take(line.length)) {
      dropped += 1
      return
    }
    addGap()
    add(kind, line)
    if (listeners.size === 0) return
    const text = plainText(decoder.decode(line))
    for (const listener of listeners) listener(text)
  }

  function add(kind: RecordKind, text: Uint8Array, standsFor = 1): void {
    number += standsFor
    writer.add(number, at, kind, text, number - standsFor + 1)
  }

  /** The record that stands for what was dropped takes the number of the last line of it. */
  function addGap(): void {
    if (dropped === 0) return
    const count = dropped
    dropped = 0
    add('g', encoder.encode(String(count)), count)
  }

  /** What nobody finished for a while is shown. A line whose rest is on its way is left alone: a flood would tear it. */
  function showPartials(): void {
    partialTimer = undefined
    if (closed) return
    at = now()
    for (const source of ['stdout', 'stderr'] as const) {
      if (!splitters[source].waiting) continue
      if (performance.now() - heardAt[source] < partialMs) waitForRest()
      else splitters[source].flush()
    }
    addGap()
    flush()
  }

  function waitForRest(): void {
    // After a look at what has arrived: a process that stood still finds its timers before its sockets.
    partialTimer ??= setTimeout(() => setImmediate(showPartials), partialMs)
  }

  function addOwn(kind: 'i' | 's', text: string): void {
    at = now()
    addGap()
    add(kind, encoder.encode(text.replaceAll('\n', ' ')).subarray(0, longestRecordText))
    flush()
  }

  // --- records to disk, then to readers ---

  function enqueue(block: Block): void {
    waiting.push(block)
    waitingBytes += block.bytes.length
  }

  let writing = false
  let written: Promise<void> = Promise.resolve()
  function flush(): void {
    // While one write is under way the next lines gather; they go out together when it is done.
    if (!writing) written = writeAll()
  }

  async function writeAll(): Promise<void> {
    writing = true
    for (;;) {
      const rest = writer.take()
      if (rest) enqueue(rest)
      const block = waiting.shift()
      if (!block) {
        // In the same breath: a line that came between the look and this would wait for the next one.
        writing = false
        return
      }
      try {
        await segments.append(block)
        diskFails = false
      } catch (error) {
        // A full disk: who watches still sees it, and once there is room again history goes on.
        if (!diskFails) log.warn('the console cannot be written to disk', { error })
        diskFails = true
      }
      waitingBytes -= block.bytes.length
      published = block.last
      ring.publish(block)
    }
  }

  async function recent(most: number): Promise<ConsoleRecord[]> {
    const { bytes } = await segments.before(number + 1, most * 2, mostBacklogBytes)
    return decodeRecords(decoder.decode(bytes)).filter(isOutput).slice(-most)
  }

  async function settled(): Promise<void> {
    splitters.stdout.flush()
    splitters.stderr.flush()
    addGap()
    flush()
    await written
  }

  return {
    take({ source, data, droppedLines = 0 }, time) {
      at = time ?? now()
      dropped += droppedLines
      splitters[source].push(data)
      if (splitters[source].waiting) heardAt[source] = performance.now()
      if (splitters.stdout.waiting || splitters.stderr.waiting || dropped > 0) waitForRest()
      flush()
    },

    note: (sentence) => addOwn('s', sentence),
    command: (by, line) => addOwn('i', `${by.replaceAll('\t', ' ')}\t${line}`),

    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },

    beginRun() {
      runStart = number + 1
    },

    async lastLines(most) {
      await settled()
      const records = (await recent(most)).filter((record) => record.number >= runStart)
      return records.map((record) => plainText(record.text).slice(0, 1000))
    },

    recent,
    settled,

    async read({ after, tail }) {
      const upTo = published
      // A number from before this console was lost means nothing: show the end.
      const from = after !== undefined && after <= upTo ? after : undefined
      const most = from === undefined ? tail : Math.min(upTo - from, mostBacklogRecords)
      const { bytes } = await segments.before(upTo + 1, most, mostBacklogBytes)
      const kept = from === undefined ? bytes : bytes.subarray(offsetOf(bytes, from + 1))
      const gap = from === undefined ? '' : gapBefore(kept, from + 1, upTo)
      return ring.follow(Buffer.concat([encoder.encode(gap), kept]), upTo + 1)
    },

    async history(before, most) {
      const { bytes, more } = await segments.before(before, most, mostAnswerBytes)
      return { text: decoder.decode(bytes), more }
    },

    search: (query, most) => searchConsole(segments, query, most, mostAnswerBytes),
    end: () => ring.end(),

    async [Symbol.asyncDispose]() {
      if (closed) return
      closed = true
      clearTimeout(partialTimer)
      await settled()
      ring.end()
      await segments[Symbol.asyncDispose]()
    },
  }
}

function isOutput({ kind }: ConsoleRecord): boolean {
  return kind === 'o' || kind === 'e'
}

/** A gap record for what is missing between `next` and the first of these records; empty when nothing is. */
function gapBefore(bytes: Uint8Array, next: number, upTo: number): string {
  const [first] = decodeRecords(new TextDecoder().decode(bytes.subarray(0, 2 * longestRecordText)))
  const begins = first ? (first.kind === 'g' ? first.number - Number(first.text) + 1 : first.number) : upTo + 1
  if (begins <= next) return ''
  return encodeRecord({ number: begins - 1, at: first?.at ?? Date.now(), kind: 'g', text: String(begins - next) })
}
