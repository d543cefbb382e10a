// A game that says what a test tells it to: for adapters that ask games over TCP or UDP.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

/** What came, all of it so far on TCP, one datagram on UDP → what goes back; undefined says nothing (yet). */
export type Turn = (received: Uint8Array) => Uint8Array | string | undefined

export interface Scripted extends AsyncDisposable {
  readonly host: string
  readonly port: number
  /** Everything that came, in order. */
  readonly received: readonly Uint8Array[]
}

const mostBytes = 1024 * 1024

/** On a free port of loopback. After an answer on TCP, what came before it is forgotten. */
export async function scriptedServer(protocol: 'tcp' | 'udp', turn: Turn): Promise<Scripted> {
  return protocol === 'udp' ? await onUdp(turn) : await onTcp(turn)
}

async function onUdp(turn: Turn): Promise<Scripted> {
  const received: Uint8Array[] = []
  const socket = createSocket('udp4')
  socket.on('message', (message, from) => {
    received.push(message)
    const answer = turn(message)
    if (answer !== undefined) socket.send(answer, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    host: '127.0.0.1',
    port: socket.address().port,
    received,
    [Symbol.asyncDispose]: () => new Promise((done) => socket.close(() => done())),
  }
}

async function onTcp(turn: Turn): Promise<Scripted> {
  const received: Uint8Array[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let soFar = Buffer.alloc(0)
    // The other side may hang up at any time.
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
    socket.on('data', (data) => {
      received.push(data)
      soFar = Buffer.concat([soFar, data])
      if (soFar.length > mostBytes) socket.destroy()
      const answer = turn(soFar)
      if (answer === undefined) return
      soFar = Buffer.alloc(0)
      socket.write(answer)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    host: '127.0.0.1',
    port: typeof address === 'object' && address ? address.port : 0,
    received,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((done) => server.close(done))
    },
  }
}
