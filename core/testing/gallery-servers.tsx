// The pages of servers with invented contents on a real HTTP server, under the panel's content security policy: for
// browser tests, and to look at (`node --import ./core/bootstrap/tsx.mjs core/testing/gallery-servers.tsx 20700`).
import { fileURLToPath } from 'node:url'
import type { Context } from 'hono'
import type { RecordKind } from '#core/domain/console.ts'
import { gibibytes } from '#core/domain/resources.ts'
import type { ServerView, Shell } from '#views/models.ts'
import { ServerActivityPage } from '#views/pages/servers/activity.tsx'
import { ConfigureServerPage } from '#views/pages/servers/configure.tsx'
import { ServerDeletePage } from '#views/pages/servers/delete.tsx'
import { NewServerPage } from '#views/pages/servers/new.tsx'
import { ReviewServerPage } from '#views/pages/servers/review.tsx'
import { ServerSettingsPage } from '#views/pages/servers/settings.tsx'
import { ServerPage } from '#views/pages/servers/show.tsx'
import { ServerStartupPage } from '#views/pages/servers/startup.tsx'
import { urls } from '#views/urls.ts'
import { type ConsoleFixture, openConsoleFixture } from './console-fixture.ts'
import { askedTheme, gallerySite, galleryStreams, serveGallery } from './gallery-site.ts'
import {
  blueprintOf,
  crashed,
  draftOf,
  gallery,
  installFailed,
  installing,
  nodeOf,
  nodePicks,
  planOf,
  serverId,
  serverOf,
  shellOf,
  statsOf,
} from './server-fixtures.ts'

const esc = '\u001b'
const log: readonly (readonly [RecordKind, string])[] = [
  ['s', 'Started'],
  ['o', `[Server thread/INFO]: ${esc}[33mgreta_b${esc}[0m joined the game`],
  ['o', `[Server thread/INFO]: [LuckPerms] ${esc}[90mLoaded user greta_b (group builder)${esc}[0m`],
  ['o', `[Async Chat Thread - #2/INFO]: <${esc}[36mgreta_b${esc}[0m> hi all! is the nether hub open again`],
  ['o', `[Async Chat Thread - #2/INFO]: <${esc}[36mjun${esc}[0m> yes, take the blue tunnel`],
  ['o', `[Server thread/INFO]: ${esc}[33mpixelpanda${esc}[0m joined the game`],
  ['o', `${esc}[90m[User Authenticator #9/INFO]: UUID of player pixelpanda is 1f0c…9ae2${esc}[0m`],
  ['o', `[Async Chat Thread - #3/INFO]: <${esc}[36mtobiasv${esc}[0m> anyone near the harbour? need 12 oak logs`],
  [
    'o',
    `[Server thread/INFO]: ${esc}[35mnightowl_${esc}[0m has made the advancement ${esc}[32m[Cover Me with Diamonds]${esc}[0m`,
  ],
  ['e', '[Server thread/WARN]: Can’t keep up! Is the server overloaded? Running 2214ms or 44 ticks behind'],
  ['o', '[Server thread/INFO]: [Chunky] Task running for world. Processed: 48204 chunks (61.4%), ETA: 0:22:10'],
  ['s', 'Schedule “Hourly save” ran: save-all'],
  ['o', '[Server thread/INFO]: Saved the game'],
  ['e', '[Server thread/ERROR]: Could not pass event PlayerInteractEvent to QuickShop v6.2.0.8'],
  ['e', 'java.lang.NullPointerException: Cannot invoke "Shop.getOwner()" because "shop" is null'],
  ['e', '    at com.ghostchu.quickshop.listener.PlayerListener.onClick(PlayerListener.java:214)'],
  ['o', `[Async Chat Thread - #3/INFO]: <${esc}[36mpixelpanda${esc}[0m> shop near spawn just ate my emeralds`],
  ['i', 'mara\tco lookup radius:5 time:10m'],
  [
    'o',
    `[Server thread/INFO]: ${esc}[36mCoreProtect${esc}[0m - 4.2/m ago - ${esc}[33mpixelpanda${esc}[0m removed x32 emerald from chest`,
  ],
  ['i', 'mara\tgive pixelpanda emerald 32'],
  ['o', `[Server thread/INFO]: Gave 32 ${esc}[32m[Emerald]${esc}[0m to ${esc}[33mpixelpanda${esc}[0m`],
  ['g', '3'],
  ['o', `[Server thread/INFO]: ${esc}[35mnightowl_${esc}[0m was slain by Warden`],
  ['o', '<img src=x onerror=alert(1)> <b>markup</b> stays text \u202eand so does this'],
]

export interface ServerGallery extends AsyncDisposable {
  readonly url: string
  readonly console: ConsoleFixture
  /** What the live page shows; pages drawn later show it, open ones are told by `push`. */
  server: ServerView
  /** Bodies of forms that were sent, by path. */
  readonly sent: { readonly path: string; readonly body: string }[]
  /** One message of the page's stream. */
  push(html: string): void
}

export async function openServerGallery({ port = 0, older = 900, kept = false } = {}): Promise<ServerGallery> {
  const filler = Array.from(
    { length: older },
    (_, index) => ['o', `[Server thread/INFO]: earlier line ${index + 1}`] as const,
  )
  const fixture = openConsoleFixture([...filler, ...log])
  const streams = galleryStreams()
  const sent: { path: string; body: string }[] = []
  const app = gallerySite({ kept })
  const state = { server: serverOf() }

  const shell = (c: Context): Shell => shellOf(c.req.path, { theme: askedTheme(c) })

  const blueprint = blueprintOf()
  const page = (server: ServerView) => ({ server, blueprint, install: undefined, lines: [], moreAbove: false })
  app.get(urls.newServer.pattern, (c) =>
    c.html(
      <NewServerPage shell={shell(c)} blueprints={gallery()} q={c.req.query('q') ?? ''} tag={c.req.query('tag')} />,
    ),
  )
  app.get(urls.configureServer.pattern, (c) =>
    c.html(
      <ConfigureServerPage
        shell={shell(c)}
        blueprint={blueprint}
        draft={draftOf(c.req.query('errors') === undefined ? {} : { ports: { game: '80', query: '' } })}
        nodes={nodePicks()}
        errors={
          c.req.query('errors') === undefined
            ? {}
            : { 'ports.game': 'Port 80 is outside this node’s range, 25565–25600.' }
        }
      />,
    ),
  )
  app.get(urls.reviewServer.pattern, (c) => {
    const draft = draftOf()
    return c.html(
      <ReviewServerPage shell={shell(c)} blueprint={blueprint} draft={draft} node={nodeOf()} plan={planOf(draft)} />,
    )
  })
  app.get('/crashed', (c) => c.html(<ServerPage shell={shell(c)} {...page(crashed())} />))
  app.get('/unreachable', (c) =>
    c.html(
      <ServerPage
        shell={shell(c)}
        {...page(serverOf({ state: 'unreachable', since: new Date(Date.now() - 27_000).toISOString() }))}
      />,
    ),
  )
  app.get('/installing', (c) => c.html(<ServerPage shell={shell(c)} {...page(serverOf())} {...installing()} />))
  app.get('/install-failed', (c) => c.html(<ServerPage shell={shell(c)} {...page(serverOf())} {...installFailed()} />))
  app.get('/silent', (c) =>
    c.html(<ServerPage shell={shell(c)} {...page({ ...state.server, consoleInput: 'none' })} />),
  )
  app.get(urls.server.pattern, (c) =>
    c.html(
      <ServerPage
        shell={shell(c)}
        {...page(state.server)}
        lines={fixture.records.slice(-200)}
        moreAbove={fixture.records.length > 200}
      />,
    ),
  )
  app.get(urls.serverStartup.pattern, (c) =>
    c.html(
      <ServerStartupPage
        shell={shell(c)}
        server={state.server}
        blueprint={blueprint}
        image={blueprint.images[0]?.image ?? ''}
        variables={draftOf().variables}
        command={['java', '-Xmx6G', '-jar', 'server.jar', '--motd', 'Hello', '--rcon=hunter2hunter2', 'nogui']}
        errors={c.req.query('errors') === undefined ? {} : { 'variables.HEAP': 'A number and M or G, e.g. 6G.' }}
      />,
    ),
  )
  app.get(urls.serverSettings.pattern, (c) =>
    c.html(
      <ServerSettingsPage
        shell={shell(c)}
        server={state.server}
        node={nodeOf({ name: 'fra-1' })}
        draft={{ name: state.server.name, memoryMiB: '8192', cpuPercent: '400', diskGB: '40' }}
        errors={
          c.req.query('errors') === undefined ? {} : { name: '“Palmira” is taken.', memoryMiB: 'At least 1024 MiB.' }
        }
      />,
    ),
  )
  app.get(urls.serverDelete.pattern, (c) =>
    c.html(<ServerDeletePage shell={shell(c)} server={state.server} typed="" errors={{}} />),
  )
  app.get(urls.serverActivity.pattern, (c) =>
    c.html(
      <ServerActivityPage
        shell={shell(c)}
        server={state.server}
        entries={['server.create', 'server.power', 'server.update'].map((action, index) => ({
          id: index + 1,
          at: new Date(Date.now() - index * 3_600_000).toISOString(),
          actor: 'Mara Lindqvist',
          via: 'session',
          action,
          server: { id: serverId, name: state.server.name, exists: true },
          subject: undefined,
          address: '192.0.2.7',
          outcome: index === 1 ? 'failed' : 'done',
          meta: action === 'server.power' ? { action: 'restart' } : {},
        }))}
        filter={{}}
        nextCursor="1"
      />,
    ),
  )
  app.get(urls.serverStats.pattern, (c) => c.json({ stats: recent() }))
  app.get(urls.serverHistory.pattern, (c) =>
    c.json(fixture.history(Number(c.req.query('before')), Number(c.req.query('limit') ?? 200))),
  )
  app.get(urls.serverSearch.pattern, (c) =>
    c.json(fixture.search(c.req.query('q') ?? '', Number(c.req.query('limit') ?? 100))),
  )
  app.get(urls.events.pattern, (c) => streams.open(c))
  app.post('*', async (c) => {
    sent.push({ path: c.req.path, body: await c.req.text() })
    return c.redirect(urls.server({ id: serverId }), 303)
  })

  const ticking = setInterval(
    () => streams.say(`event: stats\ndata: ${JSON.stringify({ serverId, ...wave(Date.now()) })}\n\n`),
    1000,
  )
  const served = await serveGallery(app, port)
  served.server.on('upgrade', (request, socket, head: Buffer) => fixture.upgrade(request, socket, head))
  return {
    url: served.url,
    console: fixture,
    sent,
    get server() {
      return state.server
    },
    set server(next) {
      state.server = next
    },
    push: streams.push,
    async [Symbol.asyncDispose]() {
      clearInterval(ticking)
      streams.end()
      await fixture[Symbol.asyncDispose]()
      await served[Symbol.asyncDispose]()
    },
  }
}

/** Figures that move, the same for the same second. */
function wave(at: number) {
  const second = Math.floor(at / 1000)
  const sway = (period: number, from: number, to: number) =>
    from + ((Math.sin(second / period) + Math.sin(second * 1.7)) / 4 + 0.5) * (to - from)
  return statsOf({
    at: new Date(second * 1000).toISOString(),
    cpuPercent: sway(9, 110, 180),
    memoryBytes: gibibytes(sway(40, 5, 5.3)),
    sentPerSecond: sway(13, 600_000, 1_600_000),
    receivedPerSecond: sway(7, 120_000, 320_000),
  })
}

const recent = () => Array.from({ length: 150 }, (_, index) => wave(Date.now() - (150 - index) * 2000))

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const shown = await openServerGallery({ port: Number(process.argv[2] ?? 0) })
  console.log(`${shown.url}${urls.server({ id: serverId })}`)
  const lively = setInterval(() => shown.console.say('[Server thread/INFO]: [Chunky] Task running for world.'), 4000)
  process.once('SIGINT', () => {
    clearInterval(lively)
    void shown[Symbol.asyncDispose]()
  })
}
