// How a command ends, for scripts: what kind of failure it was.
import { PublicError, type PublicErrorOptions } from '#core/base/errors.ts'

export const exits = {
  failed: 1,
  usage: 2,
  /** Not signed in, or not allowed. */
  forbidden: 3,
  notFound: 4,
  /** Not in this state: it runs already, a name is taken. */
  conflict: 5,
  /** The panel or a node cannot be reached. */
  unreachable: 6,
  /** It was started, and is not done within the time that was given. */
  late: 7,
  /** Ctrl-C or Ctrl-D at a question. */
  left: 130,
  bug: 70,
} as const
type Exit = (typeof exits)[keyof typeof exits]

/** A failure that ends the program with a number of its own. */
export class Refused extends PublicError {
  readonly exit: Exit

  constructor(exit: Exit, code: string, message: string, options: PublicErrorOptions = {}) {
    super(code, message, options)
    this.exit = exit
  }
}

export function usage(message: string, hint = 'See `stellar help`.', cause?: unknown): Refused {
  return new Refused(exits.usage, 'usage', message, { hint, cause })
}

export function exitOf(error: PublicError): number {
  if (error instanceof Refused) return error.exit
  return error.code === 'usage' ? exits.usage : exits.failed
}
