// Enrolment at the node: from a token to a certificate, without trusting anything before the pin has matched.
export interface EnrolOptions {
  /** Address of the panel's link port, e.g. `https://panel.example:8443`. */
  readonly url: string
  readonly token: string
  /** `<data>/node`; made when it is not there. */
  readonly directory: string
  readonly version: string
  readonly now?: () => number
}

/** Can be run again with the same token after a failure. Throws PublicError with what to do. */
export declare function enrol(options: EnrolOptions): Promise<{ nodeId: string }>
