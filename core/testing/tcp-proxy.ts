// A TCP proxy in the test's own process, for connections that are cut, refused or stall.
import { connect, createServer, type Socket } from 'node:net'

export interface Proxy extends AsyncDisposable {
  readonly url: string
  readonly connections: number
  /** Resets every connection. */
  cut(): void
  /** New connections are reset until further notice. */
  refuse(refused: boolean): void
  /** Connections stay open and nothing passes. */
  stall(stalled: boolean): void
  /** Where new connections go. */
  target: number
}

export async function openProxy(target: number): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let refused = false
  const server = createServer((from) => {
    if (refused) {
      from.resetAndDestroy()
      return
    }
    const to = connect(proxy.target, '127.0.0.1')
    const pair = [from, to] as const
    pairs.add(pair)
    for (const [one, other] of [pair, [to, from] as const]) {
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        other.destroy()
        pairs.delete(pair)
      })
    }
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy()
  }
  const proxy: Proxy = {
    url: `https://127.0.0.1:${port}`,
    target,
    get connections() {
      return pairs.size
    },
    cut,
    refuse(now) {
      refused = now
    },
    stall(stalled) {
      for (const [from, to] of pairs) {
        for (const [one, other] of [[from, to] as const, [to, from] as const]) {
          if (stalled) one.unpipe(other).pause()
          else one.pipe(other)
        }
      }
    },
    async [Symbol.asyncDispose]() {
      cut()
      await new Promise<void>((done) => server.close(() => done()))
    },
  }
  return proxy
}
