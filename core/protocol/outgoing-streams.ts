// Streams on their way out: each sends while the other end has given it credit, in turns of 16 kB, and only while
// little waits in the socket, so that a message never stands behind more than 128 kB of them.
import { encodeData, encodeEnd, maxDataBytes, ProtocolError } from './codec.ts'

/** What every stream may send before the first CREDIT frame, and the most it may ever have. */
export const streamWindowBytes = 256 * 1024
export const maxStreams = 512
const highWaterBytes = 128 * 1024
const lowWaterBytes = 64 * 1024
const nothing = new Uint8Array()

/** Where the bytes of a stream come from; see ConsoleSource in core/node/context.ts. */
export interface ByteSource extends Disposable {
  pull(maxBytes: number): Uint8Array
  onReadable(wake: () => void): void
  readonly ended: boolean
}

export interface OutgoingSocket {
  readonly bufferedAmount: number
  send(frame: Uint8Array): void
}

export interface OutgoingStreams extends Disposable {
  readonly size: number
  open(stream: number, source: ByteSource): void
  close(stream: number): void
  credit(stream: number, bytes: number): void
  /** Call when the socket has got rid of something. */
  drained(): void
}

interface Outgoing {
  readonly id: number
  readonly source: ByteSource
  credit: number
  seq: number
}

/** `failed` is told of a source that threw; its stream ends, the others go on. */
export function openOutgoingStreams(socket: OutgoingSocket, failed: (error: unknown) => void): OutgoingStreams {
  const streams = new Map<number, Outgoing>()
  let pumping = false

  function close(id: number): void {
    const stream = streams.get(id)
    if (!streams.delete(id)) return
    stream?.source[Symbol.dispose]()
  }

  /** The next bytes of a stream, none when it has or may send nothing now, `ended` after the last. */
  function next({ source, credit }: Outgoing): Uint8Array | 'ended' {
    const allowed = Math.min(credit, maxDataBytes)
    if (allowed === 0) return nothing
    try {
      const bytes = source.pull(allowed)
      if (bytes.length > allowed)
        throw new RangeError(`a source gave ${bytes.length} bytes where ${allowed} were asked`)
      return bytes.length === 0 && source.ended ? 'ended' : bytes
    } catch (error) {
      failed(error)
      return 'ended'
    }
  }

  function turn(stream: Outgoing): boolean {
    const bytes = next(stream)
    if (bytes === 'ended') {
      socket.send(encodeEnd(stream.id, stream.seq))
      close(stream.id)
      return false
    }
    if (bytes.length === 0) return false
    stream.credit -= bytes.length
    socket.send(encodeData(stream.id, stream.seq, bytes))
    stream.seq = (stream.seq + 1) & 0xffff
    return true
  }

  function pump(): void {
    if (pumping) return // woken by its own pull
    pumping = true
    let idle = 0
    while (socket.bufferedAmount < highWaterBytes && idle < streams.size) {
      // The map is the queue of the round robin: whoever had a turn goes to its end.
      const [stream] = streams.values()
      if (!stream) break
      streams.delete(stream.id)
      streams.set(stream.id, stream)
      idle = turn(stream) ? 0 : idle + 1
    }
    pumping = false
  }

  return {
    get size() {
      return streams.size
    },
    open(id, source) {
      if (streams.has(id)) throw new ProtocolError(`stream ${id} is open already`)
      streams.set(id, { id, source, credit: streamWindowBytes, seq: 0 })
      source.onReadable(pump)
      pump()
    },
    close,
    credit(id, bytes) {
      const stream = streams.get(id)
      if (!stream) return // closed while the frame was on its way
      stream.credit += bytes
      if (stream.credit > streamWindowBytes) throw new ProtocolError(`stream ${id} got credit for more than its window`)
      pump()
    },
    drained() {
      if (socket.bufferedAmount < lowWaterBytes) pump()
    },
    [Symbol.dispose]() {
      for (const id of streams.keys()) close(id)
    },
  }
}
