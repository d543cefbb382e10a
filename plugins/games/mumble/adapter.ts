// Speaks Mumble's ping, as the client does for its list of servers.
import { createSocket } from 'node:dgram'
import type { GameAdapter, PlayersAnswer } from 'stellar/plugin'
import { ping, readPong } from './ping.ts'

export const adapter: GameAdapter = {
  id: 'mumble',
  async query({ host, port }, signal) {
    return await ask(host, port, signal)
  },
}

/** Datagrams get lost; asking twice is harmless. */
const againAfterMs = 700

async function ask(host: string, port: number, signal: AbortSignal): Promise<PlayersAnswer> {
  signal.throwIfAborted()
  const identifier = crypto.getRandomValues(new Uint8Array(8))
  const { promise, resolve, reject } = Promise.withResolvers<PlayersAnswer>()
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  socket.on('error', reject)
  socket.on('message', (message) => {
    const answer = readPong(message, identifier)
    // Anybody can send datagrams; what does not answer this very ping is not for us.
    if (answer) resolve(answer)
  })
  const send = (): void => socket.send(ping(identifier), port, host)
  const again = setInterval(send, againAfterMs)
  send()
  try {
    return await promise
  } finally {
    clearInterval(again)
    signal.removeEventListener('abort', onAbort)
    socket.close()
  }
}
