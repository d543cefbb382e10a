// The link port: tells nodes with a certificate from machines that are about to get one, before TLS begins.
import type { Log } from '#core/base/log.ts'
import type { Authority } from './authority.ts'
import type { CertificateStore } from './certificate-store.ts'
import type { LinkHub } from './hub.ts'

export interface LinkListenerOptions {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  readonly authority: Authority
  readonly certificates: CertificateStore
  readonly hub: LinkHub
  readonly log: Log
  readonly now?: () => number
}

export interface LinkListener extends AsyncDisposable {
  readonly port: number
}

export declare function openLinkListener(options: LinkListenerOptions): Promise<LinkListener>
