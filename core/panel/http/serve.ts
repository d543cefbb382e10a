// The panel's HTTP server: one listener for pages, API, event streams and the console's sockets.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type WebSocketServerLike } from '@hono/node-server'
import { WebSocketServer } from 'ws'
import { cannotListen } from '#core/base/cannot-listen.ts'
import type { Log } from '#core/base/log.ts'
import type { App } from './types.ts'

export interface HttpServer extends AsyncDisposable {
  readonly port: number
}

/** A browser sends console commands only; what the panel sends is not bounded by this. */
const largestSocketMessageBytes = 16 * 1024
/** Slow clients get this long for the head, and for head and body together; longer is an attack on sockets. */
const headersTimeoutMs = 10_000
const requestTimeoutMs = 30_000
/** Longer than the usual 60 s of reverse proxies, which otherwise reuse a socket that we are closing. */
const keepAliveTimeoutMs = 65_000
/** Answers under way may finish within this; then sockets are cut. */
const shutdownMs = 3_000

export async function serveHttp(options: {
  readonly app: App
  readonly host: string
  readonly port: number
  readonly log: Log
}): Promise<HttpServer> {
  const { app, host, port, log } = options
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: largestSocketMessageBytes,
    perMessageDeflate: false,
    clientTracking: true,
  })
  const server = createAdaptorServer({
    fetch: app.fetch,
    // The cast: its type has no room for an option that is absent.
    websocket: { server: sockets as WebSocketServerLike },
    createServer,
    serverOptions: {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      noDelay: true,
    },
  }) as Server
  server.on('clientError', (error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    log.debug('A client spoke broken HTTP', { error })
  })
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw cannotListen(cause, {
      who: 'The panel',
      host,
      port,
      hostSetting: 'STELLAR_HOST',
      portSetting: 'STELLAR_PORT',
    })
  }
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((done) => server.close(() => done()))
      for (const socket of sockets.clients) socket.close(1001, 'The panel is stopping')
      server.closeIdleConnections()
      const cut = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate()
        server.closeAllConnections()
      }, shutdownMs)
      await closed
      clearTimeout(cut)
    },
  }
}
