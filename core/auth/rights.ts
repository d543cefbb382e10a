// Reads what people may: in the same statement as their session or key, or by itself for whoever is not asking now.
import { inArray, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Database, Transaction } from '#core/db/database.ts'
import { users } from '#core/db/schema/accounts.ts'
import type { Holder } from '#core/permissions/can.ts'
import type { KeyScope, Rights } from '#core/permissions/rights.ts'

const stored = z.object({
  roles: z.array(
    z.object({
      grants: z.array(z.string()),
      limited: z.boolean(),
      nodes: z.array(z.string()),
      locations: z.array(z.string()),
    }),
  ),
  servers: z.record(z.string(), z.array(z.string())),
})

/**
 * A column of a statement that reads from `users`: text for `openRights`. The table's name is spelt out, because
 * drizzle leaves it away where there is one table alone.
 */
export const rightsColumn: SQL<string> = sql<string>`json_build_object(
  'roles', (
    select coalesce(json_agg(json_build_object(
      'grants', r.permissions,
      'limited', r.limited,
      'nodes', (
        select coalesce(json_agg(node_id order by node_id), '[]') from (
          select rn.node_id from panel.role_nodes rn where rn.role_id = r.id
          union
          select n.id from panel.role_locations rl join panel.nodes n on n.location_id = rl.location_id where rl.role_id = r.id
        ) of_role
      ),
      'locations', (
        select coalesce(json_agg(rl.location_id order by rl.location_id), '[]')
        from panel.role_locations rl where rl.role_id = r.id
      )
    ) order by r.id), '[]')
    from panel.user_roles ur join panel.roles r on r.id = ur.role_id where ur.user_id = panel.users.id
  ),
  'servers', (
    select coalesce(json_object_agg(m.server_id, m.permissions order by m.server_id), '{}')
    from panel.server_members m where m.user_id = panel.users.id
  )
)::text`

export function openRights(text: string, scope?: KeyScope): Rights {
  const { roles, servers } = stored.parse(JSON.parse(text))
  return {
    roles: roles.map(({ grants, limited, nodes, locations }) => ({
      grants,
      everywhere: !limited,
      nodeIds: new Set(nodes),
      locationIds: new Set(locations),
    })),
    memberships: new Map(Object.entries(servers)),
    scope,
    text,
  }
}

/** The same person with what they may now, for what is asked long after it was opened. Undefined: nobody any more. */
export async function renewed<T extends Holder>(database: Database, holder: T): Promise<T | undefined> {
  const now = (await database.withSystem((tx) => readHolders(tx, [holder.userId]))).get(holder.userId)
  return now && { ...holder, isOwner: now.isOwner, rights: { ...now.rights, scope: holder.rights.scope } }
}

/** What these people may now, without any key. Who is suspended or gone is not among them. */
export async function readHolders(tx: Transaction, userIds: readonly string[]): Promise<Map<string, Holder>> {
  if (userIds.length === 0) return new Map()
  const rows = await tx
    .select({ userId: users.id, isOwner: users.isOwner, suspendedAt: users.suspendedAt, rights: rightsColumn })
    .from(users)
    .where(inArray(users.id, [...userIds]))
  return new Map(
    rows
      .filter(({ suspendedAt }) => suspendedAt === null)
      .map(({ userId, isOwner, rights }) => [userId, { userId, isOwner, rights: openRights(rights) }]),
  )
}
