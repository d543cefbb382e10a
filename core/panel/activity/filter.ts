// What part of the log is asked for: the same words on pages, in the API and for an export.
import { z } from 'zod'

const outcomes = ['done', 'refused', 'failed'] as const
const day = 24 * 60 * 60_000
/** PostgreSQL knows fewer years than JavaScript. */
const year = /^(19[789]\d|2\d{3})-/

/** `2026-11-28`, or a moment with its offset. */
const moment = z
  .union(
    [z.iso.date(), z.iso.datetime({ offset: true })],
    'A day like 2026-11-28, or a moment like 2026-11-28T18:00:00Z.',
  )
  .refine((value) => year.test(value), 'A year from 1970 to 2999.')

export const activityFilter = {
  q: z.string().trim().max(100).meta({ description: 'Part of the name of a person or of what was acted on.' }),
  person: z.string().trim().max(100).meta({ description: 'Part of the name of who did it, or an id of a user.' }),
  server: z.string().trim().max(100).meta({ description: 'Part of a server’s name, or its id.' }),
  kind: z
    .string()
    .regex(/^[a-z-]*$/)
    .max(40)
    .meta({ description: 'First part of the action, e.g. `server`.' }),
  outcome: z.enum(outcomes),
  from: moment.meta({ description: 'This day (UTC) and later, or this moment and later.' }),
  to: moment.meta({ description: 'Up to and with this day (UTC), or before this moment.' }),
}

export interface ActivityFilter {
  readonly q?: string | undefined
  readonly person?: string | undefined
  readonly server?: string | undefined
  readonly kind?: string | undefined
  readonly outcome?: (typeof outcomes)[number] | undefined
  /** As `activityFilter` lets through. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const tolerant = z.object({
  q: activityFilter.q.optional().catch(undefined),
  person: activityFilter.person.optional().catch(undefined),
  server: activityFilter.server.optional().catch(undefined),
  kind: activityFilter.kind.optional().catch(undefined),
  outcome: activityFilter.outcome.optional().catch(undefined),
  from: activityFilter.from.optional().catch(undefined),
  to: activityFilter.to.optional().catch(undefined),
})

/** From an address. Nonsense in it shows the page without that filter: it is a link, not a form to correct. */
export function filterFrom(values: Readonly<Record<string, string>>): ActivityFilter {
  const filter = tolerant.parse({ ...values })
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''))
}

/** The first moment of it, and the first after it. */
export function periodOf({ from, to }: ActivityFilter): { readonly since?: string; readonly until?: string } {
  const iso = (at: number) => new Date(at).toISOString()
  return {
    ...(from === undefined ? {} : { since: iso(Date.parse(from)) }),
    ...(to === undefined ? {} : { until: iso(Date.parse(to) + (to.length === 10 ? day : 0)) }),
  }
}
