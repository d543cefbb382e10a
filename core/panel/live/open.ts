// The live values of this process, and the pages that watch them.
import type { Log } from '#core/base/log.ts'
import type { Database } from '#core/db/database.ts'
import type { Hub, Live } from '#core/panel/context.ts'

export interface LiveParts {
  readonly log: Log
  readonly database: Database
  /** Asked only when something is drawn: the hub is made after this, because it tells this. */
  readonly hub: () => Pick<Hub, 'connected' | 'status'>
  readonly now: () => number
}

export function openLive(_parts: LiveParts): Live & AsyncDisposable {
  throw new Error('being written')
}
