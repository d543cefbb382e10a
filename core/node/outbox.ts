// Facts the panel has not acknowledged yet, in one append-only file that survives kill -9 and power cuts.
//
//   {"outbox":"<id>","seq":12,"acknowledged":9}       first line: the last number given and the last acknowledged
//   {"state":{fact}}                                  latest state of a server, acknowledged already
//   {"fact":{fact}}                                   waits
//   {"acknowledged":11}                               not synced: what is lost here is only sent again
//
// A torn last line was never synced, so it was never sent, and is cut off. Any other line that cannot be read means the
// disk lost something, perhaps numbers too: the outbox starts over under a new id, with what could be read.
import { randomUUID } from 'node:crypto'
import { closeSync, fdatasyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { messageOf } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import { type Fact, factSchema } from '#core/protocol/messages.ts'
import { readIfThere, replaceFile } from './durable-file.ts'

export interface Outbox extends Disposable {
  /** New when numbers may have been lost. */
  readonly id: string
  readonly lastSeq: number
  readonly acknowledged: number
  /** Facts that wait, unsaved ones included. */
  readonly size: number
  append(fact: Omit<Fact, 'seq' | 'type'>): void
  /** On disk, after that number, oldest first. */
  after(seq: number, limit: number): readonly Fact[]
  acknowledge(seq: number): void
  /** A new id, and every server's latest state waits again: for a panel that remembers other numbers than we do. */
  startOver(): void
}

/** More than this many waiting facts, and only the latest state of each server (and that it was removed) is kept. */
const maxWaiting = 5000
/** The file is written anew when it has grown to twice what was needed, but not for less than this. */
const rewriteAtBytes = 1024 * 1024
/** A full disk is tried again so often. */
const retryEveryMs = 5000

const headSchema = z.object({ outbox: z.string(), seq: z.int(), acknowledged: z.int() })
const lineSchema = z.union([
  z.object({ fact: factSchema }),
  z.object({ state: factSchema }),
  z.object({ acknowledged: z.int() }),
])

/** `recovered` is called when facts that the disk had refused are on it. */
export function openOutbox(directory: string, log: Log, recovered: () => void): Outbox {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, 'outbox.jsonl')
  const state = load(readIfThere(path), log)
  let file: number | undefined
  let fileBytes = 0
  let rewriteAt = rewriteAtBytes
  /** The last number that is on disk; what is above waits for a disk with room. */
  let savedSeq = 0
  let retry: NodeJS.Timeout | undefined

  function rewrite(): void {
    const text = [
      JSON.stringify({ outbox: state.id, seq: state.lastSeq, acknowledged: state.acknowledged }),
      ...[...state.latest.values()]
        .filter(({ seq }) => seq <= state.acknowledged)
        .map((fact) => JSON.stringify({ state: fact })),
      ...state.waiting.map((fact) => JSON.stringify({ fact })),
      '',
    ].join('\n')
    replaceFile(path, text)
    if (file !== undefined) closeSync(file)
    file = openSync(path, 'a', 0o600)
    fileBytes = Buffer.byteLength(text)
    rewriteAt = Math.max(rewriteAtBytes, fileBytes * 2)
    savedSeq = state.lastSeq
  }

  function write(line: unknown, sync: boolean): void {
    if (file === undefined || fileBytes > rewriteAt) return rewrite()
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
      if (sync) fdatasyncSync(file)
      fileBytes += bytes.length
    } catch (error) {
      ftruncateSync(file, fileBytes) // half a line, or one that is not known to be on the disk
      throw error
    }
  }

  /** Runs what saves; when the disk refuses, everything stays in memory and is tried again. */
  function save(work: () => void): void {
    try {
      if (savedSeq < state.lastSeq - 1 || retry) rewrite()
      else work()
      savedSeq = state.lastSeq
      clearTimeout(retry)
      retry = undefined
    } catch (error) {
      if (!retry) log.error('facts for the panel cannot be written to disk', { path, reason: messageOf(error) })
      clearTimeout(retry)
      retry = setTimeout(() => {
        save(rewrite)
        if (!retry) recovered()
      }, retryEveryMs).unref()
    }
  }

  save(rewrite)

  return {
    get id() {
      return state.id
    },
    get lastSeq() {
      return state.lastSeq
    },
    get acknowledged() {
      return state.acknowledged
    },
    get size() {
      return state.waiting.length
    },
    append(body) {
      const fact: Fact = { type: 'fact', seq: state.lastSeq + 1, ...body }
      state.lastSeq = fact.seq
      remember(state, fact)
      if (state.waiting.length <= maxWaiting) return save(() => write({ fact }, true))
      log.warn('too many facts wait for the panel; only the latest of each server are kept', {
        waiting: state.waiting.length,
      })
      state.waiting = essential(state.waiting)
      save(rewrite)
    },
    after: (seq, limit) => {
      const from = state.waiting.findIndex((fact) => fact.seq > seq)
      return from < 0 ? [] : state.waiting.slice(from, from + limit).filter((fact) => fact.seq <= savedSeq)
    },
    acknowledge(seq) {
      if (seq <= state.acknowledged || seq > state.lastSeq) return
      acknowledge(state, seq)
      save(() => write({ acknowledged: seq }, false))
    },
    startOver() {
      renumber(state)
      save(rewrite)
    },
    [Symbol.dispose]() {
      clearTimeout(retry)
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}

interface State {
  id: string
  lastSeq: number
  acknowledged: number
  /** In order of their numbers. */
  waiting: Fact[]
  /** Latest state of each server, acknowledged or not. */
  readonly latest: Map<string, Fact>
}

function load(text: string | undefined, log: Log): State {
  const state: State = { id: randomUUID(), lastSeq: 0, acknowledged: 0, waiting: [], latest: new Map() }
  if (text === undefined) return state
  const [first = '', ...lines] = text.split('\n').slice(0, -1) // after the last line feed: nothing, or a torn line
  let damaged = 0
  const head = headSchema.safeParse(parse(first))
  if (head.success) Object.assign(state, { id: head.data.outbox, lastSeq: head.data.seq })
  else damaged += 1
  for (const line of lines) {
    const read = lineSchema.safeParse(parse(line))
    if (!read.success) damaged += 1
    else if ('acknowledged' in read.data) acknowledge(state, read.data.acknowledged)
    else if ('state' in read.data) state.latest.set(read.data.state.serverId, read.data.state)
    else remember(state, read.data.fact)
  }
  if (head.success) acknowledge(state, head.data.acknowledged)
  if (damaged > 0) {
    log.error('the list of facts for the panel is damaged; what could be read is told again', { damagedLines: damaged })
    renumber(state)
  }
  return state
}

function remember(state: State, fact: Fact): void {
  state.waiting.push(fact)
  state.lastSeq = Math.max(state.lastSeq, fact.seq)
  if (fact.body.kind === 'state') state.latest.set(fact.serverId, fact)
  if (fact.body.kind === 'removed') state.latest.delete(fact.serverId)
}

function acknowledge(state: State, seq: number): void {
  state.acknowledged = Math.max(state.acknowledged, seq)
  state.waiting = state.waiting.filter((fact) => fact.seq > state.acknowledged)
}

/** Without hints, and without states that a later one replaced. */
function essential(facts: readonly Fact[]): Fact[] {
  const last = new Map<string, number>()
  for (const { serverId, seq, body } of facts) if (body.kind !== 'hint') last.set(serverId, seq)
  return facts.filter(({ serverId, seq }) => last.get(serverId) === seq)
}

function renumber(state: State): void {
  const facts = new Set([...state.latest.values(), ...state.waiting])
  const sorted = [...facts].sort((a, b) => a.seq - b.seq)
  state.id = randomUUID()
  state.waiting = []
  state.acknowledged = 0
  state.lastSeq = 0
  for (const [index, fact] of sorted.entries()) remember(state, { ...fact, seq: index + 1 })
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
