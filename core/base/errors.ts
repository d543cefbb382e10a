// Two kinds of failure: a PublicError says something a person may read; everything else is a bug and shows only an id.

export interface PublicErrorOptions {
  /** HTTP status the web and the API answer with; 400 unless given. */
  readonly status?: number
  /** What the person can do about it, one sentence. */
  readonly hint?: string
  /** Machine-readable details, e.g. the fields of a form that are wrong. Never secrets. */
  readonly details?: Readonly<Record<string, unknown>>
  /** For the log only. */
  readonly cause?: unknown
}

/** A refusal or failure that may be shown: a stable code, a sentence for the person, the cause for the log. */
export class PublicError extends Error {
  override readonly name = 'PublicError'
  /** Stable, kebab-case, e.g. `server-not-found`; part of API v1. */
  readonly code: string
  readonly status: number
  readonly hint: string | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, options: PublicErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = options.status ?? 400
    this.hint = options.hint
    this.details = options.details ?? {}
  }
}

/** A form or request body whose fields are wrong: one sentence a field. Status 422. */
export class InvalidInput extends PublicError {
  readonly fields: Readonly<Record<string, string>>

  constructor(fields: Readonly<Record<string, string>>, message = 'Some fields need another value.') {
    super('invalid-input', message, { status: 422, details: { fields } })
    this.fields = fields
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
