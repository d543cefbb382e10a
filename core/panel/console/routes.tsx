// The live console's socket, its history and its search.
import { upgradeWebSocket } from '@hono/node-server'
import { Hono } from 'hono'
import { z } from 'zod'
import { renewed } from '#core/auth/rights.ts'
import { messageOf, PublicError } from '#core/base/errors.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import { formValues, parse, queryValues } from '#core/panel/http/forms.ts'
import { seeOther } from '#core/panel/http/render.tsx'
import type { AppContext, AppEnv } from '#core/panel/http/types.ts'
import { visible } from '#core/panel/servers/change.ts'
import { demand } from '#core/permissions/can.ts'
import { urls } from '#views/urls.ts'
import { browserSocket, fromBrowser, type SocketEvents } from './browser-socket.ts'
import { openBucket } from './bucket.ts'
import type { From } from './channel.ts'
import type { Consoles } from './consoles.ts'
import { type ConsolePage, readHistory, searchHistory } from './history.ts'
import { sendCommand } from './send.ts'
import type { Sockets } from './sockets.ts'

const fromQuery = z.object({
  after: z.coerce.number().pipe(z.int().nonnegative()).optional(),
  tail: z.coerce.number().pipe(z.int().nonnegative().max(5000)).default(500),
})
const historyQuery = z.object({
  before: z.coerce.number().pipe(z.int().nonnegative()).default(Number.MAX_SAFE_INTEGER),
  limit: z.coerce.number().pipe(z.int().min(1).max(1000)).default(200),
})
const searchQuery = z.object({
  q: z.string().min(1, 'Type what to look for.').max(200, 'At most 200 characters.'),
  limit: z.coerce.number().pipe(z.int().min(1).max(500)).default(100),
})

export function consoleRoutes(context: PanelContext, { relay, sockets }: Consoles): Hono<AppEnv> {
  const app = new Hono<AppEnv>()

  app.get(urls.serverConsole.pattern, async function consoleSocket(c) {
    const id = c.req.param('id')
    // A link to this address, e.g. from history: the page holds the console.
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket') return c.redirect(urls.server({ id }), 303)
    const actor = actorOf(c)
    const server = await visible(context, actor, id)
    demand(actor, 'server.console', server)
    sockets.room(actor.userId)
    const { after, tail } = parse(fromQuery, queryValues(c))
    const from: From = after === undefined ? { tail } : { after }
    return await upgradeWebSocket(
      c,
      socketEvents(c, context, actor, sockets, (outlet) => relay.watch(server, from, outlet), id),
    )
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
      return seeOther(c, context, urls.server({ id }), { kind: 'bad', text: sentence(error) })
    }
    return seeOther(c, context, urls.server({ id }))
  })
  return app
}

function records(c: AppContext, page: ConsolePage): Response {
  c.header('Cache-Control', 'no-store')
  return c.json(page)
}

function socketEvents(
  c: AppContext,
  context: PanelContext,
  actor: Actor,
  sockets: Sockets,
  watch: (outlet: ReturnType<typeof browserSocket>) => Disposable,
  serverId: string,
): SocketEvents {
  const life = new DisposableStack()
  const bucket = openBucket({ size: 30, perSecond: 5, now: context.now })
  let outlet: ReturnType<typeof browserSocket> | undefined
  // One after the other, in the order they were typed.
  let sending = Promise.resolve()
  return {
    onOpen: (_event, socket) => {
      outlet = browserSocket(socket)
      life.use(sockets.add({ actor, sessionId: c.get('sessionId'), topic: { kind: 'server', id: serverId } }, outlet))
      try {
        life.use(watch(outlet))
      } catch (error) {
        outlet.tell({ error: messageOf(error) })
        outlet.close(1013, 'too many')
      }
    },
    onMessage: ({ data }) => {
      if (!bucket.take()) return outlet?.tell({ error: 'Too many commands at once. Wait a moment.' })
      const message = parseMessage(data)
      if (!message) return outlet?.close(4000, 'not a command')
      sending = sending.then(async () => {
        try {
          // The socket may have been open for hours: what its person may now counts.
          const now = await renewed(context.database, actor)
          if (!now) return outlet?.close(4403, 'signed out')
          await sendCommand(context, now, { serverId, command: message.input })
        } catch (error) {
          outlet?.tell({ error: refusal(c, error) })
        }
      })
    },
    onClose: () => life.dispose(),
    onError: () => life.dispose(),
  }
}

function parseMessage(data: unknown): z.output<typeof fromBrowser> | undefined {
  if (typeof data !== 'string') return undefined
  try {
    return fromBrowser.safeParse(JSON.parse(data)).data
  } catch {
    return undefined
  }
}

function refusal(c: AppContext, error: unknown): string {
  if (error instanceof PublicError) return sentence(error)
  c.get('log').error('a command could not be sent', { error })
  return `The command was not sent. Reference ${c.get('requestId')}.`
}

function sentence(error: PublicError): string {
  const [field] = Object.values((error.details['fields'] ?? {}) as Record<string, string>)
  return field ?? error.message
}
