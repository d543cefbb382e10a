// What went wrong, as the API says it: problem details of RFC 9457 with a stable code and the request's id.
import { z } from 'zod'
import { PublicError } from '#core/base/errors.ts'

export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'URN of the code; not an address to open.' }),
    title: z.string().meta({ description: 'What went wrong, one sentence.' }),
    status: z.int(),
    code: z.string().meta({ description: 'Stable; tell problems apart by this.', examples: ['server-not-found'] }),
    detail: z.string().optional().meta({ description: 'What can be done about it.' }),
    requestId: z.string().meta({ description: 'Also in the log of the panel.' }),
    fields: z.record(z.string(), z.string()).optional().meta({ description: 'One sentence a field that is wrong.' }),
  })
  .meta({ description: 'Other members give details of the code.' })

export function problemOf(error: PublicError, requestId: string): Record<string, unknown> {
  return {
    // Details first: they may not replace what every problem has.
    ...error.details,
    type: `urn:stellar:problem:${error.code}`,
    title: error.message,
    status: error.status,
    code: error.code,
    ...(error.hint === undefined ? {} : { detail: error.hint }),
    requestId,
  }
}

/** A bug, as far as a stranger may know of it. */
export function unexpected(cause: unknown): PublicError {
  return new PublicError('internal', 'Something went wrong in the panel.', {
    status: 500,
    hint: 'Nothing you typed is at fault. The log holds the cause under this reference.',
    cause,
  })
}

export function notFound(): PublicError {
  return new PublicError('not-found', 'There is nothing at this address.', { status: 404 })
}
