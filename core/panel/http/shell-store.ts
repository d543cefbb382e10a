// The two numbers in the page frame.
import { count, isNull } from 'drizzle-orm'
import { nodes } from '#core/db/schema/nodes.ts'
import { servers } from '#core/db/schema/servers.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { can } from '#core/permissions/can.ts'
import type { Shell } from '#views/models.ts'

export async function shellCounts(context: PanelContext, actor: Actor): Promise<Shell['counts']> {
  return await context.database.withTenant(actor.userId, async (tx) => {
    const [[own], known] = await Promise.all([
      tx.select({ servers: count() }).from(servers).where(isNull(servers.deletedAt)),
      can(actor, 'node.view') ? tx.select({ id: nodes.id }).from(nodes) : [],
    ])
    const needLook = known.filter(({ id }) => {
      const status = context.hub.connected(id) ? context.hub.status(id) : undefined
      return status === undefined || !status.driver.healthy
    })
    return { servers: own?.servers ?? 0, nodesWarn: needLook.length }
  })
}
