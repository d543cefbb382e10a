// An attachment: the container's output and input over one hijacked socket, which is never paused. A reader that stops
// reading freezes the game after about 1 MB, so what a slow consumer leaves behind is dropped here, and counted.
import type { Duplex } from 'node:stream'
import { type Attachment, type OutputChunk, PublicError } from 'stellar/plugin'
import { demultiplexer } from './demultiplex.ts'

/** Bytes that may wait for the consumer: 80 ms of a container that writes as fast as it can (100 MB/s). */
const mostWaiting = 8 * 1024 ** 2
/** Bytes of input the game has not taken yet, beside what fits in its pipe. */
const mostUnread = 64 * 1024
const writeDeadlineMs = 5000

export function openAttachment(socket: Duplex, tty: boolean): Attachment {
  const queue: OutputChunk[] = []
  let waiting = 0
  let dropped = 0
  let ended = false
  let wake: (() => void) | undefined

  const push = (source: OutputChunk['source'], data: Uint8Array) => {
    if (waiting + data.length > mostWaiting) {
      dropped += countLines(data)
      return
    }
    queue.push(dropped > 0 ? { source, data, droppedLines: dropped } : { source, data })
    dropped = 0
    waiting += data.length
    wake?.()
  }
  const end = () => {
    ended = true
    wake?.()
  }
  const take = demultiplexer(push)
  socket.on('data', tty ? (bytes: Uint8Array) => push('stdout', bytes) : take)
  socket.once('end', end)
  socket.once('close', end)
  // Whatever went wrong with the socket, the output ends; the instance knows whether the game still runs.
  socket.on('error', end)

  async function* output(): AsyncGenerator<OutputChunk> {
    for (;;) {
      const chunk = queue.shift()
      if (chunk) {
        waiting -= chunk.data.length
        yield chunk
      } else if (ended) {
        if (dropped > 0) yield { source: 'stdout', data: new Uint8Array(), droppedLines: dropped }
        return
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        wake = undefined
      }
    }
  }

  return {
    output: output(),
    async write(data) {
      if (ended || socket.destroyed)
        throw new PublicError('console-closed', 'The game’s console is closed.', { status: 409 })
      if (socket.writableLength > mostUnread) throw notReading()
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const timer = setTimeout(() => reject(notReading()), writeDeadlineMs)
      socket.write(data, (error) => (error ? reject(error) : resolve()))
      await promise.finally(() => clearTimeout(timer))
    },
    async [Symbol.asyncDispose]() {
      socket.destroy()
      end()
    },
  }
}

function notReading(): PublicError {
  return new PublicError('console-blocked', 'The game does not read its console at the moment.', {
    status: 409,
    hint: 'Try again in a moment.',
  })
}

function countLines(data: Uint8Array): number {
  let count = 0
  for (let at = data.indexOf(10); at >= 0; at = data.indexOf(10, at + 1)) count += 1
  return count
}
