// The live console's socket for pages, its history and its search.
import { Hono } from 'hono'
import { z } from 'zod'
import { PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import { formValues, parse, queryValues } from '#core/panel/http/forms.ts'
import { seeOther } from '#core/panel/http/render.tsx'
import type { AppContext, AppEnv } from '#core/panel/http/types.ts'
import { urls } from '#views/urls.ts'
import type { Consoles } from './consoles.ts'
import { type ConsolePage, readHistory, searchHistory } from './history.ts'
import { consoleStart, openConsole, wantsSocket } from './open.ts'
import { commandRefused } from './refused.ts'
import { sendCommand } from './send.ts'

const historyQuery = z.object({
  before: z.coerce.number().pipe(z.int().nonnegative()).default(Number.MAX_SAFE_INTEGER),
  limit: z.coerce.number().pipe(z.int().min(1).max(1000)).default(200),
})
const searchQuery = z.object({
  q: z.string().min(1, 'Type what to look for.').max(200, 'At most 200 characters.'),
  limit: z.coerce.number().pipe(z.int().min(1).max(500)).default(100),
})

export function consoleRoutes(context: PanelContext, consoles: Consoles): Hono<AppEnv> {
  const app = new Hono<AppEnv>()

  app.get(urls.serverConsole.pattern, async function consoleSocket(c) {
    const id = c.req.param('id')
    // A link to this address, e.g. from history: the page holds the console.
    if (!wantsSocket(c)) return c.redirect(urls.server({ id }), 303)
    return await openConsole(c, context, consoles, { serverId: id, ...parse(consoleStart, queryValues(c)) })
  })

  app.get(urls.serverHistory.pattern, async function consoleHistory(c) {
    const input = parse(historyQuery, queryValues(c))
    return records(c, await readHistory(context, actorOf(c), { serverId: c.req.param('id'), ...input }))
  })

  app.get(urls.serverSearch.pattern, async function consoleSearch(c) {
    const { q, limit } = parse(searchQuery, queryValues(c))
    return records(c, await searchHistory(context, actorOf(c), { serverId: c.req.param('id'), query: q, limit }))
  })

  app.post(urls.serverCommand.pattern, async function command(c) {
    const id = c.req.param('id')
    const { command = '' } = await formValues(c)
    try {
      await sendCommand(context, actorOf(c), { serverId: id, command })
    } catch (error) {
      // The page without JavaScript has no place of its own for this sentence.
      if (!(error instanceof PublicError) || error.status === 404 || error.status === 403) throw error
      return seeOther(c, context, urls.server({ id }), { kind: 'bad', text: commandRefused(error) })
    }
    return seeOther(c, context, urls.server({ id }))
  })
  return app
}

function records(c: AppContext, page: ConsolePage): Response {
  c.header('Cache-Control', 'no-store')
  return c.json(page)
}
