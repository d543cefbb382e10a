// Sends away those who may no longer look: the browser asks again and is told why.
import type { Database } from '#core/db/database.ts'
import type { LiveViewer } from '#core/panel/context.ts'
import { can } from '#core/permissions/can.ts'
import { goodSessions, subjectsOf } from './check-store.ts'

export interface Watcher extends LiveViewer {
  stalled(now: number): boolean
  close(): void
}

export async function dismiss(database: Database, open: readonly Watcher[], now: number): Promise<void> {
  for (const viewer of open) if (viewer.stalled(now)) viewer.close()
  if (open.length === 0) return
  const sessionIds = new Set(open.flatMap(({ sessionId }) => sessionId ?? []))
  const serverIds = new Set(open.flatMap(({ topic }) => (topic.kind === 'server' ? [topic.id] : [])))
  const { sessions, subjects } = await database.withSystem(async (tx) => ({
    sessions: await goodSessions(tx, [...sessionIds]),
    subjects: await subjectsOf(tx, [...serverIds]),
  }))
  for (const viewer of open) {
    const { topic, sessionId, actor } = viewer
    const person = sessionId === undefined ? undefined : sessions.get(sessionId)
    const holds = person?.userId === actor.userId && person.isOwner === actor.isOwner
    // A server that is gone has told its page so; the page stays until its reader leaves.
    const subject = topic.kind === 'server' ? subjects.get(topic.id) : undefined
    const may = subject === undefined || can(actor, 'server.view', subject)
    if (!holds || !may) viewer.close()
  }
}
