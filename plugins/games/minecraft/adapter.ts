// Speaks the server list ping, as a client does before it shows a server in its list.
import { connect } from 'node:net'
import type { GameAdapter } from 'stellar/plugin'
import { packet, readPacket, statusRequest, toAnswer } from './status.ts'

export const adapter: GameAdapter = {
  id: 'minecraft',
  async query({ host, port }, signal) {
    return toAnswer(await ask(host, port, signal))
  },
}

/** Icons are sent along; with the largest a status takes about 90 kB. */
const largestAnswer = 512 * 1024

async function ask(host: string, port: number, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted()
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect({ host, port, signal, noDelay: true })
  let received = Buffer.alloc(0)
  socket.on('connect', () => socket.write(Buffer.concat([statusRequest(host, port), packet(0x00)])))
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    try {
      if (received.length > largestAnswer) throw new Error('the server sent more than a status')
      const status = readPacket(received)
      if (status !== undefined) resolve(status)
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)))
    }
  })
  socket.on('error', reject)
  socket.on('close', () => reject(new Error('the server closed the connection before it answered')))
  try {
    return await promise
  } finally {
    socket.destroy()
  }
}
