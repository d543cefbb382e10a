// How many servers stand behind each tab of the dashboard.
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { awayNodes } from './list.ts'
import { countTabs } from './store.ts'

export type TabCounts = Readonly<Record<'all' | 'running' | 'attention' | 'stopped', number>>

export async function serverCounts(context: PanelContext, actor: Actor): Promise<TabCounts> {
  return await context.database.withTenant(
    actor.userId,
    async (tx) => await countTabs(tx, await awayNodes(tx, context.hub)),
  )
}
