// Somebody tried to change what they may not: that is an entry too, in the log of the server where it is about one they see;
// once a minute for the same person and permission there, so that trying again and again does not fill the log. Looking at
// what one may not see leaves none.
import type { PublicError } from '#core/base/errors.ts'
import type { Transaction } from '#core/db/database.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { readServer } from '#core/panel/servers/write-store.ts'
import { isForServer } from '#core/permissions/can.ts'
import { type ActivityEntry, record } from './record.ts'

const quietMs = 60_000
const mostRemembered = 2000

/** Of who asks; what is refused because of its time or its form is no attempt at more than one has. */
const ofPersons: ReadonlySet<string> = new Set(['forbidden', 'beyond-own-rights', 'above-you', 'owner-only'])
const aboutServer = /^(?:\/api\/v1)?\/servers\/([0-9a-f-]{36})(?:\/|$)/

interface Attempt {
  readonly actor: Actor | undefined
  readonly method: string
  readonly path: string
  readonly error: PublicError
}

/** Never rejects: the answer is the refusal, whether or not it could be written down. */
export type NoteRefusal = (attempt: Attempt) => Promise<void>

type Context = Pick<PanelContext, 'database' | 'log' | 'now'>

/** The one of this panel, for pages and sockets. */
export function refusalsOf(context: Context): NoteRefusal {
  const known = all.get(context.database) ?? openRefusals(context)
  all.set(context.database, known)
  return known
}
const all = new WeakMap<PanelContext['database'], NoteRefusal>()

function openRefusals({ database, log, now }: Context): NoteRefusal {
  // In the order of their ends: each stays for the same time.
  const recent = new Map<string, number>()
  return async function noteRefusal({ actor, method, path, error }) {
    if (!actor || !ofPersons.has(error.code) || method === 'GET' || method === 'HEAD') return
    const serverId = aboutServer.exec(path)?.[1]
    const permission = error.details['permission']
    const what = typeof permission === 'string' ? { permission } : { code: error.code, reason: error.message }
    const key = [actor.userId, serverId, ...Object.values(what)].join(' ')
    const at = now()
    for (const [known, until] of recent) {
      if (until > at && recent.size < mostRemembered) break
      recent.delete(known)
    }
    if (recent.has(key)) return
    recent.set(key, at + quietMs)
    const entry = { meta: { ...what, method, path }, outcome: 'refused' } as const
    await database
      .withTenant(actor.userId, async (tx) => record(tx, actor, { ...entry, ...(await placeOf(tx, actor, serverId)) }))
      .catch((cause: unknown) => log.warn('A refusal was not recorded', { error: cause }))
  }
}

async function placeOf(
  tx: Transaction,
  actor: Actor,
  serverId: string | undefined,
): Promise<Pick<ActivityEntry, 'action' | 'server'>> {
  const server = serverId === undefined || !isForServer(actor, serverId) ? undefined : await readServer(tx, serverId)
  return server ? { action: 'server.refuse', server } : { action: 'access.refuse' }
}
