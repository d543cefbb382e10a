// Rights for tests: roles and memberships put straight into the database, and known at once.
import { eq } from 'drizzle-orm'
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { roleLocations, roleNodes, roles, serverMembers, userRoles } from '#core/db/schema/access.ts'
import type { TestPanel } from './panel.ts'

export interface RoleValues {
  readonly permissions: readonly string[]
  /** Given: the role holds there alone. */
  readonly nodeIds?: readonly string[] | undefined
  readonly locationIds?: readonly string[] | undefined
}

/** A role of its own for this person; returns its id. */
export async function giveRole(panel: TestPanel, userId: string, values: RoleValues): Promise<string> {
  const { permissions, nodeIds, locationIds } = values
  const roleId = crypto.randomUUID()
  await panel.database.withSystem(async (tx) => {
    const limited = nodeIds !== undefined || locationIds !== undefined
    await tx.insert(roles).values({ id: roleId, name: `role ${roleId}`, permissions: [...permissions], limited })
    for (const nodeId of nodeIds ?? []) await tx.insert(roleNodes).values({ roleId, nodeId })
    for (const locationId of locationIds ?? []) await tx.insert(roleLocations).values({ roleId, locationId })
    await tx.insert(userRoles).values({ userId, roleId })
  })
  rightsChanged(panel.database)
  return roleId
}

export async function setRole(panel: TestPanel, roleId: string, permissions: readonly string[]): Promise<void> {
  await panel.database.withSystem((tx) =>
    tx
      .update(roles)
      .set({ permissions: [...permissions] })
      .where(eq(roles.id, roleId)),
  )
  rightsChanged(panel.database)
}

/** Makes somebody a member, or changes what they may. */
export async function letIn(
  panel: TestPanel,
  serverId: string,
  userId: string,
  permissions: readonly string[],
): Promise<void> {
  await panel.database.withSystem((tx) =>
    tx
      .insert(serverMembers)
      .values({ serverId, userId, permissions: [...permissions] })
      .onConflictDoUpdate({
        target: [serverMembers.serverId, serverMembers.userId],
        set: { permissions: [...permissions] },
      }),
  )
  rightsChanged(panel.database)
}
