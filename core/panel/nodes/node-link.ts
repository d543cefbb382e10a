// The panel's end of one connection to one node.
//
//   hello            →   listener.hello
//                    ←   welcome, then server.apply for each server whose revision differs
//   fact             →   listener.fact, one after the other
//                    ←   ack
//   status, stats, progress →  listener
//   renew            →   a new certificate, by a certificate.renew request
import { z } from 'zod'
import { PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import type { ConsoleStream, HubListener, LinkRefusal } from '#core/panel/context.ts'
import { closeCodes } from '#core/protocol/close-codes.ts'
import { decodeMessage, ProtocolError, parseJson } from '#core/protocol/codec.ts'
import {
  type FromNode,
  fromNodeSchema,
  type NodeSettings,
  type NodeStatus,
  type RequestMethod,
  type RequestParams,
  type RequestResult,
} from '#core/protocol/messages.ts'
import { openRequests, unreachable } from '#core/protocol/requests.ts'
import { openSession } from '#core/protocol/session.ts'
import type { LinkSocket } from '#core/protocol/socket.ts'
import { agree, disagreement, spoken } from '#core/protocol/version.ts'
import { openFactQueue } from './fact-queue.ts'
import { openMeter } from './meter.ts'

/** For a node to measure itself and say hello. */
const helloWithinMs = 20_000
/** For the database to say what should be. */
const answerWithinMs = 12_000
/** Console lines that are shown again when a stream begins after a known one. */
const maxTail = 5000

/** Who is at the other end, from the table of issued certificates. */
export interface Peer {
  readonly nodeId: string
  readonly fingerprint: string
  readonly address: string
}

export interface NodeLinkOptions {
  readonly socket: LinkSocket
  readonly peer: Peer
  readonly listener: HubListener
  readonly log: Log
  readonly now: () => number
  /** It said hello: from now on it stands for the node. Resolves when what came through the one before is done. */
  greeted(link: NodeLink): Promise<void>
  ready(link: NodeLink): void
  /** The ends have no version of the protocol in common, as one of them found. */
  refused(refusal: LinkRefusal): void
  /** Makes a certificate from a request and stores it. */
  renew(request: string): Promise<string>
  closed(link: NodeLink): void
}

export interface NodeLink {
  readonly peer: Peer
  /** True between the welcome and the end. */
  readonly ready: boolean
  readonly status: NodeStatus | undefined
  /** Resolves when nothing that came through this connection is being worked on; after the end. */
  readonly idle: Promise<void>
  apply(server: DesiredServer): void
  settings(settings: NodeSettings): void
  request<M extends RequestMethod>(method: M, params: RequestParams<M>, deadlineMs?: number): Promise<RequestResult<M>>
  console(serverId: string, from: { after: number } | { tail: number }): ConsoleStream
  close(code: number, reason: string): void
}

type Hello = Extract<FromNode, { type: 'hello' }>
/** What every version of the hello has; the rest is read when it is known which version it is. */
const versionSchema = z.object({
  type: z.literal('hello'),
  protocol: z.int(),
  oldestProtocol: z.int().optional(),
  version: z.string().max(40).optional(),
})

export function openNodeLink(options: NodeLinkOptions): NodeLink {
  const { listener, log, now, peer } = options
  const { nodeId } = peer
  const requests = openRequests((message) => session.send(message))
  const meter = openMeter({ perSecond: 200, burst: 2000, now })
  /** Ids of servers the panel wants on this node: of no others may it speak. */
  const own = new Set<string>()
  /** What use cases wanted while the hello was being answered. */
  const early = new Map<string, DesiredServer>()
  let greeted = false
  let ready = false
  let renewing = false
  let outboxId = ''
  /** 0 until the hello is read. */
  let protocol = 0
  let nodeVersion: string | undefined
  let status: NodeStatus | undefined

  const session = openSession<FromNode>({
    socket: options.socket,
    decode,
    message: receive,
    failed: (error) => log.error('the link failed at a message of a node', { error }),
    closed(code, reason) {
      clearTimeout(deadline)
      ready = false
      requests.abandon()
      facts.stop()
      log.info('a node is gone', { code, reason })
      // The node found it; what this end finds is told where the hello is read.
      if (code === closeCodes.version && protocol !== 0) options.refused({ update: 'panel', nodeVersion })
      options.closed(link)
    },
  })
  const facts = openFactQueue({
    store: (fact) => listener.fact(nodeId, outboxId, fact),
    stored: (seq) => session.send({ type: 'ack', seq }),
    failed(error) {
      log.error('a fact of a node could not be stored', { error })
      session.close(closeCodes.failed, 'facts cannot be stored now')
    },
  })
  const deadline = setTimeout(() => session.close(closeCodes.protocol, 'no hello in time'), helloWithinMs)

  function decode(text: string): FromNode {
    if (!greeted) protocol = readVersion(parseJson(text))
    return decodeMessage(fromNodeSchema, text)
  }

  /** The version both speak. Throws ProtocolError when there is none. */
  function readVersion(message: unknown): number {
    const said = versionSchema.safeParse(message)
    if (!said.success) throw new ProtocolError('the first message must be hello')
    nodeVersion = said.data.version
    const node = { newest: said.data.protocol, oldest: said.data.oldestProtocol ?? said.data.protocol }
    const agreement = agree(spoken, node)
    if ('protocol' in agreement) return agreement.protocol
    options.refused({ update: agreement.update, nodeVersion })
    throw new ProtocolError(disagreement(spoken, node, agreement.update), closeCodes.version)
  }

  function receive(message: FromNode): void {
    if (message.type === 'hello') {
      if (greeted) throw new ProtocolError('a second hello')
      greeted = true
      clearTimeout(deadline)
      greet(message).catch((error: unknown) => {
        log.error('the hello of a node could not be answered', { error })
        session.close(closeCodes.failed, 'the panel cannot answer now')
      })
      return
    }
    if (!ready) throw new ProtocolError(`${message.type} before the welcome`)
    switch (message.type) {
      case 'answer':
        return requests.answer(message)
      case 'fact':
        return facts.add(message)
      case 'renew':
        return renew(message.request)
      case 'status':
        meter.count()
        status = message.status
        return listener.status(nodeId, message.status)
      case 'stats':
        meter.count()
        return listener.stats(nodeId, message.at, message.servers.filter(isOwn))
      case 'progress':
        meter.count()
        if (own.has(message.serverId)) listener.progress(nodeId, message)
    }
  }

  const isOwn = ({ id }: { id: string }) => own.has(id)

  async function greet(hello: Hello): Promise<void> {
    const before = options.greeted(link)
    outboxId = hello.outboxId
    status = hello.status
    const giveUp = setTimeout(() => session.close(closeCodes.failed, 'no answer in time'), answerWithinMs)
    const answer = await before
      .then(() => listener.hello(nodeId, hello.outboxId, hello.status))
      .finally(() => clearTimeout(giveUp))
    if (!session.open) return
    session.send({
      type: 'welcome',
      protocol,
      nodeId,
      clock: new Date(now()).toISOString(),
      settings: answer.settings,
      acknowledged: answer.acknowledged,
    })
    ready = true
    const { version, servers } = hello
    log.info('a node is connected', { version, protocol, servers: servers.length, address: peer.address })
    options.ready(link)
    for (const server of early.values()) send(server)
    early.clear()

    const held = new Map(hello.servers.map(({ id, revision }) => [id, revision]))
    for await (const server of answer.desired) {
      if (!session.open) return
      own.add(server.id)
      // One at a time as the socket takes them: thousands of servers do not pile up here.
      if (held.get(server.id) !== server.revision) await new Promise<void>((written) => send(server, written))
    }
  }

  function send(server: DesiredServer, written?: () => void): void {
    own.add(server.id)
    try {
      session.send({ type: 'server.apply', server }, written)
    } catch (error) {
      log.error('a desired state is too large to be sent', { serverId: server.id, error })
      written?.()
    }
  }

  function renew(request: string): void {
    if (renewing) throw new ProtocolError('a second renewal at once')
    renewing = true
    const done = (async () => {
      const certificate = await options.renew(request)
      await link.request('certificate.renew', { certificate })
    })()
    done
      .catch((error: unknown) => {
        // A node that has stored it hangs up before its answer is read: its next hello tells.
        if (session.open) log.error('the certificate of a node could not be renewed', { error })
      })
      .finally(() => {
        renewing = false
      })
  }

  const link: NodeLink = {
    peer,
    get ready() {
      return ready
    },
    get status() {
      return status
    },
    idle: facts.idle,
    apply(server) {
      if (ready) return send(server)
      const known = early.get(server.id)
      if (!known || known.revision < server.revision) early.set(server.id, server)
    },
    settings(settings) {
      // Before the welcome, that carries the settings itself, they are read from the database.
      if (ready) session.send({ type: 'settings', settings })
    },
    async request(method, params, deadlineMs) {
      if (!ready) throw unreachable()
      return await requests.ask(method, params, deadlineMs)
    },
    console(serverId, from) {
      if (!ready) throw unreachable()
      const close = (stream: number) => void link.request('console.close', { stream }).catch(() => {})
      const stream = session.incoming.open(close)
      if (!stream) {
        throw new PublicError('too-many-consoles', 'Too many consoles of this node are open.', {
          status: 503,
          hint: 'Close some of them and try again.',
        })
      }
      link.request('console.read', { serverId, stream: stream.id, tail: maxTail, ...from }).catch((error: unknown) => {
        stream.finish(error instanceof Error ? error : new Error(String(error)))
        close(stream.id) // it may be open there, if only the answer was late
      })
      return { chunks: stream.chunks, [Symbol.asyncDispose]: async () => stream[Symbol.dispose]() }
    },
    close: session.close,
  }
  return link
}
