// The dashboard: the servers of one tab, and how many stand behind each, in one transaction.
import type { Actor, PanelContext } from '#core/panel/context.ts'
import type { ServerView } from '#views/models.ts'
import { awayNodes, type ListInput, listWithin } from './list.ts'
import { countTabs } from './store.ts'

export type TabCounts = Readonly<Record<'all' | 'running' | 'attention' | 'stopped', number>>

export async function dashboard(
  context: PanelContext,
  actor: Actor,
  input: ListInput,
): Promise<{ servers: ServerView[]; total: number; counts: TabCounts }> {
  return await context.database.withTenant(actor.userId, async (tx) => {
    // Sent together, answered in turn.
    const [listed, away] = await Promise.all([listWithin(tx, context, actor, input), awayNodes(tx, context.hub)])
    return { ...listed, counts: await countTabs(tx, away) }
  })
}
