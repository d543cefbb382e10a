// Lines that the node keeps: older ones, and those that hold a text.
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { visible } from '#core/panel/servers/change.ts'
import { demand } from '#core/permissions/can.ts'

/** `text` is a run of records, see core/domain/console.ts. */
export interface ConsolePage {
  readonly text: string
  readonly more: boolean
}

/** Records before that number, oldest first. */
export async function readHistory(
  context: PanelContext,
  actor: Actor,
  { serverId, before, limit }: { readonly serverId: string; readonly before: number; readonly limit: number },
): Promise<ConsolePage> {
  const server = await visible(context, actor, serverId)
  demand(actor, 'server.console', server)
  return await context.hub.request(server.nodeId, 'console.history', { serverId, before, limit })
}

/** Records whose text holds the query, newest first. */
export async function searchHistory(
  context: PanelContext,
  actor: Actor,
  { serverId, query, limit }: { readonly serverId: string; readonly query: string; readonly limit: number },
): Promise<ConsolePage> {
  const server = await visible(context, actor, serverId)
  demand(actor, 'server.console', server)
  return await context.hub.request(server.nodeId, 'console.search', { serverId, query, limit })
}
