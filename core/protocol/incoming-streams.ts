// Streams on their way in: a bounded queue each, and credit that goes back only when the consumer has taken the bytes,
// so that a slow consumer slows its own stream and nothing else.
import { encodeCredit, ProtocolError } from './codec.ts'
import { maxStreams, streamWindowBytes } from './outgoing-streams.ts'

/** One consumer; ends when the other end says END or the connection goes. */
interface IncomingStream extends Disposable {
  readonly id: number
  readonly chunks: AsyncIterable<Uint8Array>
  /** Ends it from here: with an error, the consumer's loop throws it after what has arrived. */
  finish(error?: Error): void
}

export interface IncomingStreams {
  readonly size: number
  /** Undefined when too many are open. `closed` is called once when the consumer goes before the end. */
  open(closed: (id: number) => void): IncomingStream | undefined
  data(id: number, seq: number, bytes: Uint8Array): void
  end(id: number, seq: number): void
  finishAll(): void
}

interface Incoming {
  readonly queue: Uint8Array[]
  /** What the consumer took and the other end was not told yet. */
  takenBytes: number
  /** What the other end may still send. */
  credit: number
  seq: number
  finished: boolean
  error: Error | undefined
  wake: (() => void) | undefined
}

export function openIncomingStreams(send: (frame: Uint8Array) => void): IncomingStreams {
  const streams = new Map<number, Incoming>()
  let lastId = 0

  function expect(id: number, seq: number): Incoming | undefined {
    const stream = streams.get(id)
    if (!stream && id > lastId) throw new ProtocolError(`frame of stream ${id}, which was never opened`)
    if (stream && stream.seq !== seq) throw new ProtocolError(`stream ${id}: frame ${seq} where ${stream.seq} was due`)
    if (stream) stream.seq = (seq + 1) & 0xffff
    return stream // undefined: closed here while the frame was on its way
  }

  function finish(id: number, error?: Error): void {
    const stream = streams.get(id)
    if (!stream || stream.finished) return
    stream.finished = true
    stream.error = error
    stream.wake?.()
  }

  function giveBack(id: number, stream: Incoming): void {
    if (stream.finished || stream.takenBytes < streamWindowBytes / 2) return
    stream.credit += stream.takenBytes
    send(encodeCredit(id, stream.takenBytes))
    stream.takenBytes = 0
  }

  async function* consume(id: number, stream: Incoming): AsyncGenerator<Uint8Array> {
    while (true) {
      const chunk = stream.queue.shift()
      if (chunk) {
        yield chunk
        stream.takenBytes += chunk.length // the consumer came back for more
        giveBack(id, stream)
      } else if (stream.finished) {
        if (stream.error) throw stream.error
        return
      } else {
        await new Promise<void>((wake) => {
          stream.wake = wake
        })
      }
    }
  }

  return {
    get size() {
      return streams.size
    },
    open(closed) {
      if (streams.size >= maxStreams) return undefined
      lastId += 1
      const id = lastId
      const stream: Incoming = {
        queue: [],
        takenBytes: 0,
        credit: streamWindowBytes,
        seq: 0,
        finished: false,
        error: undefined,
        wake: undefined,
      }
      streams.set(id, stream)
      return {
        id,
        chunks: consume(id, stream),
        finish: (error) => finish(id, error),
        [Symbol.dispose]() {
          if (!streams.delete(id)) return
          const early = !stream.finished
          stream.finished = true
          stream.queue.length = 0
          stream.wake?.()
          if (early) closed(id)
        },
      }
    },
    data(id, seq, bytes) {
      const stream = expect(id, seq)
      if (!stream || stream.finished) return
      if (bytes.length > stream.credit) throw new ProtocolError(`stream ${id} sent more than its credit`)
      stream.credit -= bytes.length
      enqueue(stream.queue, bytes)
      stream.wake?.()
    },
    end(id, seq) {
      expect(id, seq)
      finish(id)
    },
    finishAll() {
      for (const id of streams.keys()) finish(id)
    },
  }
}

/** Small chunks become one, so that a peer that sends single bytes costs no more than one that sends pages. */
function enqueue(queue: Uint8Array[], bytes: Uint8Array): void {
  const last = queue.at(-1)
  if (last && last.length < 4096) queue[queue.length - 1] = Buffer.concat([last, bytes])
  else queue.push(bytes)
}
