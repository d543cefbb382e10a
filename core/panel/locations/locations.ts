// Locations: where nodes stand. Roles may be limited to them, so moving a node changes who may do what there: as much a
// giving and taking as changing those roles, and bound by the same rule.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import { oneAtATime } from '#core/db/one-at-a-time.ts'
import { differences } from '#core/panel/activity/differences.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { rightsOf } from '#core/panel/roles/roles.ts'
import type { RoleRow } from '#core/panel/roles/store.ts'
import { demand } from '#core/permissions/can.ts'
import { lackedInRole, refuseLacking } from '#core/permissions/granting.ts'
import {
  dropLocation,
  type LocationRow,
  listLocations,
  locationNameTaken,
  lockPlaces,
  moveNode,
  nodesIn,
  placeOf,
  rolesIn,
  writeLocation,
} from './store.ts'

const mostLocations = 200

export const locationInput = z.strictObject({
  name: z.string().trim().min(1, 'Give it a name.').max(60, 'At most 60 characters.'),
  description: z.string().trim().max(200, 'At most 200 characters.').default(''),
})
export type LocationInput = z.output<typeof locationInput>

export async function viewLocations(context: PanelContext, actor: Actor): Promise<LocationRow[]> {
  demand(actor, 'location.view')
  return await context.database.withSystem((tx) => listLocations(tx))
}

/** Makes one, or with an id changes it. Returns its id. */
export async function saveLocation(
  context: PanelContext,
  actor: Actor,
  input: LocationInput,
  locationId?: string,
): Promise<string> {
  demand(actor, 'location.manage')
  const id = locationId ?? randomUUID()
  await context.database.withSystem(async (tx) => {
    await oneAtATime(tx, 'locations')
    const all = await listLocations(tx)
    const before = all.find((each) => each.id === locationId)
    if (locationId !== undefined && !before) throw locationNotFound()
    if (!before && all.length >= mostLocations)
      throw new PublicError('too-many-locations', `A panel has at most ${mostLocations} locations.`, { status: 409 })
    if (await locationNameTaken(tx, input.name, locationId))
      throw new InvalidInput({ name: 'Another location has this name.' })
    await writeLocation(tx, id, input)
    await record(tx, actor, {
      action: before ? 'location.update' : 'location.create',
      subject: input.name,
      ...(before && differences(before, input)),
    })
  })
  return id
}

export async function removeLocation(context: PanelContext, actor: Actor, locationId: string): Promise<string> {
  demand(actor, 'location.manage')
  const name = await context.database.withSystem(async (tx) => {
    const [found] = await listLocations(tx, locationId)
    if (!found) throw locationNotFound()
    await lockPlaces(tx, [locationId])
    const nodeIds = await nodesIn(tx, locationId)
    for (const role of await rolesIn(tx, [locationId]))
      refuseBeyond(actor, role, nodeIds, [locationId], `${found.name} cannot be deleted by you`)
    await dropLocation(tx, locationId)
    await record(tx, actor, { action: 'location.delete', subject: found.name, meta: { nodes: found.nodes } })
    return found.name
  })
  rightsChanged(context.database)
  return name
}

/** Null: in none. */
export async function placeNode(
  context: PanelContext,
  actor: Actor,
  nodeId: string,
  locationId: string | null,
): Promise<void> {
  demand(actor, 'location.manage')
  await context.database.withSystem(async (tx) => {
    const node = await placeOf(tx, nodeId)
    if (!node) throw new PublicError('node-not-found', 'There is no node with this id.', { status: 404 })
    const place = locationId === null ? undefined : (await listLocations(tx, locationId))[0]
    if (locationId !== null && !place) throw new InvalidInput({ locationId: 'This location does not exist any more.' })
    if (node.locationId === locationId) return
    const touched = [node.locationId, locationId].filter((id) => id !== null)
    await lockPlaces(tx, touched)
    for (const role of await rolesIn(tx, touched)) {
      // One that names the node itself holds there wherever it stands.
      if (!role.nodeIds.includes(nodeId)) refuseBeyond(actor, role, [nodeId], [], `${node.name} cannot be moved by you`)
    }
    await moveNode(tx, nodeId, locationId)
    await record(tx, actor, {
      action: 'node.place',
      subject: node.name,
      meta: { nodeId, location: place?.name ?? null },
      before: { locationId: node.locationId },
      after: { locationId },
    })
  })
  rightsChanged(context.database)
  context.live.nodeChanged(nodeId)
}

/** The role would gain or lose these places. */
function refuseBeyond(
  actor: Actor,
  role: RoleRow,
  nodeIds: readonly string[],
  locationIds: readonly string[],
  what: string,
): void {
  const rights = { ...rightsOf(role), everywhere: false, nodeIds: new Set(nodeIds), locationIds: new Set(locationIds) }
  refuseLacking(lackedInRole(actor, rights), `${what}, because of the role ${role.name}`)
}

export function locationNotFound(): PublicError {
  return new PublicError('location-not-found', 'There is no location with this id.', { status: 404 })
}
