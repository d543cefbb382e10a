// What a mail says, before it has a form.

export interface Letter {
  readonly to: string
  /** For the list of mails and the log, e.g. `reset-password`. */
  readonly kind: string
  readonly subject: string
  /** Paragraphs of plain text. */
  readonly text: readonly string[]
  readonly action?: {
    readonly label: string
    /** A path of ours: the address in front of it is the configured one, never the one that somebody asked by. */
    readonly path: string
  }
  /** Small print: why it came and what to do if one did not ask for it. */
  readonly foot: string
  /** Not worth sending later than this, ISO time. */
  readonly expiresAt: string
}
