// The panel's private certificate authority and the certificate of its link port: made once, kept sealed in the
// database, the latter made anew at two thirds of its life.
import type { Secrets } from '#core/panel/context.ts'

/** Where the two are kept. The real one is authority-store.ts. */
export interface AuthorityStore {
  read(key: string): Promise<unknown>
  /** Keeps what is there already and returns it, so that two panels starting at once agree on one authority. */
  insert(key: string, value: unknown): Promise<unknown>
  replace(key: string, value: unknown): Promise<void>
}

export interface NodeCertificate {
  readonly certificate: string
  /** SHA-256 of the DER, hex. */
  readonly fingerprint: string
  readonly serial: string
  /** ISO time. */
  readonly notAfter: string
}

export interface Authority {
  /** PEM, public. */
  readonly certificate: string
  /** SHA-256 of its public key, base64url: what an enrolment token carries. */
  readonly pin: string
  /** Everything but the public key comes from us: names and extensions of the request are ignored. */
  issueNode(request: string, nodeId: string): Promise<NodeCertificate>
  /** Key and certificate of the link port, made anew when two thirds of its life are over. */
  link(): Promise<{ readonly key: string; readonly certificate: string }>
}

export interface AuthorityOptions {
  readonly store: AuthorityStore
  readonly secrets: Secrets
  readonly now?: () => number
}

export declare function loadAuthority(options: AuthorityOptions): Promise<Authority>
