// The log as one file, however long it is: read in batches as fast as the other side takes them, never held as a whole
// and no connection of the database kept meanwhile.
import { ReadableStream } from 'node:stream/web'
import { PublicError } from '#core/base/errors.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import type { ActivityView } from '#views/models.ts'
import { csvLine } from './csv.ts'
import type { ActivityFilter } from './filter.ts'
import { type ActivityPart, type ActivityScope, listActivity } from './list.ts'
import { record } from './record.ts'

export const exportFormats = ['csv', 'json'] as const
export type ExportFormat = (typeof exportFormats)[number]

const batch = 500
/** A reader that is slower than this is cut off; the file then ends in the middle of a line. */
const longestMs = 10 * 60_000
/** At once in this process, over all people. */
const most = 4

/** Until when whose export may run. A lease, because an answer that nobody reads never ends. */
const running = new Map<string, number>()

/** Written down before the first byte goes out. */
export async function exportActivity(
  context: PanelContext,
  actor: Actor,
  scope: ActivityScope,
  filter: ActivityFilter,
  format: ExportFormat,
): Promise<Response> {
  const { database, now } = context
  begin(actor.userId, now())
  try {
    await database.withTenant(actor.userId, (tx) =>
      record(tx, actor, { action: 'activity.export', server: scope.server, meta: { format, filter: { ...filter } } }),
    )
    const first = await listActivity(context, actor, scope, { ...filter, limit: batch })
    const day = new Date(now()).toISOString().slice(0, 10)
    const stream = ReadableStream.from(file(context, actor, scope, filter, format, first))
    // The same thing twice: Node's own types and those of the web do not know one another.
    return new Response(stream as unknown as globalThis.ReadableStream, {
      headers: {
        'Content-Type': format === 'csv' ? 'text/csv; charset=UTF-8' : 'application/json',
        'Content-Disposition': `attachment; filename="stellar-activity-${day}.${format}"`,
        'Cache-Control': 'no-store',
      },
    })
  } catch (error) {
    running.delete(actor.userId)
    throw error
  }
}

function begin(userId: string, now: number): void {
  for (const [who, until] of running) if (until <= now) running.delete(who)
  if (running.has(userId) || running.size >= most)
    throw new PublicError('export-running', 'An export is running already.', {
      status: 429,
      hint: 'Try again when it has ended.',
      details: { retryAfterSeconds: 30 },
    })
  running.set(userId, now + longestMs)
}

async function* file(
  context: PanelContext,
  actor: Actor,
  scope: ActivityScope,
  filter: ActivityFilter,
  format: ExportFormat,
  first: ActivityPart,
): AsyncGenerator<Uint8Array> {
  const deadline = context.now() + longestMs
  try {
    let part = first
    let written = false
    if (format === 'csv') yield Buffer.from(csvLine(columns.map(([name]) => name)))
    for (;;) {
      const { entries, next } = part
      if (format === 'csv') {
        yield Buffer.from(entries.map((entry) => csvLine(columns.map(([, of]) => of(entry)))).join(''))
      } else {
        const lines = entries.map((entry) => JSON.stringify(entry)).join(',\n')
        yield Buffer.from(`${written ? lines && ',\n' : '[\n'}${lines}`)
        written = true
      }
      if (next === undefined) break
      if (context.now() > deadline) throw new Error('an export was read too slowly')
      part = await listActivity(context, actor, scope, { ...filter, before: next, limit: batch })
    }
    if (format === 'json') yield Buffer.from('\n]\n')
  } finally {
    running.delete(actor.userId)
  }
}

const json = (value: object | undefined): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value)

const columns: readonly (readonly [string, (entry: ActivityView) => string | number | undefined])[] = [
  ['id', ({ id }) => id],
  ['at', ({ at }) => at],
  ['actor', ({ actor }) => actor],
  ['actorId', ({ actorId }) => actorId],
  ['impersonatedBy', ({ through }) => through],
  ['via', ({ via }) => via],
  ['key', ({ key }) => key],
  ['credentialId', ({ credentialId }) => credentialId],
  ['action', ({ action }) => action],
  ['outcome', ({ outcome }) => outcome],
  ['serverId', ({ server }) => server?.id],
  ['subject', ({ subject }) => subject],
  ['address', ({ address }) => address],
  ['userAgent', ({ userAgent }) => userAgent],
  ['before', ({ before }) => json(before)],
  ['after', ({ after }) => json(after)],
  ['meta', ({ meta }) => json(meta)],
  ['requestId', ({ requestId }) => requestId],
]
