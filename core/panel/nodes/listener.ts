// The link port. What a client offers in its first bytes decides which of two TLS servers it meets:
//
//   ALPN stellar-node/1   client certificate required, GET /node/v1/link upgrades to the link
//   anything else         no client certificate, enrolment only (open-side.ts)
//
// Neither listens itself, so their own time-outs never run: a connection has ten seconds until it is a link, or is over.
import { constants } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https'
import { createServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { WebSocketServer } from 'ws'
import { cannotListen } from '#core/base/cannot-listen.ts'
import type { Log } from '#core/base/log.ts'
import { fingerprintOf } from '#core/protocol/certificate.ts'
import { socketOptions } from '#core/protocol/socket.ts'
import { linkAlpn, linkSubprotocol } from '#core/protocol/version.ts'
import type { Authority } from './authority.ts'
import type { CertificateStore } from './certificate-store.ts'
import { maxClientHelloBytes, readClientHello } from './client-hello.ts'
import { createEnrolment } from './enrol.ts'
import { isValid, type LinkHub } from './hub.ts'
import type { Peer } from './node-link.ts'
import { createOpenSide } from './open-side.ts'

/** Over a slow line. */
const defaultSettledWithinMs = 10_000
/** A thousand nodes may come back at once; more is a flood. */
const maxUnsettled = 1024
/** The link certificate lives for months; looking twice a day is plenty. */
const renewEveryMs = 12 * 3_600_000

export interface LinkListenerOptions {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  readonly authority: Authority
  readonly certificates: CertificateStore
  readonly hub: LinkHub
  readonly log: Log
  readonly now?: () => number
  /** For a connection to become a link, or to end. */
  readonly settledWithinMs?: number
}

export interface LinkListener extends AsyncDisposable {
  readonly port: number
}

export async function openLinkListener(options: LinkListenerOptions): Promise<LinkListener> {
  const { authority, certificates, hub, log, now = Date.now, settledWithinMs = defaultSettledWithinMs } = options
  const webSockets = new WebSocketServer({
    ...socketOptions,
    noServer: true,
    handleProtocols: (offered) => (offered.has(linkSubprotocol) ? linkSubprotocol : false),
  })
  /** Connections that are neither a link yet nor over. */
  const unsettled = new Map<string, { readonly socket: Socket; readonly deadline: NodeJS.Timeout }>()

  const { key, certificate: cert } = await authority.link()
  const tls = {
    minVersion: 'TLSv1.3',
    // A resumed session would be one more way in; handshakes are cheap enough.
    secureOptions: constants.SSL_OP_NO_TICKET,
    handshakeTimeout: settledWithinMs,
    maxHeaderSize: 8 * 1024,
  } as const
  const closedSide = createHttpsServer(
    {
      ...tls,
      key,
      cert,
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: true,
      ALPNProtocols: [linkAlpn],
    },
    (_request, response) => response.writeHead(404, { connection: 'close' }).end(),
  )
  const enrol = createEnrolment({ authority, certificates, log, now })
  const openSide = createHttpsServer({ ...tls, key, cert }, createOpenSide(authority.certificate, enrol, log))

  /** Fails closed: whoever is not in the table is nobody, whatever TLS says about its certificate. */
  async function identify(request: IncomingMessage): Promise<Peer | undefined> {
    const { socket } = request
    if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
    const { raw } = socket.getPeerCertificate(false)
    if (!raw) return undefined
    const fingerprint = fingerprintOf(raw)
    const row = await certificates.find(fingerprint)
    if (!isValid(row, now())) return undefined
    return { nodeId: row.nodeId, fingerprint, address: socket.remoteAddress ?? '' }
  }

  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const peer = await identify(request)
    if (socket.destroyed) return
    if (!peer) {
      log.warn('a certificate that is not accepted was refused', { address: request.socket.remoteAddress })
      return refuse(socket, '401 Unauthorized')
    }
    if (request.url !== '/node/v1/link') return refuse(socket, '404 Not Found')
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      settle(keyOf(request.socket))
      hub.accept(webSocket, peer)
    })
  }

  closedSide.on('upgrade', (request, socket, head) => {
    socket.on('error', () => {})
    upgrade(request, socket, head).catch((error: unknown) => {
      log.error('a node could not be identified', { error })
      refuse(socket, '503 Service Unavailable')
    })
  })
  for (const server of [closedSide, openSide]) {
    server.on('tlsClientError', (error, socket) => {
      log.debug('a TLS handshake on the link port failed', { address: socket.remoteAddress, reason: error.message })
      socket.destroy()
    })
    server.on('clientError', (_error, socket) => socket.destroy())
  }

  function settle(connection: string): void {
    clearTimeout(unsettled.get(connection)?.deadline)
    unsettled.delete(connection)
  }

  const port = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    if (unsettled.size >= maxUnsettled) {
      socket.destroy()
      return
    }
    const connection = keyOf(socket)
    unsettled.set(connection, { socket, deadline: setTimeout(() => socket.destroy(), settledWithinMs) })
    socket.once('close', () => settle(connection))
    socket.setNoDelay()
    direct(socket, closedSide, openSide)
  })
  port.on('error', (error) => log.error('the link port failed', { error }))
  await listen(port, options)

  const renewal = setInterval(() => {
    authority
      .link()
      .then(({ key, certificate: cert }) => {
        closedSide.setSecureContext({ ...tls, key, cert, ca: authority.certificate })
        openSide.setSecureContext({ ...tls, key, cert })
      })
      .catch((error: unknown) => log.error('the link certificate could not be renewed', { error }))
  }, renewEveryMs)

  const address = port.address()
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    async [Symbol.asyncDispose]() {
      clearInterval(renewal)
      port.close() // at once for new connections; links are the hub's, which closes them
      for (const { socket } of unsettled.values()) socket.destroy()
    },
  }
}

/** The same for a raw socket and for the TLS socket around it. */
function keyOf(socket: Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort}`
}

/** Reads as far as the client hello, puts it back, and hands the connection to the side that it asks for. */
function direct(socket: Socket, closedSide: HttpsServer, openSide: HttpsServer): void {
  let read = Buffer.alloc(0)
  socket.on('data', function peek(chunk: Buffer) {
    read = Buffer.concat([read, chunk])
    const hello = readClientHello(read)
    if (hello === 'incomplete' && read.length < maxClientHelloBytes) return
    socket.off('data', peek)
    if (typeof hello === 'string') {
      socket.destroy()
      return
    }
    socket.pause()
    socket.unshift(read)
    const side = hello.protocols.includes(linkAlpn) ? closedSide : openSide
    side.emit('connection', socket)
  })
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

async function listen(server: ReturnType<typeof createServer>, { host, port }: LinkListenerOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const refused = (cause: unknown) =>
    reject(
      cannotListen(cause, {
        who: 'The link for nodes',
        host,
        port,
        hostSetting: 'STELLAR_LINK_HOST',
        portSetting: 'STELLAR_LINK_PORT',
      }),
    )
  server.once('error', refused)
  server.listen({ host, port, backlog: 1024 }, () => {
    server.off('error', refused)
    resolve()
  })
  await promise
}
