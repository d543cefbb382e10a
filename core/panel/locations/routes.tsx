// Locations for browsers.
import { Hono } from 'hono'
import { InvalidInput } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import { formValues, parse } from '#core/panel/http/forms.ts'
import { idParam } from '#core/panel/http/params.ts'
import { page, seeOther } from '#core/panel/http/render.tsx'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import { nodeNotFound } from '#core/panel/nodes/settings.ts'
import { listNodes } from '#core/panel/nodes/store.ts'
import type { FieldErrors } from '#views/models.ts'
import { LocationsPage } from '#views/pages/locations.tsx'
import { urls } from '#views/urls.ts'
import { locationInput, locationNotFound, placeNode, removeLocation, saveLocation } from './locations.ts'
import { listLocations } from './store.ts'

export function locationRoutes(context: PanelContext): App {
  async function show(c: AppContext, typed: { name: string; description: string }, errors: FieldErrors) {
    const { locations, nodes } = await context.database.withSystem(async (tx) => ({
      locations: await listLocations(tx),
      nodes: await listNodes(tx),
    }))
    return await page(
      c,
      context,
      (shell) => (
        <LocationsPage
          shell={shell}
          locations={locations}
          nodes={nodes.map(({ id, name, locationId }) => ({ id, name, locationId: locationId ?? undefined }))}
          typed={typed}
          errors={errors}
        />
      ),
      Object.keys(errors).length > 0 ? 422 : 200,
    )
  }

  async function save(c: AppContext, locationId: string | undefined): Promise<Response> {
    const { name = '', description = '', action } = await formValues(c)
    if (locationId !== undefined && action === 'delete') {
      const gone = await removeLocation(context, actorOf(c), locationId)
      return seeOther(c, context, urls.locations(), { kind: 'ok', text: `${gone} was deleted. Its nodes stay.` })
    }
    try {
      await saveLocation(context, actorOf(c), parse(locationInput, { name, description }), locationId)
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error
      if (locationId === undefined) return await show(c, { name, description }, error.fields)
      const text = Object.values(error.fields)[0] ?? error.message
      return seeOther(c, context, urls.locations(), { kind: 'bad', text })
    }
    return seeOther(c, context, urls.locations(), { kind: 'ok', text: `${name.trim()} was saved.` })
  }

  return new Hono<AppEnv>()
    .get(urls.locations.pattern, (c) => show(c, { name: '', description: '' }, {}))
    .post(urls.locations.pattern, (c) => save(c, undefined))
    .post(urls.location.pattern, (c) => save(c, idParam(c, 'locationId', locationNotFound)))
    .post(urls.nodePlace.pattern, async function place(c) {
      const nodeId = idParam(c, 'nodeId', nodeNotFound)
      const { locationId = '' } = await formValues(c)
      await placeNode(context, actorOf(c), nodeId, locationId === '' ? null : locationId)
      return seeOther(c, context, urls.locations(), { kind: 'ok', text: 'The node was placed.' })
    })
}
