// The collaborators a use case may ask for, passed in by hand. Interfaces only: who implements each is named above it.
import type { Log } from '#core/base/log.ts'
import type { Database } from '#core/db/database.ts'
import type { Blueprint } from '#core/domain/blueprint.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import type { Mail } from '#core/panel/mail/mail.ts'
import type { Rights } from '#core/permissions/rights.ts'
import type { PanelRegistry } from '#core/plugins/registry.ts'
import type {
  Fact,
  InstallProgress,
  NodeSettings,
  NodeStatus,
  RequestMethod,
  RequestParams,
  RequestResult,
  ServerStats,
} from '#core/protocol/messages.ts'

/** Who asks, and how: made once a request by http/identity.ts, or by the command line. */
export interface Actor {
  readonly userId: string
  readonly name: string
  readonly isOwner: boolean
  readonly rights: Rights
  readonly via: 'session' | 'api-key' | 'command-line' | 'system'
  /** Who really acts, while an administrator looks through this account. */
  readonly impersonatorId?: string | undefined
  readonly address: string | undefined
  /** What the program at the other end calls itself. */
  readonly userAgent?: string | undefined
  /** Row of the session or API key that shows who it is. */
  readonly credentialId?: string | undefined
  readonly requestId: string | undefined
}

/** Live connections to nodes. Implemented by nodes/hub.ts. */
export interface Hub {
  /** True while the node's link is open and has said hello. */
  connected(nodeId: string): boolean
  /** Latest status, from memory; undefined until the node has said hello to this process. */
  status(nodeId: string): NodeStatus | undefined
  /** Why the node was turned away last time, from memory; undefined once it is connected. */
  refusal(nodeId: string): LinkRefusal | undefined
  /** Desired state of one server, sent if the node is there; if not, it is sent when the node says hello. */
  apply(nodeId: string, server: DesiredServer): void
  settings(nodeId: string, settings: NodeSettings): void
  /** Rejects with PublicError `node-unreachable` (503) when the node is away, `node-timeout` (504) after the deadline (10 s unless given). */
  request<M extends RequestMethod>(
    nodeId: string,
    method: M,
    params: RequestParams<M>,
    deadlineMs?: number,
  ): Promise<RequestResult<M>>
  /** One console stream: chunks of records (core/domain/console.ts), cut between lines. Ends when the node goes; closing it early tells the node. */
  console(nodeId: string, serverId: string, from: { after: number } | { tail: number }): ConsoleStream
  /** Closes the node's connections, e.g. because its certificate was revoked. */
  disconnect(nodeId: string, reason: string): void
}

/** Node and panel have no version of the link's protocol in common. */
export interface LinkRefusal {
  /** Which of the two is too old. */
  readonly update: 'node' | 'panel'
  /** Of Stellar on the node, as far as it said. */
  readonly nodeVersion: string | undefined
}

export interface ConsoleStream extends AsyncDisposable {
  readonly chunks: AsyncIterable<Uint8Array>
}

/** What the hub tells the panel. Implemented by nodes/events.ts, which calls servers/observe.ts and live.ts. */
export interface HubListener {
  /** In one transaction: dedupe by outbox and number, apply, store the number. Resolves when it is safe to acknowledge. */
  fact(nodeId: string, outboxId: string, fact: Fact): Promise<void>
  /** Resolves with what to answer. */
  hello(
    nodeId: string,
    outboxId: string,
    status: NodeStatus,
  ): Promise<{ settings: NodeSettings; acknowledged: number; desired: AsyncIterable<DesiredServer> }>
  status(nodeId: string, status: NodeStatus): void
  stats(nodeId: string, at: string, servers: readonly ServerStats[]): void
  progress(nodeId: string, progress: InstallProgress): void
  connected(nodeId: string): void
  disconnected(nodeId: string): void
  /** It was turned away; `Hub.refusal` says why. */
  refused(nodeId: string): void
}

/** Everything that changes on pages by itself. Implemented by live.ts. */
export interface Live {
  /** Something about this server changed in the database or in what is known of it: redraw it for whoever looks. */
  serverChanged(serverId: string): void
  nodeChanged(nodeId: string): void
  stats(at: string, servers: readonly ServerStats[]): void
  installProgress(progress: InstallProgress): void
  /** Latest values, from memory; undefined when unknown or older than 15 s. */
  latestStats(serverId: string): (ServerStats & { readonly at: string }) | undefined
  /** CPU of the same five minutes, for lists: a hundred servers have fifteen thousand readings. */
  recentCpu(serverId: string): readonly number[]
  /** Up to five minutes, oldest first. */
  recentStats(serverId: string): readonly (ServerStats & { readonly at: string })[]
  latestProgress(serverId: string): InstallProgress | undefined
  /** Server-sent events for one page. Undefined when this person has as many streams open as one may have. */
  open(viewer: LiveViewer): ReadableStream<Uint8Array> | undefined
}

/** Who looks at what. Checked again every few seconds for as long as the page is open. */
export interface LiveViewer {
  readonly actor: Actor
  /** Row of the session that opened the page: when it goes, the stream ends. Undefined: opened by other means. */
  readonly sessionId: string | undefined
  /** Row of the API key that opened it, in place of a session. */
  readonly keyId?: string | undefined
  readonly topic: LiveTopic
}

/** `servers`: everything this person may see; `nodes`: all of them; the others: one server or one node. */
export type LiveTopic =
  | { readonly kind: 'servers' | 'nodes' }
  | { readonly kind: 'server'; readonly id: string }
  | { readonly kind: 'node'; readonly id: string }

export interface PanelConfig {
  readonly host: string
  readonly port: number
  readonly linkHost: string
  readonly linkPort: number
  readonly dataDirectory: string
  /** Public address of the panel, without a slash at the end; undefined: whatever the browser asked for. */
  readonly url: string | undefined
  /** Addresses of reverse proxies whose X-Forwarded-* headers are believed. */
  readonly trustedProxies: readonly string[]
  /** Requests to the API a minute and key; 0: any number; undefined: what rate-rules.ts says. */
  readonly apiPerMinute?: number | undefined
}

export interface Secrets {
  /** AES-256-GCM with the key's version; text in, text out. */
  encrypt(plain: string): string
  /** Throws when it was changed or made with a key that is gone. */
  decrypt(sealed: string): string
}

export interface PanelContext {
  readonly log: Log
  readonly config: PanelConfig
  readonly version: string
  readonly database: Database
  readonly secrets: Secrets
  readonly plugins: PanelRegistry
  /** Valid blueprints of all running plugins, in the order of the configuration. */
  readonly blueprints: readonly Blueprint[]
  readonly hub: Hub
  readonly live: Live
  readonly mail: Mail
  /** Milliseconds since 1970. */
  readonly now: () => number
}
