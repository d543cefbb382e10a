// Locations in the database.
import { and, asc, count, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { roleLocations } from '#core/db/schema/access.ts'
import { locations, nodes } from '#core/db/schema/nodes.ts'
import { listRoles, type RoleRow } from '#core/panel/roles/store.ts'

export interface LocationRow {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly nodes: number
}

export async function listLocations(tx: Transaction, id?: string): Promise<LocationRow[]> {
  return await tx
    .select({
      id: locations.id,
      name: locations.name,
      description: locations.description,
      nodes: count(nodes.id),
    })
    .from(locations)
    .leftJoin(nodes, eq(nodes.locationId, locations.id))
    .where(id === undefined ? undefined : eq(locations.id, id))
    .groupBy(locations.id)
    .orderBy(asc(locations.name))
}

export async function locationNameTaken(tx: Transaction, name: string, exceptId?: string): Promise<boolean> {
  const [row] = await tx
    .select({ id: locations.id })
    .from(locations)
    .where(
      and(
        sql`lower(${locations.name}) = lower(${name})`,
        exceptId === undefined ? undefined : ne(locations.id, exceptId),
      ),
    )
  return row !== undefined
}

export async function writeLocation(
  tx: Transaction,
  id: string,
  values: { readonly name: string; readonly description: string },
): Promise<void> {
  await tx
    .insert(locations)
    .values({ id, ...values })
    .onConflictDoUpdate({ target: locations.id, set: values })
}

/** Its nodes are in none from then on. */
export async function dropLocation(tx: Transaction, id: string): Promise<void> {
  await tx.delete(locations).where(eq(locations.id, id))
}

export async function moveNode(tx: Transaction, nodeId: string, locationId: string | null): Promise<void> {
  await tx.update(nodes).set({ locationId }).where(eq(nodes.id, nodeId))
}

export async function placeOf(
  tx: Transaction,
  nodeId: string,
): Promise<{ readonly name: string; readonly locationId: string | null } | undefined> {
  const [row] = await tx
    .select({ name: nodes.name, locationId: nodes.locationId })
    .from(nodes)
    .where(eq(nodes.id, nodeId))
    .for('update')
  return row
}

/**
 * Locked until the transaction ends: no role is limited to them meanwhile. In one order, so that two moves do not wait in
 * a circle.
 */
export async function lockPlaces(tx: Transaction, ids: readonly string[]): Promise<void> {
  await tx
    .select({ id: locations.id })
    .from(locations)
    .where(inArray(locations.id, [...ids]))
    .orderBy(asc(locations.id))
    .for('update')
}

export async function nodesIn(tx: Transaction, locationId: string): Promise<string[]> {
  const rows = await tx.select({ id: nodes.id }).from(nodes).where(eq(nodes.locationId, locationId))
  return rows.map(({ id }) => id)
}

/** Those that are limited to one of these locations. */
export async function rolesIn(tx: Transaction, locationIds: readonly string[]): Promise<RoleRow[]> {
  const rows = await tx
    .selectDistinct({ id: roleLocations.roleId })
    .from(roleLocations)
    .where(inArray(roleLocations.locationId, [...locationIds]))
  return await listRoles(
    tx,
    rows.map(({ id }) => id),
  )
}
