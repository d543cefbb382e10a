// Asks over the game's TCP port, as a client does for its list of servers.
import { connect } from 'node:net'
import type { GameAdapter } from 'stellar/plugin'
import { askGameInfo, gameInfoLength, readGameInfo } from './game-info.ts'

export const adapter: GameAdapter = {
  id: 'openttd',
  async query({ host, port }, signal) {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
    const socket = connect({ host, port, signal, noDelay: true })
    let received = Buffer.alloc(0)
    socket.on('connect', () => socket.write(askGameInfo))
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      const length = gameInfoLength(received)
      // A length has two bytes: more than 64 kB never gathers here.
      if (length !== undefined && received.length >= length) resolve(received.subarray(0, length))
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the server closed the connection before it answered')))
    try {
      return readGameInfo(await promise)
    } finally {
      socket.destroy()
    }
  },
}
