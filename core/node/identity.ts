// Who this node is: key, certificate and the authority it trusts, in one file that only its owner can read.
export interface Identity {
  readonly nodeId: string
  /** Address of the panel's link port. */
  readonly url: string
  readonly key: string
  readonly certificate: string
  readonly authority: string
}

/** Undefined when this machine was not enrolled yet. `directory` is `<data>/node`. */
export declare function readIdentity(directory: string): Identity | undefined
