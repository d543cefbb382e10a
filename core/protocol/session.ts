// One socket of the link, the same at both ends: messages in and out, streams in and out, and a pulse.
//
//   text     messages, at once; a peer that lets 8 MiB of them pile up is dropped (4008)
//   binary   DATA, CREDIT and END frames of streams, see codec.ts
//   ping     every 20 s; the socket is dead when nothing at all came for two of them
//
// Whatever the peer does wrong closes this one socket, with a code of socket.ts and a sentence.

import { closeCodes } from './close-codes.ts'
import { decodeFrame, encodeMessage, ProtocolError } from './codec.ts'
import { type IncomingStreams, openIncomingStreams } from './incoming-streams.ts'
import type { FromNode, FromPanel } from './messages.ts'
import { type OutgoingStreams, openOutgoingStreams } from './outgoing-streams.ts'
import type { LinkSocket } from './socket.ts'

const pingEveryMs = 20_000
const maxMissedPings = 2
const maxBufferedBytes = 8 * 1024 * 1024
/** More pongs than this are not owed to anybody who does not read. */
const maxBufferedForPong = 256 * 1024
/** For the other end to answer a close frame. */
const closeWithinMs = 2000
/** RFC 6455 §5.5: 125 bytes with the code. */
const maxReasonBytes = 123

export interface SessionOptions<In> {
  readonly socket: LinkSocket
  /** Text of the other end to what it may say. Throws ProtocolError for anything else. */
  decode(text: string): In
  /** Throws ProtocolError to end the session. Not called after the end. */
  message(message: In): void
  /** A place to send what waits: the socket has got rid of something. */
  drained?(): void
  /** For the log: this end failed at a message or a stream. */
  failed(error: unknown): void
  /** Once. `code` 1006: the connection broke or the peer fell silent. */
  closed(code: number, reason: string): void
  readonly pingEveryMs?: number
}

export interface Session {
  readonly open: boolean
  readonly bufferedBytes: number
  readonly incoming: IncomingStreams
  readonly outgoing: OutgoingStreams
  /** `written` is called when it has left this process, or will not any more. Throws RangeError when it is too large. */
  send(message: FromNode | FromPanel, written?: () => void): void
  close(code: number, reason: string): void
}

export function openSession<In>(options: SessionOptions<In>): Session {
  const { socket } = options
  let open = true
  let missed = 0
  let deadline: NodeJS.Timeout | undefined

  function transmit(data: string | Uint8Array, written?: () => void): void {
    if (!open) {
      written?.()
      return
    }
    if (socket.bufferedAmount > maxBufferedBytes) {
      close(closeCodes.slow, `more than ${maxBufferedBytes} bytes wait to be taken`)
      written?.()
      return
    }
    socket.send(data, () => {
      written?.()
      if (!open) return
      outgoing.drained()
      options.drained?.()
    })
  }

  const outgoing = openOutgoingStreams(
    {
      get bufferedAmount() {
        return open ? socket.bufferedAmount : Number.POSITIVE_INFINITY
      },
      send: transmit,
    },
    options.failed,
  )
  const incoming = openIncomingStreams(transmit)

  function end(code: number, reason: string): void {
    if (!open) return
    open = false
    clearInterval(pulse)
    outgoing[Symbol.dispose]()
    incoming.finishAll()
    options.closed(code, reason)
  }

  function close(code: number, reason: string): void {
    if (!open) return
    socket.close(
      code,
      Buffer.from(reason)
        .subarray(0, maxReasonBytes)
        .toString()
        .replace(/\ufffd+$/, ''),
    )
    deadline = setTimeout(() => socket.terminate(), closeWithinMs)
    end(code, reason)
  }

  function receive(data: Buffer | ArrayBuffer | Buffer[], isBinary: boolean): void {
    missed = 0
    if (!open || !Buffer.isBuffer(data)) return
    if (!isBinary) return options.message(options.decode(data.toString()))
    const frame = decodeFrame(data)
    if (frame.kind === 'data') incoming.data(frame.stream, frame.seq, frame.bytes)
    else if (frame.kind === 'credit') outgoing.credit(frame.stream, frame.bytes)
    else incoming.end(frame.stream, frame.seq)
  }

  socket.on('message', (data, isBinary) => {
    try {
      receive(data, isBinary)
    } catch (error) {
      if (error instanceof ProtocolError) return close(error.closeCode, error.message)
      options.failed(error)
      close(closeCodes.failed, 'this end failed at a message')
    }
  })
  socket.on('ping', (data) => {
    missed = 0
    if (open && socket.bufferedAmount < maxBufferedForPong) socket.pong(data)
  })
  socket.on('pong', () => {
    missed = 0
  })
  socket.on('close', (code, reason) => {
    clearTimeout(deadline)
    end(code, reason.toString())
  })
  // `close` follows with 1006, or 1009 for a frame that was too large; without a listener it would end the process.
  socket.on('error', () => {})

  const pulse = setInterval(() => {
    if (missed >= maxMissedPings) {
      socket.terminate()
      end(1006, `silent for ${maxMissedPings} pings`)
      return
    }
    missed += 1
    socket.ping()
  }, options.pingEveryMs ?? pingEveryMs)

  return {
    get open() {
      return open
    },
    get bufferedBytes() {
      return socket.bufferedAmount
    },
    incoming,
    outgoing,
    send: (message, written) => transmit(encodeMessage(message), written),
    close,
  }
}
