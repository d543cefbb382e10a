// Sends away those who may no longer look: the browser asks again and is told why.
import { mayImpersonate } from '#core/auth/impersonating.ts'
import { readHolders } from '#core/auth/rights.ts'
import type { Database } from '#core/db/database.ts'
import type { LiveViewer } from '#core/panel/context.ts'
import { can, type Holder } from '#core/permissions/can.ts'
import type { Permission } from '#core/permissions/catalogue.ts'
import { goodKeys, goodSessions, subjectsOf } from './check-store.ts'

export interface Watcher extends LiveViewer {
  /** What watching asks for. */
  readonly permission: Permission
  stalled(now: number): boolean
  /** They may still look, but not do the same as when they came. */
  changed(now: Holder): void
  close(): void
}

export async function dismiss(database: Database, open: readonly Watcher[], now: number): Promise<void> {
  for (const viewer of open) if (viewer.stalled(now)) viewer.close()
  if (open.length === 0) return
  const sessionIds = new Set(open.flatMap(({ sessionId }) => sessionId ?? []))
  const keyIds = new Set(open.flatMap(({ keyId }) => keyId ?? []))
  const serverIds = new Set(open.flatMap(({ topic }) => (topic.kind === 'server' ? [topic.id] : [])))
  const { sessions, keys, holders, subjects } = await database.withSystem(async (tx) => {
    const sessions = await goodSessions(tx, [...sessionIds])
    const people = open.map(({ actor }) => actor.userId)
    for (const { impersonatorId } of sessions.values()) if (impersonatorId !== null) people.push(impersonatorId)
    return {
      sessions,
      keys: await goodKeys(tx, [...keyIds]),
      holders: await readHolders(tx, [...new Set(people)]),
      subjects: await subjectsOf(tx, [...serverIds]),
    }
  })
  for (const viewer of open) {
    const { topic, sessionId, keyId, actor, permission } = viewer
    const session = sessions.get(sessionId ?? '')
    const person = session ?? keys.get(keyId ?? '')
    const known = person?.userId === actor.userId ? holders.get(actor.userId) : undefined
    const through = session?.impersonatorId ?? undefined
    const found = through === undefined || mayImpersonate(holders.get(through), known) ? known : undefined
    // A key never has more than it came with.
    const holder = found && { ...found, rights: { ...found.rights, scope: actor.rights.scope } }
    // A server that is gone has told its page so; the page stays until its reader leaves.
    const subject = topic.kind === 'server' ? subjects.get(topic.id) : undefined
    const where = topic.kind === 'node' ? { nodeId: topic.id } : subject
    const gone = topic.kind === 'server' && subject === undefined
    if (!holder || !(gone || can(holder, permission, where))) viewer.close()
    else if (holder.isOwner !== actor.isOwner || holder.rights.text !== actor.rights.text) viewer.changed(holder)
  }
}
