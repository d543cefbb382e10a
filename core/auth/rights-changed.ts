// A change of what somebody may is seen at once: what was remembered is forgotten, and whoever keeps a page or a console
// open looks again.
import type { Database } from '#core/db/database.ts'
import { forgetApiKeys } from './api-keys.ts'
import { forgetSessions } from './sessions.ts'

type Listener = () => void
const listeners = new WeakMap<Database, Set<Listener>>()

/** Told after each change of rights in this process: whoever keeps something open looks again. */
export function onRightsChanged(database: Database, listener: Listener): Disposable {
  const all = listeners.get(database) ?? new Set()
  listeners.set(database, all.add(listener))
  return { [Symbol.dispose]: () => void all.delete(listener) }
}

/**
 * Call it once the transaction that changed a role, who has it, a membership, a limit or an account is through. It
 * takes effect at once in this process; others read again within five seconds.
 */
export function rightsChanged(database: Database): void {
  forgetSessions(database)
  forgetApiKeys(database)
  for (const listener of listeners.get(database) ?? []) listener()
}
