// Roles: what there is, making, changing and deleting them. Nobody makes or changes one that holds more than they do.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { Transaction } from '#core/db/database.ts'
import { oneAtATime } from '#core/db/one-at-a-time.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { demand } from '#core/permissions/can.ts'
import { describe, isPermission, permissionNames } from '#core/permissions/catalogue.ts'
import { lackedInRole, refuseLacking } from '#core/permissions/granting.ts'
import { covered, isGrant, tidy } from '#core/permissions/grants.ts'
import type { RoleRights } from '#core/permissions/rights.ts'
import {
  countRoles,
  dropRole,
  listPlaces,
  listRoles,
  lockRole,
  type Place,
  type RoleRow,
  type RoleValues,
  roleNameTaken,
  writeRole,
} from './store.ts'

/** A form holds them all; far more than anybody keeps apart. */
const mostRoles = 100

export const roleInput = z.strictObject({
  name: z.string().trim().min(1, 'Give it a name.').max(60, 'At most 60 characters.'),
  description: z.string().trim().max(200, 'At most 200 characters.').default(''),
  permissions: z.array(z.string().max(100)).max(300).default([]),
  limited: z.boolean().default(false).meta({ description: 'True: only on `nodeIds` and in `locationIds`.' }),
  nodeIds: z.array(z.uuid()).max(500).default([]),
  locationIds: z.array(z.uuid()).max(500).default([]),
})
export type RoleInput = z.output<typeof roleInput>

export async function viewRoles(context: PanelContext, actor: Actor): Promise<RoleRow[]> {
  demand(actor, 'role.view')
  return await context.database.withSystem((tx) => listRoles(tx))
}

export async function viewRole(
  context: PanelContext,
  actor: Actor,
  roleId: string,
): Promise<RoleRow & { readonly places: { nodes: Place[]; locations: Place[] } }> {
  demand(actor, ['role.view', 'role.manage'])
  return await context.database.withSystem(async (tx) => {
    const [role] = await listRoles(tx, [roleId])
    if (!role) throw roleNotFound()
    return { ...role, places: await listPlaces(tx) }
  })
}

/** Returns its id. */
export async function createRole(context: PanelContext, actor: Actor, input: RoleInput): Promise<string> {
  demand(actor, 'role.manage')
  const id = randomUUID()
  await context.database.withSystem(async (tx) => {
    await oneAtATime(tx, 'roles')
    if ((await countRoles(tx)) >= mostRoles) {
      throw new PublicError('too-many-roles', `A panel has at most ${mostRoles} roles.`, { status: 409 })
    }
    const values = await checked(tx, input)
    await writeRole(tx, id, values)
    // Read back: with the nodes that its locations hold.
    const made = await lockRole(tx, id)
    if (made) refuseLacking(lackedInRole(actor, rightsOf(made)), 'This role cannot be made by you')
    await record(tx, actor, { action: 'role.create', subject: values.name, after: { ...values } })
  })
  return id
}

/** Every field may be left out. */
export async function changeRole(
  context: PanelContext,
  actor: Actor,
  roleId: string,
  change: Partial<RoleInput>,
): Promise<void> {
  demand(actor, 'role.manage')
  await context.database.withSystem(async (tx) => {
    const before = await own(tx, roleId)
    refuseLacking(lackedInRole(actor, rightsOf(before)), `${before.name} cannot be changed by you`)
    const { name, description, permissions, limited, nodeIds, locationIds } = before
    const values = await checked(
      tx,
      {
        name,
        description,
        limited,
        permissions: [...permissions],
        nodeIds: [...nodeIds],
        locationIds: [...locationIds],
        ...change,
      },
      roleId,
    )
    await writeRole(tx, roleId, values)
    const after = await lockRole(tx, roleId)
    if (after) refuseLacking(lackedInRole(actor, rightsOf(after)), `${before.name} cannot be changed by you`)
    const stored = { name, description, permissions, limited, nodeIds, locationIds }
    await record(tx, actor, { action: 'role.update', subject: values.name, before: stored, after: { ...values } })
  })
  rightsChanged(context.database)
}

/** Whoever has it loses it. */
export async function removeRole(context: PanelContext, actor: Actor, roleId: string): Promise<string> {
  demand(actor, 'role.manage')
  const name = await context.database.withSystem(async (tx) => {
    const role = await own(tx, roleId)
    refuseLacking(lackedInRole(actor, rightsOf(role)), `${role.name} cannot be deleted by you`)
    await dropRole(tx, roleId)
    const { permissions, people } = role
    await record(tx, actor, { action: 'role.delete', subject: role.name, meta: { people }, before: { permissions } })
    return role.name
  })
  rightsChanged(context.database)
  return name
}

async function own(tx: Transaction, roleId: string): Promise<RoleRow> {
  const role = await lockRole(tx, roleId)
  if (!role) throw roleNotFound()
  if (role.preset !== null) {
    throw new PublicError('role-fixed', `${role.name} comes with Stellar and stays as it is.`, {
      status: 409,
      hint: 'Copy it and change the copy.',
    })
  }
  return role
}

async function checked(tx: Transaction, input: RoleInput, id?: string): Promise<RoleValues> {
  const { name, limited, permissions } = input
  if (await roleNameTaken(tx, name, id)) throw new InvalidInput({ name: 'Another role has this name.' })
  for (const grant of permissions) {
    if (!isGrant(grant)) throw new InvalidInput({ permissions: `“${grant}” is no permission.` })
    if (isPermission(grant) && describe(grant).reach === 'self')
      throw new InvalidInput({ permissions: `Everybody may ${describe(grant).words}; no role has to say so.` })
    if (limited && isPermission(grant) && describe(grant).reach === 'panel')
      throw new InvalidInput({
        permissions: `A limited role is about servers and nodes: it cannot allow to ${describe(grant).words}.`,
      })
  }
  const places = await listPlaces(tx)
  const unknown = (ids: readonly string[], all: readonly Place[]) =>
    ids.some((each) => !all.some(({ id }) => id === each))
  const nodeIds = limited ? [...new Set(input.nodeIds)] : []
  const locationIds = limited ? [...new Set(input.locationIds)] : []
  if (unknown(nodeIds, places.nodes)) throw new InvalidInput({ nodeIds: 'One of the nodes does not exist any more.' })
  if (unknown(locationIds, places.locations))
    throw new InvalidInput({ locationIds: 'One of the locations does not exist any more.' })
  if (limited && nodeIds.length + locationIds.length === 0)
    throw new InvalidInput({ nodeIds: 'Choose nodes or locations, or let it hold everywhere.' })
  // Whoever may do something to servers sees them.
  const servers = permissionNames.some((each) => describe(each).reach === 'server' && covered(permissions, each))
  return { ...input, nodeIds, locationIds, permissions: tidy(servers ? [...permissions, 'server.view'] : permissions) }
}

export function rightsOf({ permissions, limited, reachedNodeIds, locationIds }: RoleRow): RoleRights {
  return {
    grants: permissions,
    everywhere: !limited,
    nodeIds: new Set(reachedNodeIds),
    locationIds: new Set(locationIds),
  }
}

export function roleNotFound(): PublicError {
  return new PublicError('role-not-found', 'There is no role with this id.', { status: 404 })
}
