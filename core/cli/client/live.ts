// The console as it happens: one socket, dialled again where it left off when it breaks.
import { setTimeout as delay } from 'node:timers/promises'
import { exits, Refused } from '#core/cli/exit.ts'
import { type ConsoleRecord, decodeRecords } from '#core/domain/console.ts'
import type { Api } from './api.ts'

const firstRetryMs = 500
const longestRetryMs = 10_000
/** What a slow reader at our own end may have waiting; then the socket is closed and taken up again afterwards. */
const mostWaitingBytes = 4 * 1024 * 1024

const mostEarly = 20

/** Close codes of the panel; see core/panel/console/README.md. */
const mayNot = 4403

export interface Live {
  readonly api: Api
  readonly serverId: string
  /** Lines from before: the last so many, or those after a number. */
  readonly from: { readonly tail: number } | { readonly after: number }
  readonly signal: AbortSignal
  onRecord(record: ConsoleRecord): void
  /** The connection, or the node behind it, came or went. */
  onStatus(words: string): void
  /** A command was not sent, and why. */
  onRefusal(sentence: string): void
}

export interface LiveConsole {
  /** False when it is not sent: the connection broke off, or too many wait for the first one. */
  send(command: string): boolean
  /** Resolves when the signal aborts; rejects when one may no longer look. */
  readonly ended: Promise<void>
}

export function followConsole(live: Live): LiveConsole {
  let current: WebSocket | undefined
  /** Typed before the first connection; later ones are not kept, they would surprise whoever typed them. */
  let early: string[] | undefined = []
  const send = (socket: WebSocket, command: string) => socket.send(JSON.stringify({ input: command }))
  return {
    send: (command) => {
      if (current?.readyState === WebSocket.OPEN) {
        send(current, command)
        return true
      }
      if (!early || early.length >= mostEarly) return false
      early.push(command)
      return true
    },
    ended: follow(live, (socket) => {
      current = socket
      for (const command of early ?? []) send(socket, command)
      early = undefined
    }),
  }
}

async function follow(live: Live, onOpen: (socket: WebSocket) => void): Promise<void> {
  const { api, serverId, signal } = live
  let from = live.from
  let retryMs = firstRetryMs
  while (!signal.aborted) {
    // A plain question first: its answer says what is wrong, which a socket that fails to open does not.
    await api.get(`/servers/${serverId}`)
    const query = 'after' in from ? `after=${from.after}` : `tail=${from.tail}`
    const socket = dial(`${api.url.replace(/^http/, 'ws')}/api/v1/servers/${serverId}/console/live?${query}`, api.key)
    let opened = false
    const code = await listen(socket, live, {
      onOpen: () => {
        opened = true
        onOpen(socket)
      },
      onLast: (after) => (from = { after }),
    })
    if (signal.aborted) return
    if (code === mayNot) {
      throw new Refused(
        exits.forbidden,
        'may-not-look',
        'You may no longer see this console: the key or the server is gone.',
      )
    }
    await drained(signal)
    if (opened) retryMs = firstRetryMs
    else live.onStatus('The panel cannot be reached; trying again.')
    await delay(retryMs, undefined, { signal }).catch(() => undefined)
    retryMs = opened ? firstRetryMs : Math.min(retryMs * 2, longestRetryMs)
  }
}

/** The runtime's own socket takes headers, which the standard type knows nothing of. */
function dial(url: string, key: string): WebSocket {
  const Dial = WebSocket as unknown as new (url: string, options: { headers: Record<string, string> }) => WebSocket
  const socket = new Dial(url, { headers: { authorization: `Bearer ${key}` } })
  socket.binaryType = 'arraybuffer'
  return socket
}

interface Ears {
  onOpen(): void
  onLast(number: number): void
}

/** Resolves with the code it was closed with. */
function listen(socket: WebSocket, live: Live, ears: Ears): Promise<number> {
  return new Promise((done) => {
    const leave = () => socket.close(1000)
    live.signal.addEventListener('abort', leave, { once: true })
    socket.addEventListener('open', () => {
      ears.onOpen()
      if (live.signal.aborted) leave()
    })
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') return told(data, live)
      for (const record of decodeRecords(new TextDecoder().decode(data as ArrayBuffer))) {
        ears.onLast(record.number)
        live.onRecord(record)
      }
      if (process.stdout.writableLength > mostWaitingBytes) leave()
    })
    socket.addEventListener('close', ({ code }) => {
      live.signal.removeEventListener('abort', leave)
      done(code)
    })
    // A close follows.
    socket.addEventListener('error', () => undefined)
  })
}

function told(text: string, live: Live): void {
  const message = JSON.parse(text) as { error?: string; type?: string; connected?: boolean }
  if (message.error !== undefined) live.onRefusal(message.error)
  else if (message.type === 'status' && message.connected === false) {
    live.onStatus('Its node is away; new lines come when it is back.')
  }
}

async function drained(signal: AbortSignal): Promise<void> {
  while (process.stdout.writableLength > 0 && !signal.aborted) {
    await new Promise<void>((done) => {
      process.stdout.once('drain', done)
      // Also when it emptied between the question and this.
      setTimeout(done, 100)
    })
  }
}
