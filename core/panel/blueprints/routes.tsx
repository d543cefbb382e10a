// The games this installation knows: gallery and one blueprint.
import { Hono } from 'hono'
import { PublicError } from '#core/base/errors.ts'
import type { Blueprint } from '#core/domain/blueprint.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { page } from '#core/panel/http/render.tsx'
import type { App, AppEnv } from '#core/panel/http/types.ts'
import { BlueprintsPage } from '#views/pages/blueprints/index.tsx'
import { BlueprintPage } from '#views/pages/blueprints/show.tsx'
import { urls } from '#views/urls.ts'

export function blueprintRoutes(context: PanelContext): App {
  return new Hono<AppEnv>()
    .get(urls.blueprints.pattern, (c) =>
      page(c, context, (shell) => <BlueprintsPage shell={shell} blueprints={context.blueprints} />),
    )
    .get(urls.blueprint.pattern, (c) => {
      const blueprint = findBlueprint(context, c.req.param('blueprintId'))
      return page(c, context, (shell) => <BlueprintPage shell={shell} blueprint={blueprint} />)
    })
}

export function findBlueprint({ blueprints }: Pick<PanelContext, 'blueprints'>, id: string): Blueprint {
  const found = blueprints.find((blueprint) => blueprint.id === id)
  if (found) return found
  throw new PublicError('blueprint-not-found', `There is no blueprint “${id}”.`, {
    status: 404,
    hint: 'It may belong to a plugin that is not running; the plugins page tells.',
  })
}
