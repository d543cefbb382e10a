// The console of a server in the API: its lines, one more of them, and all as they come.
import { z } from 'zod'
import { readHistory, searchHistory } from '#core/panel/console/history.ts'
import { consoleStart, openConsole } from '#core/panel/console/open.ts'
import { sendCommand } from '#core/panel/console/send.ts'
import { consoleToken } from '#core/panel/console/token.ts'
import { noContent, route, socket } from './route.ts'

const params = z.object({ id: z.string().max(60) })
const tag = 'Servers'
const notFound = { 404: ['server-not-found'] } as const
const records = z.object({
  text: z.string().meta({
    description:
      'One record a line: `<number> <milliseconds> <kind><text>`; kinds: o output, e error output, i command (`<who>\\t<command>`), s sentence of the panel, g count of missing lines.',
  }),
  more: z.boolean(),
})

export const consoleApi = [
  route({
    method: 'post',
    path: '/servers/:id/console',
    id: 'sendCommand',
    tag,
    summary: 'Sends one line to the game’s console.',
    permission: 'server.console.send',
    params,
    body: z.strictObject({ command: z.string().max(4000) }),
    status: 204,
    response: noContent,
    problems: {
      ...notFound,
      409: ['no-console-input', 'server-suspended'],
      422: ['invalid-input'],
      503: ['node-unreachable'],
      504: ['node-timeout'],
    },
    handle: async ({ context, actor, params, body }) => {
      await sendCommand(context, actor, { serverId: params.id, command: body.command })
      return undefined
    },
  }),
  route({
    method: 'get',
    path: '/servers/:id/console',
    id: 'readConsole',
    tag,
    summary: 'Lines of the console: the last ones, or those before a number; oldest first.',
    permission: 'server.console',
    params,
    query: z.object({
      before: z.coerce.number().pipe(z.int().nonnegative()).default(Number.MAX_SAFE_INTEGER),
      limit: z.coerce.number().pipe(z.int().min(1).max(1000)).default(200),
    }),
    response: records,
    problems: { ...notFound, 503: ['node-unreachable'], 504: ['node-timeout'] },
    handle: ({ context, actor, params, query }) => readHistory(context, actor, { serverId: params.id, ...query }),
  }),
  route({
    method: 'get',
    path: '/servers/:id/console/live',
    id: 'watchConsole',
    tag,
    summary:
      'The console as it happens, over a WebSocket. Down: binary messages, each some whole records as in `readConsole`; text messages `{"type":"status","connected":…,"since":…}` when its node comes or goes, and `{"error":"…"}` for a command that was not sent. Up: `{"input":"say hi"}`, which asks for `server.console.send`. Closed with 4403 when the key may no longer look, 4008 when the reader is too slow, 1001 when the panel stops: dial again with `after`.',
    permission: 'server.console',
    params,
    query: consoleStart,
    status: 101,
    response: socket,
    problems: { ...notFound, 422: ['invalid-input'], 426: ['upgrade-required'], 429: ['too-many-consoles'] },
    handle: ({ context, consoles, params, query, request }) =>
      openConsole(request, context, consoles, { serverId: params.id, ...query }),
  }),
  route({
    method: 'get',
    path: '/servers/:id/console-token',
    id: 'createConsoleToken',
    tag,
    summary:
      'A token that opens the console’s socket once, within five minutes: as `Authorization: Bearer …`, or from a page as second subprotocol after `stellar.console`. It ends with the session or key that asked for it.',
    permission: 'server.console',
    params,
    response: z.object({
      consoleToken: z.string(),
      nodeHost: z.string().meta({ description: 'Consoles run through the panel: its host.' }),
      nodePort: z.int(),
      url: z.string().meta({ description: 'Of the socket.' }),
      expiresAt: z.string(),
      permissions: z.object({ canRead: z.boolean(), canWrite: z.boolean() }),
    }),
    problems: { ...notFound, 503: ['node-unreachable'] },
    handle: ({ context, actor, params, request }) => consoleToken(request, context, actor, params.id),
  }),
  route({
    method: 'get',
    path: '/servers/:id/console/search',
    id: 'searchConsole',
    tag,
    summary: 'Lines of the console that hold a text, newest first.',
    permission: 'server.console',
    params,
    query: z.object({
      q: z.string().min(1).max(200),
      limit: z.coerce.number().pipe(z.int().min(1).max(500)).default(100),
    }),
    response: records,
    problems: { ...notFound, 503: ['node-unreachable'], 504: ['node-timeout'] },
    handle: ({ context, actor, params, query: { q, limit } }) =>
      searchHistory(context, actor, { serverId: params.id, query: q, limit }),
  }),
]
