// Somebody tried to change what they may not: that is an entry too, once a minute for the same person and permission, so
// that trying again and again does not fill the log. Looking at what one may not see leaves none.
import type { PublicError } from '#core/base/errors.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { record } from './record.ts'

const quietMs = 60_000
const mostRemembered = 2000

interface Attempt {
  readonly actor: Actor | undefined
  readonly method: string
  readonly path: string
  readonly error: PublicError
}

/** Never rejects: the answer is the refusal, whether or not it could be written down. */
export type NoteRefusal = (attempt: Attempt) => Promise<void>

export function openRefusals({ database, log, now }: Pick<PanelContext, 'database' | 'log' | 'now'>): NoteRefusal {
  // In the order of their ends: each stays for the same time.
  const recent = new Map<string, number>()
  return async function noteRefusal({ actor, method, path, error }) {
    const permission = error.details['permission']
    if (!actor || error.code !== 'forbidden' || typeof permission !== 'string') return
    if (method === 'GET' || method === 'HEAD') return
    const key = `${actor.userId} ${permission}`
    const at = now()
    for (const [known, until] of recent) {
      if (until > at && recent.size < mostRemembered) break
      recent.delete(known)
    }
    if (recent.has(key)) return
    recent.set(key, at + quietMs)
    const entry = { action: 'access.refuse', meta: { permission, method, path }, outcome: 'refused' } as const
    await database
      .withTenant(actor.userId, (tx) => record(tx, actor, entry))
      .catch((cause: unknown) => log.warn('A refusal was not recorded', { error: cause }))
  }
}
