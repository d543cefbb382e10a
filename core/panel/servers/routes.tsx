// Everything of servers for browsers: the list, a server's page and its power. Making and changing servers stand beside.
import { Hono } from 'hono'
import { z } from 'zod'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import { type PowerAction, powerActions } from '#core/domain/server.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import { type FormValues, formValues, parse, queryValues } from '#core/panel/http/forms.ts'
import { ownPath } from '#core/panel/http/own-path.ts'
import { html, page, seeOther, wantsFragment } from '#core/panel/http/render.tsx'
import type { AppContext, AppEnv } from '#core/panel/http/types.ts'
import type { Shell } from '#views/models.ts'
import { type ServerFilter, ServersPage, serverFilterStates, serverSorts } from '#views/pages/servers/index.tsx'
import { ServerPage } from '#views/pages/servers/show.tsx'
import { urls } from '#views/urls.ts'
import { applyHint } from './apply-hint.ts'
import { visible } from './change.ts'
import { createRoutes } from './create-routes.tsx'
import { dashboard } from './dashboard.ts'
import { lastLines, readDetail } from './detail.ts'
import { type ListInput, readStats, show } from './list.ts'
import { power } from './power.ts'
import { PowerAnswer } from './power-answer.tsx'
import { retryInstall } from './retry-install.ts'
import { settingsRoutes } from './settings-routes.tsx'

/** More than fit on a screen; whoever has more searches. */
const mostRows = 500

// An address with nonsense in it shows the page without that filter: it is a link, not a form to correct.
const filterSchema = z.object({
  state: z.enum(serverFilterStates).catch('all'),
  q: z.string().trim().max(100).catch(''),
  sort: z.enum(serverSorts).catch('name'),
})
const powerSchema = z.object({ action: z.enum(powerActions, `Expected one of ${powerActions.join(', ')}.`) })

export function serverRoutes(context: PanelContext): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  // `/servers/new` before `/servers/:id`.
  app.route('/', createRoutes(context))

  app.get(urls.servers.pattern, async function servers(c) {
    const actor = actorOf(c)
    const filter = filterSchema.parse({ state: 'all', q: '', sort: 'name', ...queryValues(c) })
    const { servers, total, counts } = await dashboard(context, actor, { ...inputOf(filter), limit: mostRows })
    return await page(c, context, (shell) => (
      <ServersPage shell={shell} servers={servers} total={total} filter={filter} counts={counts} />
    ))
  })

  app.get(urls.server.pattern, async function server(c) {
    const { row, ...detail } = await readDetail(context, actorOf(c), c.req.param('id'))
    const { lines, moreAbove } = await lastLines(context, row)
    const { server, blueprint, install } = detail
    return await page(c, context, (shell) => (
      <ServerPage
        shell={shell}
        server={server}
        blueprint={blueprint}
        install={install}
        lines={lines}
        moreAbove={moreAbove}
      />
    ))
  })

  app.post(urls.serverPower.pattern, async function serverPower(c) {
    const { id } = await visible(context, actorOf(c), c.req.param('id'))
    const form = await formValues(c)
    // A row of the list names the action by its button, everybody else by a value: a hundred rows weigh less so.
    const named = powerActions.find((action) => action in form)
    const inList = named !== undefined
    const values = inList ? { next: urls.servers(), action: named } : form
    if (inList && !wantsFragment(c) && endsGames(named)) {
      const { name, stats } = await show(context, actorOf(c), id)
      if (stats?.players) return seeOther(c, context, urls.server({ id }), askFirst(name, stats.players))
    }
    const refused = await attempt(() => power(context, actorOf(c), { serverId: id, ...parse(powerSchema, values) }))
    if (!wantsFragment(c)) return back(c, context, id, values, refused)
    const server = await show(context, actorOf(c), id)
    return await html(c, <PowerAnswer server={server} inList={inList} refused={refused && sentenceOf(refused)} />)
  })

  app.get(urls.serverInstall.pattern, (c) => c.redirect(urls.server({ id: c.req.param('id') }), 303))
  app.post(urls.serverInstall.pattern, async function install(c) {
    const { id } = await visible(context, actorOf(c), c.req.param('id'))
    const values = await formValues(c)
    return back(c, context, id, values, await attempt(() => retryInstall(context, actorOf(c), { serverId: id })))
  })

  app.post(urls.serverHint.pattern, async function hint(c) {
    const { id } = await visible(context, actorOf(c), c.req.param('id'))
    const values = await formValues(c)
    const { hint = '' } = values
    return back(c, context, id, values, await attempt(() => applyHint(context, actorOf(c), { serverId: id, hint })))
  })

  app.get(urls.serverStats.pattern, async function stats(c) {
    const { recent } = await readStats(context, actorOf(c), c.req.param('id'))
    c.header('Cache-Control', 'no-store')
    return c.json({ stats: recent })
  })

  app.route('/', settingsRoutes(context))
  return app
}

function inputOf({ state, q, sort }: ServerFilter): Omit<ListInput, 'limit'> {
  return {
    tab: state === 'all' ? undefined : state,
    search: q === '' ? undefined : q,
    sort: sort === 'memory' ? 'usedMemory' : sort,
  }
}

const endsGames = (action: PowerAction | undefined): boolean => action === 'stop' || action === 'restart'

/** What the script of the list asks in its place. */
function askFirst(name: string, players: number): Shell['flash'] {
  const online = players === 1 ? '1 player is' : `${players} players are`
  return {
    kind: 'bad',
    text: `${online} on ${name} and would be disconnected. Nothing was done: its power is on this page.`,
  }
}

/** A refusal that the page itself can show; what is not there or not allowed has a page of its own. */
async function attempt(work: () => Promise<unknown>): Promise<PublicError | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof PublicError && error.status !== 404 && error.status !== 403) return error
    throw error
  }
}

/** To the page whose button it was, else to the server's; an address from a form never leads to another site. */
function back(
  c: AppContext,
  context: PanelContext,
  id: string,
  { next }: FormValues,
  refused: PublicError | undefined,
): Response {
  const flash = refused && { kind: 'bad' as const, text: sentenceOf(refused) }
  return seeOther(c, context, ownPath(next) ?? urls.server({ id }), flash)
}

/** Of a form with a single button nobody wants to hear that some fields need another value. */
function sentenceOf(refused: PublicError): string {
  const field = refused instanceof InvalidInput ? Object.values(refused.fields)[0] : undefined
  return [field ?? refused.message, refused.hint].filter(Boolean).join(' ')
}
