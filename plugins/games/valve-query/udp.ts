// One conversation over UDP: each question gets the next datagram, is asked again while none comes, and ends with its
// signal. Only the server's own address is heard.
import { createSocket } from 'node:dgram'

export interface Conversation extends AsyncDisposable {
  ask(question: Uint8Array, signal?: AbortSignal): Promise<Uint8Array>
}

/** Datagrams get lost, also on loopback when a game is busy; asking twice is harmless. */
const againAfterMs = 700

export async function talk(host: string, port: number, life: AbortSignal): Promise<Conversation> {
  life.throwIfAborted()
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  const close = (): Promise<void> => new Promise((done) => socket.close(() => done()))
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.connect(port, host, (error?: Error) => (error ? reject(error) : resolve()))
      life.addEventListener('abort', () => reject(life.reason), { once: true })
    })
  } catch (error) {
    await close()
    throw error
  }
  return {
    async ask(question, own) {
      const signal = own ? AbortSignal.any([life, own]) : life
      signal.throwIfAborted()
      const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
      const onMessage = (message: Uint8Array): void => resolve(message)
      const onAbort = (): void => reject(signal.reason)
      const send = (): void => socket.send(question)
      socket.on('message', onMessage)
      // Refused: nothing listens there. An answer may still come when the game opens its port, so the question goes on.
      socket.on('error', ignore)
      signal.addEventListener('abort', onAbort, { once: true })
      const again = setInterval(send, againAfterMs)
      send()
      try {
        return await promise
      } finally {
        clearInterval(again)
        socket.off('message', onMessage)
        signal.removeEventListener('abort', onAbort)
      }
    },
    [Symbol.asyncDispose]: close,
  }
}

function ignore(): void {}
