// The node's end of the link: dials the panel, holds one connection, and dials again when it is cut off.
//
//   wss://<panel>/node/v1/link   subprotocol stellar.v1, ALPN stellar-node/1, TLS 1.3, this node's certificate
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import { closeCodes } from '#core/protocol/close-codes.ts'
import { socketOptions } from '#core/protocol/socket.ts'
import { linkAlpn, linkServerName, linkSubprotocol } from '#core/protocol/version.ts'
import { backoffMs } from './backoff.ts'
import type { NodeCommands } from './context.ts'
import { linkAddress } from './enrol.ts'
import { type Identity, readIdentity } from './identity.ts'
import { type Link, openLink } from './link.ts'
import { explainFailure, type Failure } from './link-failure.ts'
import type { NodeReport } from './report.ts'

/** TCP, TLS and the upgrade together. */
const dialWithinMs = 15_000
/** A connection that ends sooner after its welcome counts as one more failed attempt. */
const stableAfterMs = 5000
/** After a refusal that a human must mend. */
const refusedPauseMs = 15_000
/** After somebody with the same key took over: two that do this must not do it all day. */
const replacedPauseMs = 5000
const versionHint = 'Run one release of Stellar on both, or a panel at most one release newer than its nodes.'
/** For the close frame to be answered when the node stops. */
const stopWithinMs = 2500

export interface ConnectionOptions {
  /** `<data>/node`, where the identity is. */
  readonly directory: string
  /** Instead of the address that was enrolled with. */
  readonly url?: string
  readonly version: string
  readonly commands: NodeCommands
  readonly report: NodeReport
  readonly log: Log
  readonly now?: () => number
}

export interface NodeConnection extends AsyncDisposable {
  /** True between the panel's welcome and the end of the socket. */
  readonly connected: boolean
}

/** Throws PublicError `not-enrolled` when there is no identity. */
export function connectNode(options: ConnectionOptions): NodeConnection {
  const { directory, log, now = Date.now } = options
  if (!readIdentity(directory)) throw notEnrolled(directory)
  const bootId = randomUUID()
  const stopping = new AbortController()
  let link: Link | undefined
  let connected = false
  let attempts = 0
  let outageSince = now()
  let lastSentence = ''

  function complain({ sentence, hint }: Failure): void {
    // Said once, not with every attempt.
    if (sentence === lastSentence) log.debug('the panel is still out of reach', { reason: sentence })
    else log.warn('no connection to the panel', { reason: sentence, hint })
    lastSentence = sentence
  }

  /** One attempt and what came of it, to its end. Returns how long to wait at least. */
  async function attempt(): Promise<number> {
    const identity = readIdentity(directory)
    if (!identity) throw notEnrolled(directory)
    const address = options.url === undefined ? identity.url : linkAddress(options.url)
    const dialled = await dial(address, identity, stopping.signal)
    if ('refusal' in dialled) {
      complain(dialled.refusal)
      return dialled.final ? refusedPauseMs : 0
    }
    if (stopping.signal.aborted) {
      dialled.socket.terminate()
      return 0
    }
    let welcomedAt: number | undefined
    link = openLink({
      ...options,
      socket: dialled.socket,
      identity,
      bootId,
      now,
      welcomed(protocol) {
        welcomedAt = now()
        connected = true
        lastSentence = ''
        log.info('connected to the panel', { panel: address, protocol })
      },
    })
    const { code, reason } = await link.ended
    link = undefined
    if (connected) outageSince = now()
    connected = false
    if (welcomedAt !== undefined && now() - welcomedAt >= stableAfterMs) attempts = 0
    if (stopping.signal.aborted) return 0
    if (code === closeCodes.version) {
      complain({ sentence: `This node and the panel do not understand one another: ${reason}.`, hint: versionHint })
    } else log.info('the connection to the panel ended', { code, reason })
    return pauseAfter(code)
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      let pause = 0
      try {
        pause = await attempt()
      } catch (error) {
        if (stopping.signal.aborted) return
        log.error('the link could not be opened', { error })
        pause = refusedPauseMs
      }
      const backoff = backoffMs({ attempts, lastedMs: now() - outageSince }, Math.random())
      attempts += 1
      await sleep(Math.max(pause, backoff), undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  const running = run()
  return {
    get connected() {
      return connected
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
      link?.close(closeCodes.goingAway, 'the node stops')
      await Promise.race([running, sleep(stopWithinMs, undefined, { ref: false })])
    },
  }
}

function pauseAfter(code: number): number {
  if (code === closeCodes.revoked || code === closeCodes.version) return refusedPauseMs
  return code === closeCodes.replaced ? replacedPauseMs : 0
}

type Dialled = { readonly socket: WebSocket } | { readonly refusal: Failure; readonly final: boolean }

async function dial(address: string, identity: Identity, signal: AbortSignal): Promise<Dialled> {
  const url = new URL('/node/v1/link', address.replace(/^https:/, 'wss:'))
  const options = {
    ...socketOptions,
    handshakeTimeout: dialWithinMs,
    // Masking protects broken plain-HTTP proxies, not a TLS pipe, and costs 2.7 times the CPU of everything else here.
    generateMask: (mask: Buffer) => void mask.fill(0),
    cert: identity.certificate,
    key: identity.key,
    ca: identity.authority,
    servername: linkServerName,
    minVersion: 'TLSv1.3' as const,
    ALPNProtocols: [linkAlpn],
  }
  const socket = new WebSocket(url, linkSubprotocol, options)
  const { promise, resolve } = Promise.withResolvers<Dialled>()
  const failed = (error: unknown) => resolve({ refusal: explainFailure(error, url.host, true), final: false })
  const giveUp = () => socket.terminate()
  const deadline = setTimeout(giveUp, dialWithinMs)
  signal.addEventListener('abort', giveUp)
  socket.once('open', () => resolve({ socket }))
  socket.on('error', failed)
  socket.once('unexpected-response', (_request, response) => {
    response.resume()
    resolve({ refusal: explainStatus(response.statusCode ?? 0, url.host), final: response.statusCode === 401 })
    socket.terminate()
  })
  try {
    return await promise
  } finally {
    clearTimeout(deadline)
    signal.removeEventListener('abort', giveUp)
  }
}

function explainStatus(status: number, host: string): Failure {
  if (status === 401) {
    return {
      sentence: `The panel at ${host} does not accept this node's certificate any more.`,
      hint: 'It was revoked, expired, or the node was deleted: enrol this machine again with a new token.',
    }
  }
  return { sentence: `The panel at ${host} answered ${status}.`, hint: 'Another connection attempt follows.' }
}

function notEnrolled(directory: string): PublicError {
  return new PublicError('not-enrolled', 'This machine is not enrolled with a panel.', {
    status: 409,
    hint: `Make a token on the panel's page of the node, then run: stellar node --panel HOST:PORT --token TOKEN. An identity was expected in ${directory}.`,
  })
}
