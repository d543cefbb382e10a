// A console for tests of the page: speaks the records of core/domain/console.ts over a real socket, keeps its lines, and
// floods, drops its connections or says things when it is told to.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { type ConsoleRecord, encodeRecord, type RecordKind } from '#core/domain/console.ts'

/** One frame each that many milliseconds, as the panel does it. */
const frameMs = 33

export interface ConsoleFixture extends AsyncDisposable {
  readonly records: readonly ConsoleRecord[]
  /** Commands that came over the socket. */
  readonly commands: readonly string[]
  /** Query strings of the connections so far. */
  readonly connections: readonly string[]
  /** How many were not taken. */
  readonly refused: number
  say(text: string, kind?: RecordKind): void
  /** Lines a second, until called with 0. */
  flood(perSecond: number): void
  /** Closes every connection; none is taken while `away`. */
  drop(away: boolean): void
  history(before: number, limit: number): { text: string; more: boolean }
  search(query: string, limit: number): { text: string; more: boolean }
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

export function openConsoleFixture(lines: readonly (readonly [kind: RecordKind, text: string])[]): ConsoleFixture {
  const records: ConsoleRecord[] = []
  const commands: string[] = []
  const connections: string[] = []
  const waiting = new Map<WebSocket, ConsoleRecord[]>()
  const sockets = new WebSocketServer({ noServer: true })
  let away = false
  let refused = 0
  let perFrame = 0

  const add = (text: string, kind: RecordKind, at = Date.now()): void => {
    const record = { number: (records.at(-1)?.number ?? 0) + 1, at, kind, text }
    records.push(record)
    for (const queue of waiting.values()) queue.push(record)
  }
  const start = Date.now() - lines.length * 1000
  for (const [index, [kind, text]] of lines.entries()) add(text, kind, start + index * 1000)

  const timer = setInterval(() => {
    for (let count = 0; count < perFrame; count++) add(`[flood] line ${records.length + 1} of a great many`, 'o')
    for (const [socket, queue] of waiting) {
      if (queue.length > 0) socket.send(Buffer.from(queue.splice(0).map(encodeRecord).join('')))
    }
  }, frameMs)

  const run = (found: readonly ConsoleRecord[], more: boolean) => ({ text: found.map(encodeRecord).join(''), more })

  return {
    records,
    commands,
    connections,
    get refused() {
      return refused
    },
    say: (text, kind = 'o') => add(text, kind),
    flood: (perSecond) => {
      perFrame = Math.round((perSecond * frameMs) / 1000)
    },
    drop(next) {
      away = next
      for (const socket of waiting.keys()) socket.terminate()
    },
    history(before, limit) {
      const older = records.filter(({ number }) => number < before)
      return run(older.slice(-limit), older.length > limit)
    },
    search(query, limit) {
      const found = records.filter(({ text }) => text.toLowerCase().includes(query.toLowerCase())).toReversed()
      return run(found.slice(0, limit), found.length > limit)
    },
    upgrade(request, socket, head) {
      if (away) {
        refused += 1
        return void socket.destroy()
      }
      sockets.handleUpgrade(request, socket, head, (connection) => {
        const query = new URL(request.url ?? '/', 'http://fixture').searchParams
        connections.push(query.toString())
        const after = query.get('after')
        const tail = Number(query.get('tail') ?? 0)
        waiting.set(
          connection,
          after === null ? records.slice(-tail) : records.filter(({ number }) => number > Number(after)),
        )
        connection.on('close', () => waiting.delete(connection))
        connection.on('message', (data: Buffer) => {
          const { input } = JSON.parse(data.toString()) as { input: string }
          if (input === 'refuse') return connection.send(JSON.stringify({ error: 'The server does not run.' }))
          commands.push(input)
          add(`mara\t${input}`, 'i')
          add(`Done: ${input}`, 'o')
        })
      })
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      for (const socket of waiting.keys()) socket.terminate()
      sockets.close()
    },
  }
}
