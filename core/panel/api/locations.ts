// Locations, and the nodes in them, in the API.
import { z } from 'zod'
import {
  type LocationInput,
  locationInput,
  locationNotFound,
  placeNode,
  removeLocation,
  saveLocation,
  viewLocations,
} from '#core/panel/locations/locations.ts'
import { onePage, pageOf, pageQuery } from './pages.ts'
import { noContent, route } from './route.ts'

const location = z
  .object({ id: z.uuid(), name: z.string(), description: z.string(), nodes: z.int() })
  .meta({ id: 'Location' })

const beyond = { 403: ['forbidden', 'beyond-own-rights'] } as const

export const locationApi = [
  route({
    method: 'get',
    path: '/locations',
    id: 'listLocations',
    tag: 'Access',
    summary: 'All locations, by name; in one page.',
    permission: 'location.view',
    query: z.object(pageQuery),
    response: pageOf(location),
    handle: async ({ context, actor, query: { cursor } }) =>
      onePage(
        (await viewLocations(context, actor)).map((row) => ({ ...row })),
        cursor,
      ),
  }),
  route({
    method: 'post',
    path: '/locations',
    id: 'createLocation',
    tag: 'Access',
    summary: 'Makes a location.',
    permission: 'location.manage',
    body: locationInput,
    status: 201,
    response: z.object({ id: z.uuid() }),
    problems: { 409: ['too-many-locations'], 422: ['invalid-input'] },
    handle: async ({ context, actor, body }) => ({ id: await saveLocation(context, actor, body) }),
  }),
  route({
    method: 'patch',
    path: '/locations/:locationId',
    id: 'updateLocation',
    tag: 'Access',
    summary: 'Changes a location.',
    permission: 'location.manage',
    params: z.object({ locationId: z.string().max(60) }),
    body: locationInput,
    status: 204,
    response: noContent,
    problems: { 404: ['location-not-found'], 422: ['invalid-input'] },
    handle: async ({ context, actor, params, body }) => {
      await saveLocation(context, actor, body satisfies LocationInput, locationIdOf(params.locationId))
      return undefined
    },
  }),
  route({
    method: 'delete',
    path: '/locations/:locationId',
    id: 'deleteLocation',
    tag: 'Access',
    summary: 'Deletes a location; its nodes stay, in none.',
    permission: 'location.manage',
    params: z.object({ locationId: z.string().max(60) }),
    status: 204,
    response: noContent,
    problems: { ...beyond, 404: ['location-not-found'] },
    handle: async ({ context, actor, params }) => {
      await removeLocation(context, actor, locationIdOf(params.locationId))
      return undefined
    },
  }),
  route({
    method: 'patch',
    path: '/nodes/:nodeId/location',
    id: 'placeNode',
    tag: 'Nodes',
    summary: 'Says where a node stands; null: nowhere.',
    permission: 'location.manage',
    params: z.object({ nodeId: z.uuid() }),
    body: z.strictObject({ locationId: z.uuid().nullable() }),
    status: 204,
    response: noContent,
    problems: { ...beyond, 404: ['node-not-found'], 422: ['invalid-input'] },
    handle: async ({ context, actor, params, body }) => {
      await placeNode(context, actor, params.nodeId, body.locationId)
      return undefined
    },
  }),
]

function locationIdOf(text: string): string {
  if (!z.uuid().safeParse(text).success) throw locationNotFound()
  return text
}
