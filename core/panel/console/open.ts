// Opens a console's socket: for a page of a browser by its session, for a program by its API key.
import { upgradeWebSocket } from '@hono/node-server'
import { z } from 'zod'
import { messageOf, PublicError } from '#core/base/errors.ts'
import { refusalsOf } from '#core/panel/activity/refusals.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import type { AppContext } from '#core/panel/http/types.ts'
import { visible } from '#core/panel/servers/change.ts'
import { demand } from '#core/permissions/can.ts'
import { browserSocket, fromBrowser, type SocketEvents } from './browser-socket.ts'
import { openBucket } from './bucket.ts'
import type { From } from './channel.ts'
import type { Consoles } from './consoles.ts'
import { commandRefused } from './refused.ts'
import { sendCommand } from './send.ts'
import type { Sockets } from './sockets.ts'

/** The query that says which lines come first. */
export const consoleStart = z.object({
  after: z.coerce
    .number()
    .pipe(z.int().nonnegative())
    .optional()
    .meta({ description: 'Number of the last line one has, on a reconnect.' }),
  tail: z.coerce
    .number()
    .pipe(z.int().nonnegative().max(5000))
    .default(500)
    .meta({ description: 'How many of the last lines come first.' }),
})

export const wantsSocket = (c: AppContext): boolean => c.req.header('upgrade')?.toLowerCase() === 'websocket'

/** Throws before the upgrade, so that a refusal is a plain answer. */
export async function openConsole(
  c: AppContext,
  context: PanelContext,
  { relay, sockets }: Consoles,
  { serverId, after, tail }: z.output<typeof consoleStart> & { readonly serverId: string },
): Promise<Response> {
  const actor = actorOf(c)
  const server = await visible(context, actor, serverId)
  demand(actor, 'server.console', server)
  if (!wantsSocket(c)) throw upgradeRequired()
  sockets.room(actor.userId)
  const from: From = after === undefined ? { tail } : { after }
  return await upgradeWebSocket(
    c,
    socketEvents(c, context, actor, sockets, (outlet) => relay.watch(server, from, outlet), serverId),
  )
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
      life.use(
        sockets.add(
          { actor, sessionId: c.get('sessionId'), keyId: c.get('keyId'), topic: { kind: 'server', id: serverId } },
          outlet,
        ),
      )
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
          await sendCommand(context, actor, { serverId, command: message.input, rightsAnew: true })
        } catch (error) {
          if (error instanceof PublicError && error.code === 'signed-out') return outlet?.close(4403, 'signed out')
          if (error instanceof PublicError)
            await refusalsOf(context)({ actor, method: 'SOCKET', path: c.req.path, error })
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
  if (error instanceof PublicError) return commandRefused(error)
  c.get('log').error('a command could not be sent', { error })
  return `The command was not sent. Reference ${c.get('requestId')}.`
}

function upgradeRequired(): PublicError {
  return new PublicError('upgrade-required', 'This address is for WebSockets.', {
    status: 426,
    hint: 'Dial it with ws:// or wss://, or read single pages of lines without “/live”.',
  })
}
