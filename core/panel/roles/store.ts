// Roles in the database, where they hold, and who has them. Written as the system, after the use case has asked.
import { and, asc, count, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { roleLocations, roleNodes, roles, userRoles } from '#core/db/schema/access.ts'
import { users } from '#core/db/schema/accounts.ts'
import { locations, nodes } from '#core/db/schema/nodes.ts'

export interface RoleRow {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly preset: string | null
  readonly permissions: readonly string[]
  readonly limited: boolean
  readonly nodeIds: readonly string[]
  readonly locationIds: readonly string[]
  /** Those of `nodeIds`, and those in the locations today. */
  readonly reachedNodeIds: readonly string[]
  readonly people: number
}

export interface RoleValues {
  readonly name: string
  readonly description: string
  readonly permissions: readonly string[]
  readonly limited: boolean
  readonly nodeIds: readonly string[]
  readonly locationIds: readonly string[]
}

/** Presets first, in their order, then by name. */
export async function listRoles(tx: Transaction, ids?: readonly string[]): Promise<RoleRow[]> {
  const rows = await tx
    .select({
      id: roles.id,
      name: roles.name,
      description: roles.description,
      preset: roles.preset,
      permissions: roles.permissions,
      limited: roles.limited,
    })
    .from(roles)
    .where(ids === undefined ? undefined : inArray(roles.id, [...ids]))
    .orderBy(
      sql`${roles.preset} is null`,
      sql`case when ${roles.preset} is null then null else ${roles.id} end`,
      asc(roles.name),
    )
  const found = rows.map(({ id }) => id)
  if (found.length === 0) return []
  const onNodes = await tx.select().from(roleNodes).where(inArray(roleNodes.roleId, found))
  const inLocations = await tx.select().from(roleLocations).where(inArray(roleLocations.roleId, found))
  const placed = await tx
    .select({ id: nodes.id, locationId: nodes.locationId })
    .from(nodes)
    .where(inArray(nodes.locationId, [...new Set(inLocations.map(({ locationId }) => locationId)), none]))
  const people = await tx
    .select({ roleId: userRoles.roleId, n: count() })
    .from(userRoles)
    .where(inArray(userRoles.roleId, found))
    .groupBy(userRoles.roleId)
  return rows.map((row) => {
    const nodeIds = onNodes.filter(({ roleId }) => roleId === row.id).map(({ nodeId }) => nodeId)
    const locationIds = inLocations.filter(({ roleId }) => roleId === row.id).map(({ locationId }) => locationId)
    const inside = placed.filter(({ locationId }) => locationId !== null && locationIds.includes(locationId))
    return {
      ...row,
      nodeIds,
      locationIds,
      reachedNodeIds: [...new Set([...nodeIds, ...inside.map(({ id }) => id)])],
      people: people.find(({ roleId }) => roleId === row.id)?.n ?? 0,
    }
  })
}
const none = '00000000-0000-0000-0000-000000000000'

/** Locked until the transaction ends. */
export async function lockRole(tx: Transaction, id: string): Promise<RoleRow | undefined> {
  await tx.select({ id: roles.id }).from(roles).where(eq(roles.id, id)).for('update')
  const [row] = await listRoles(tx, [id])
  return row
}

export async function roleNameTaken(tx: Transaction, name: string, exceptId?: string): Promise<boolean> {
  const [row] = await tx
    .select({ id: roles.id })
    .from(roles)
    .where(and(sql`lower(${roles.name}) = lower(${name})`, exceptId === undefined ? undefined : ne(roles.id, exceptId)))
  return row !== undefined
}

export async function countRoles(tx: Transaction): Promise<number> {
  const [row] = await tx.select({ n: count() }).from(roles)
  return row?.n ?? 0
}

export async function writeRole(tx: Transaction, id: string, values: RoleValues): Promise<void> {
  const { nodeIds, locationIds, permissions, ...plain } = values
  const row = { ...plain, permissions: [...permissions] }
  await tx
    .insert(roles)
    .values({ id, ...row })
    .onConflictDoUpdate({ target: roles.id, set: row })
  await tx.delete(roleNodes).where(eq(roleNodes.roleId, id))
  await tx.delete(roleLocations).where(eq(roleLocations.roleId, id))
  if (nodeIds.length > 0) await tx.insert(roleNodes).values(nodeIds.map((nodeId) => ({ roleId: id, nodeId })))
  if (locationIds.length > 0) {
    await tx.insert(roleLocations).values(locationIds.map((locationId) => ({ roleId: id, locationId })))
  }
}

export async function dropRole(tx: Transaction, id: string): Promise<void> {
  await tx.delete(roles).where(eq(roles.id, id))
}

export interface Place {
  readonly id: string
  readonly name: string
}

/** What a role can be limited to. */
export async function listPlaces(tx: Transaction): Promise<{ nodes: Place[]; locations: Place[] }> {
  return {
    nodes: await tx.select({ id: nodes.id, name: nodes.name }).from(nodes).orderBy(asc(nodes.name)),
    locations: await tx.select({ id: locations.id, name: locations.name }).from(locations).orderBy(asc(locations.name)),
  }
}

export interface HolderRow {
  readonly userId: string
  readonly name: string
  readonly email: string
  /** Given by this auth provider's mapping. */
  readonly provider: string | null
}

export async function holdersOf(tx: Transaction, roleId: string, limit: number): Promise<HolderRow[]> {
  return await tx
    .select({ userId: users.id, name: users.name, email: users.email, provider: userRoles.provider })
    .from(userRoles)
    .innerJoin(users, eq(users.id, userRoles.userId))
    .where(eq(userRoles.roleId, roleId))
    .orderBy(asc(users.name), asc(users.id))
    .limit(limit)
}

export interface GivenRole {
  readonly roleId: string
  readonly provider: string | null
}

export async function rolesOf(tx: Transaction, userId: string): Promise<GivenRole[]> {
  return await tx
    .select({ roleId: userRoles.roleId, provider: userRoles.provider })
    .from(userRoles)
    .where(eq(userRoles.userId, userId))
}

export async function giveRole(tx: Transaction, userId: string, roleId: string, grantedBy: string): Promise<void> {
  await tx.insert(userRoles).values({ userId, roleId, grantedBy }).onConflictDoNothing()
}

export async function takeRole(tx: Transaction, userId: string, roleId: string): Promise<void> {
  await tx.delete(userRoles).where(and(eq(userRoles.userId, userId), eq(userRoles.roleId, roleId)))
}

/** By id, or by the whole e-mail address. Locked, so that two changes come one after the other. */
export async function lockUser(
  tx: Transaction,
  which: { readonly id: string } | { readonly email: string },
): Promise<{ readonly id: string; readonly name: string } | undefined> {
  const [row] = await tx
    .select({ id: users.id, name: users.name })
    .from(users)
    .where('id' in which ? eq(users.id, which.id) : sql`lower(${users.email}) = lower(${which.email})`)
    .for('update')
  return row
}
