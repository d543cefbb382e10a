// Who is connected: one live link a node, what it said last, and the way to ask it something.
import type { Log } from '#core/base/log.ts'
import type { Hub, HubListener, LinkRefusal } from '#core/panel/context.ts'
import { closeCodes } from '#core/protocol/close-codes.ts'
import { ProtocolError } from '#core/protocol/codec.ts'
import type { NodeStatus } from '#core/protocol/messages.ts'
import { unreachable } from '#core/protocol/requests.ts'
import type { LinkSocket } from '#core/protocol/socket.ts'
import type { Authority } from './authority.ts'
import type { CertificateStore } from './certificate-store.ts'
import { type NodeLink, openNodeLink, type Peer } from './node-link.ts'

/** Open links are held against the table of certificates so often: another panel may have revoked one, or it ran out. */
const checkEveryMs = 60_000
/** One that is there, one that takes over, and some that have not said hello; more is not a node. */
const maxSocketsPerNode = 8
const stopWithinMs = 2500

export interface HubOptions {
  readonly listener: HubListener
  readonly authority: Authority
  readonly certificates: CertificateStore
  readonly log: Log
  readonly now?: () => number
  readonly checkEveryMs?: number
}

export interface LinkHub extends Hub, AsyncDisposable {
  /** A socket whose peer has proven to be that node. */
  accept(socket: LinkSocket, peer: Peer): void
}

interface Presence {
  /** All sockets of the node, also those that have not said hello. */
  readonly links: Set<NodeLink>
  current: NodeLink | undefined
  /** What the listener was told last. Stays true while one link takes over from another. */
  online: boolean
  status: NodeStatus | undefined
  refusal: LinkRefusal | undefined
  /** Of the link that said hello last. */
  idle: Promise<void>
}

export function openHub(options: HubOptions): LinkHub {
  const { authority, certificates, listener, now = Date.now } = options
  const nodes = new Map<string, Presence>()

  function presence(nodeId: string): Presence {
    const known = nodes.get(nodeId)
    if (known) return known
    const fresh: Presence = {
      links: new Set(),
      current: undefined,
      online: false,
      status: undefined,
      refusal: undefined,
      idle: Promise.resolve(),
    }
    nodes.set(nodeId, fresh)
    return fresh
  }

  function linkOf(nodeId: string): NodeLink {
    const link = nodes.get(nodeId)?.current
    if (!link) throw unreachable()
    return link
  }

  async function renew(peer: Peer, request: string): Promise<string> {
    const { verifyRequest } = await import('#core/protocol/identity.ts')
    const verified = await verifyRequest(request)
    if (!verified) throw new ProtocolError('not a request for a P-256 certificate')
    const issued = await authority.issueNode(verified, peer.nodeId)
    await certificates.add(peer.nodeId, issued)
    options.log.info('the certificate of a node was renewed', { nodeId: peer.nodeId, fingerprint: issued.fingerprint })
    return issued.certificate
  }

  function open(socket: LinkSocket, peer: Peer, node: Presence): void {
    const { nodeId } = peer
    const log = options.log.with({ nodeId })
    const link = openNodeLink({
      socket,
      peer,
      listener,
      log,
      now,
      renew: (request) => renew(peer, request),
      greeted(link) {
        const earlier = node.current
        node.current = link
        earlier?.close(closeCodes.replaced, 'another connection of this node took over')
        const before = node.idle
        node.idle = link.idle
        return before
      },
      ready() {
        node.status = undefined
        node.refusal = undefined
        if (!node.online) {
          node.online = true
          listener.connected(nodeId)
        }
        certificates.retireOlder(nodeId, peer.fingerprint).catch((error: unknown) => {
          log.warn('older certificates of a node could not be revoked', { error })
        })
      },
      refused(refusal) {
        // Not with every attempt: it tries again several times a minute.
        if (!isSame(node.refusal, refusal))
          log.warn('a node was turned away: it speaks another protocol', { ...refusal })
        node.refusal = refusal
        listener.refused(nodeId)
      },
      closed(link) {
        node.links.delete(link)
        if (node.current !== link) return
        node.status = link.status
        node.current = undefined
        if (!node.online) return
        node.online = false
        listener.disconnected(nodeId)
      },
    })
    node.links.add(link)
  }

  async function check(): Promise<void> {
    for (const { links } of nodes.values()) {
      for (const link of links) {
        const row = await certificates.find(link.peer.fingerprint)
        if (isValid(row, now())) continue
        link.close(closeCodes.revoked, 'the certificate of this node was revoked or has expired')
      }
    }
  }

  const sweep = setInterval(() => {
    check().catch((error: unknown) => options.log.warn('certificates of nodes could not be checked', { error }))
  }, options.checkEveryMs ?? checkEveryMs)

  return {
    accept(socket, peer) {
      const node = presence(peer.nodeId)
      if (node.links.size >= maxSocketsPerNode) {
        socket.on('error', () => {})
        socket.terminate()
        return
      }
      open(socket, peer, node)
    },
    connected: (nodeId) => nodes.get(nodeId)?.online ?? false,
    status(nodeId) {
      const node = nodes.get(nodeId)
      return node?.current?.status ?? node?.status
    },
    refusal: (nodeId) => nodes.get(nodeId)?.refusal,
    apply: (nodeId, server) => nodes.get(nodeId)?.current?.apply(server),
    settings: (nodeId, settings) => nodes.get(nodeId)?.current?.settings(settings),
    request: async (nodeId, method, params, deadlineMs) => await linkOf(nodeId).request(method, params, deadlineMs),
    console: (nodeId, serverId, from) => linkOf(nodeId).console(serverId, from),
    disconnect(nodeId, reason) {
      for (const link of nodes.get(nodeId)?.links ?? []) link.close(closeCodes.revoked, reason)
    },
    async [Symbol.asyncDispose]() {
      clearInterval(sweep)
      const links = [...nodes.values()].flatMap(({ links }) => [...links])
      for (const link of links) link.close(closeCodes.goingAway, 'the panel stops')
      const rest = new Promise<void>((late) => setTimeout(late, stopWithinMs).unref())
      await Promise.race([Promise.all(links.map(({ idle }) => idle)), rest])
    },
  }
}

/** The only test of who may be connected: what this panel issued, has not revoked, and has not run out. */
export function isValid<Row extends { notAfter: string; revokedAt: string | null }>(
  row: Row | undefined,
  now: number,
): row is Row {
  return row !== undefined && row.revokedAt === null && Date.parse(row.notAfter) > now
}

function isSame(one: LinkRefusal | undefined, other: LinkRefusal): boolean {
  return one?.update === other.update && one.nodeVersion === other.nodeVersion
}
