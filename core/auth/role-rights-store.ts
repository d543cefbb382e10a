// What one role gives and where, for who wants to give it to somebody.
import { eq, sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { roleLocations, roleNodes, roles } from '#core/db/schema/access.ts'
import type { RoleRights } from '#core/permissions/rights.ts'

export async function readRoleRights(tx: Transaction, roleId: string): Promise<RoleRights | undefined> {
  const [row] = await tx
    .select({
      grants: roles.permissions,
      limited: roles.limited,
      nodes: sql<
        string[]
      >`(select coalesce(json_agg(${roleNodes.nodeId}), '[]') from ${roleNodes} where ${roleNodes.roleId} = ${roles.id})`,
      locations: sql<
        string[]
      >`(select coalesce(json_agg(${roleLocations.locationId}), '[]') from ${roleLocations} where ${roleLocations.roleId} = ${roles.id})`,
    })
    .from(roles)
    .where(eq(roles.id, roleId))
  return (
    row && {
      grants: row.grants,
      everywhere: !row.limited,
      nodeIds: new Set(row.nodes),
      locationIds: new Set(row.locations),
    }
  )
}
