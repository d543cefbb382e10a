// The log does not grow for ever: once a day what is older than the settings say goes, and that is an entry too.
import type { Database } from '#core/db/database.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { demand } from '#core/permissions/can.ts'
import { record, systemActor } from './record.ts'
import { expireActivity, type Retention, readRetention, retention, writeRetention } from './retention-store.ts'

export async function showRetention({ database }: PanelContext, actor: Actor): Promise<Retention> {
  demand(actor, 'platform.security')
  return await database.withSystem(readRetention)
}

export async function changeRetention({ database }: PanelContext, actor: Actor, change: Retention): Promise<Retention> {
  demand(actor, 'platform.security')
  return await database.withSystem(async (tx) => {
    const before = await readRetention(tx)
    const after = retention.parse(change)
    await writeRetention(tx, after)
    await record(tx, actor, { action: 'settings.activity', subject: 'activity', before, after })
    return after
  })
}

/** Short transactions: writers of the log never wait for it. */
const batch = 5000
/** A day's share of a log that was never cleared; the rest goes tomorrow. */
const mostBatches = 200

export async function sweepActivity(database: Database): Promise<number> {
  let gone = 0
  for (let round = 0; round < mostBatches; round++) {
    const some = await database.withSystem((tx) => expireActivity(tx, batch))
    gone += some
    if (some < batch) break
  }
  if (gone > 0) {
    await database.withSystem((tx) =>
      record(tx, systemActor, { action: 'activity.expire', subject: 'activity', meta: { entries: gone } }),
    )
  }
  return gone
}
