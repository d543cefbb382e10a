// Who is connected: one live session a node, what it said last, and the way to ask it something.
import type { Log } from '#core/base/log.ts'
import type { Hub, HubListener } from '#core/panel/context.ts'
import type { Authority } from './authority.ts'
import type { CertificateStore } from './certificate-store.ts'

export interface HubOptions {
  readonly log: Log
  readonly authority: Authority
  readonly certificates: CertificateStore
  readonly now?: () => number
}

export interface LinkHub extends Hub, AsyncDisposable {
  /** Whom the hub tells. Called once, before the link port opens. */
  tell(listener: HubListener): void
}

export declare function openHub(options: HubOptions): LinkHub
