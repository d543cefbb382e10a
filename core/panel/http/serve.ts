// The panel's HTTP server: one listener for pages, API, event streams and the console's sockets.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type WebSocketServerLike } from '@hono/node-server'
import { WebSocketServer } from 'ws'
import { PublicError } from '#core/base/errors.ts'
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
    throw cannotListen(cause, host, port)
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

function cannotListen(cause: unknown, host: string, port: number): PublicError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`
  switch (code) {
    case 'EADDRINUSE':
      return new PublicError('port-in-use', `The panel cannot listen on ${address}: another program uses this port.`, {
        hint: 'Stop that program, or set STELLAR_PORT to another number.',
        cause,
      })
    case 'EACCES':
      return new PublicError('port-forbidden', `The panel cannot listen on ${address}: the system does not allow it.`, {
        hint: 'Ports below 1024 need privileges. Set STELLAR_PORT to a larger number and put a reverse proxy in front.',
        cause,
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new PublicError(
        'host-unknown',
        `The panel cannot listen on ${address}: this machine has no such address.`,
        {
          hint: 'Set STELLAR_HOST to 127.0.0.1, to 0.0.0.0 for all addresses, or to an address of this machine.',
          cause,
        },
      )
    default:
      return new PublicError('cannot-listen', `The panel cannot listen on ${address}.`, { cause })
  }
}
