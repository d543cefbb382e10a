// The console as it happens: one socket, dialled again where it left off when it breaks.
import { setTimeout as delay } from 'node:timers/promises'
import { exits, Refused } from '#core/cli/exit.ts'
import { type ConsoleRecord, decodeRecords } from '#core/domain/console.ts'
import type { Api } from './api.ts'

const firstRetryMs = 500
/** Of a panel that answers otherwise: then something in between lets no sockets through. */
const mostRefusals = 3
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
  const { signal } = live
  let from = live.from
  let everOpened = false
  for (let failures = 0; !signal.aborted; ) {
    const reachable = await ask(live, everOpened)
    let opened = false
    const code =
      reachable &&
      (await listen(dial(live, from), live, {
        onOpen: (socket) => {
          opened = true
          everOpened = true
          onOpen(socket)
        },
        onLast: (after) => (from = { after }),
      }))
    if (signal.aborted) return
    if (code === mayNot) {
      throw new Refused(
        exits.forbidden,
        'may-not-look',
        'You may no longer see this console: the key or the server is gone.',
      )
    }
    failures = opened ? 0 : failures + 1
    if (!everOpened && failures >= mostRefusals) throw noSocket(live)
    if (failures === 1) live.onStatus('The panel cannot be reached; trying again.')
    await drained(signal)
    await delay(Math.min(firstRetryMs * 2 ** failures, longestRetryMs), undefined, { signal }).catch(() => undefined)
  }
}

/**
 * A plain question first: its answer says what is wrong, which a socket that fails to open does not. False while a panel
 * that was there is away, e.g. for an upgrade.
 */
async function ask({ api, serverId }: Live, everOpened: boolean): Promise<boolean> {
  try {
    await api.get(`/servers/${serverId}`)
    return true
  } catch (error) {
    if (everOpened && error instanceof Refused && error.exit === exits.unreachable) return false
    throw error
  }
}

function noSocket({ api }: Live): Refused {
  return new Refused(
    exits.unreachable,
    'no-live-console',
    `${api.url} answers, but opens no WebSocket for the console.`,
    {
      hint: 'A proxy in between must let WebSockets through; `stellar server logs` and `send` work without.',
    },
  )
}

/** The runtime's own socket takes headers, which the standard type knows nothing of. */
function dial({ api, serverId }: Live, from: Live['from']): WebSocket {
  const query = 'after' in from ? `after=${from.after}` : `tail=${from.tail}`
  const url = `${api.url.replace(/^http/, 'ws')}/api/v1/servers/${serverId}/console/live?${query}`
  const Dial = WebSocket as unknown as new (url: string, options: { headers: Record<string, string> }) => WebSocket
  const socket = new Dial(url, { headers: { authorization: `Bearer ${api.key}` } })
  socket.binaryType = 'arraybuffer'
  return socket
}

interface Ears {
  onOpen(socket: WebSocket): void
  onLast(number: number): void
}

/** Resolves with the code it was closed with. */
function listen(socket: WebSocket, live: Live, ears: Ears): Promise<number> {
  return new Promise((done) => {
    const leave = () => socket.close(1000)
    live.signal.addEventListener('abort', leave, { once: true })
    socket.addEventListener('open', () => {
      ears.onOpen(socket)
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
