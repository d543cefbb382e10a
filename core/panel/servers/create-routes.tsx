// Creating a server in a browser: gallery, form, review, done. Each is a page, so Back works and no script is needed.
import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { Blueprint } from '#core/domain/blueprint.ts'
import { findBlueprint } from '#core/panel/blueprints/routes.tsx'
import type { PanelContext } from '#core/panel/context.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import { formValues, queryValues } from '#core/panel/http/forms.ts'
import { page, seeOther } from '#core/panel/http/render.tsx'
import type { AppContext, AppEnv } from '#core/panel/http/types.ts'
import { viewNodes } from '#core/panel/nodes/view.ts'
import type { DraftView, FieldErrors } from '#views/models.ts'
import { ConfigureServerPage } from '#views/pages/servers/configure.tsx'
import { NewServerPage } from '#views/pages/servers/new.tsx'
import { ReviewServerPage } from '#views/pages/servers/review.tsx'
import { urls } from '#views/urls.ts'
import { type Created, createServer, previewServer } from './create.ts'
import { draftFrom, emptyDraft, typedDraft } from './draft-form.ts'
import { openOnce } from './once.ts'
import { pickNodes } from './picks.ts'

export function createRoutes(context: PanelContext): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  const once = openOnce<Created>(context.now)

  app.get(urls.newServer.pattern, async function gallery(c) {
    const { q = '', tag, blueprint } = queryValues(c)
    if (blueprint !== undefined) return c.redirect(urls.configureServer({ blueprintId: blueprint }), 303)
    return await page(c, context, (shell) => (
      <NewServerPage shell={shell} blueprints={context.blueprints} q={q.slice(0, 100)} tag={tag} />
    ))
  })

  app.get(urls.configureServer.pattern, async function configure(c) {
    const blueprint = findBlueprint(context, c.req.param('blueprintId'))
    return await form(c, context, blueprint, emptyDraft(blueprint, ''), {})
  })

  // Back from the review, with everything that was typed.
  app.post(urls.configureServer.pattern, async function configureAgain(c) {
    const blueprint = findBlueprint(context, c.req.param('blueprintId'))
    return await form(c, context, blueprint, typedDraft(blueprint, await formValues(c)), {})
  })

  app.get(urls.reviewServer.pattern, (c) =>
    c.redirect(urls.configureServer({ blueprintId: c.req.param('blueprintId') }), 303),
  )
  app.post(urls.reviewServer.pattern, async function review(c) {
    const blueprint = findBlueprint(context, c.req.param('blueprintId'))
    const draft = typedDraft(blueprint, await formValues(c))
    return await orForm(c, context, blueprint, draft, async () => {
      const { plan, nodeId } = await previewServer(context, actorOf(c), draftFrom(blueprint, draft))
      const node = (await viewNodes(context, actorOf(c), 'server.create')).find(({ id }) => id === nodeId)
      if (!node) throw new InvalidInput({ nodeId: 'Choose a node.' })
      return await page(c, context, (shell) => (
        <ReviewServerPage
          shell={shell}
          blueprint={blueprint}
          draft={{ ...draft, nodeId }}
          node={node}
          plan={plan}
          once={randomUUID()}
        />
      ))
    })
  })

  app.post(urls.servers.pattern, async function create(c) {
    const values = await formValues(c)
    const blueprint = findBlueprint(context, values['blueprintId'] ?? '')
    const draft = typedDraft(blueprint, values)
    return await orForm(c, context, blueprint, draft, async () => {
      const actor = actorOf(c)
      const key = values['once'] ? `${actor.userId} ${values['once'].slice(0, 60)}` : undefined
      const { server, warnings } = await once(key, () => createServer(context, actor, draftFrom(blueprint, draft)))
      const text = [`${server.name} is being installed.`, ...warnings].join(' ')
      return seeOther(c, context, urls.server(server), { kind: 'ok', text })
    })
  })
  return app
}

/** What is wrong comes back in the form, with everything that was typed. */
async function orForm(
  c: AppContext,
  context: PanelContext,
  blueprint: Blueprint,
  draft: DraftView,
  work: () => Promise<Response>,
): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof InvalidInput) return await form(c, context, blueprint, draft, error.fields)
    // A plugin refused: its sentence belongs to the form too.
    if (error instanceof PublicError && error.status !== 403 && error.status < 500) {
      return await form(c, context, blueprint, draft, { '': error.message })
    }
    throw error
  }
}

async function form(
  c: AppContext,
  context: PanelContext,
  blueprint: Blueprint,
  typed: DraftView,
  errors: FieldErrors,
): Promise<Response> {
  const nodes = pickNodes(blueprint, typed, await viewNodes(context, actorOf(c), 'server.create'))
  const nodeId =
    typed.nodeId === '' ? ((nodes.find(({ best }) => best) ?? nodes.find(({ fits }) => fits))?.id ?? '') : typed.nodeId
  return await page(
    c,
    context,
    (shell) => (
      <ConfigureServerPage
        shell={shell}
        blueprint={blueprint}
        draft={{ ...typed, nodeId }}
        nodes={nodes}
        errors={errors}
      />
    ),
    Object.keys(errors).length > 0 ? 422 : 200,
  )
}
