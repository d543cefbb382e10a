// How many servers a person sees, for the rail.
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { countServers } from './store.ts'

export async function serverCounts(
  context: PanelContext,
  actor: Actor,
): Promise<{ servers: number; nodesWarn: number }> {
  return context.database.withTenant(actor.userId, (tx) => countServers(tx))
}
