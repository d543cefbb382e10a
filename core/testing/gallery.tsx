// The general pages with invented contents on a real HTTP server, under the panel's content security policy: for browser
// tests, and to look at (`node --import ./core/bootstrap/tsx.mjs core/testing/gallery.tsx --port 20800`). Every address takes
// `?theme=dark` or `?theme=light`.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Context } from 'hono'
import { rows } from '#views/ids.ts'
import type { ServerView, Shell } from '#views/models.ts'
import { ActivityPage } from '#views/pages/activity.tsx'
import { BlueprintsPage } from '#views/pages/blueprints/index.tsx'
import { BlueprintPage } from '#views/pages/blueprints/show.tsx'
import { ErrorPage } from '#views/pages/error.tsx'
import { NodesPage } from '#views/pages/nodes/index.tsx'
import { NodePage } from '#views/pages/nodes/show.tsx'
import { NotFoundPage } from '#views/pages/not-found.tsx'
import { PluginsPage } from '#views/pages/plugins.tsx'
import { type ServerFilter, ServersPage, serverFilterStates, serverSorts } from '#views/pages/servers/index.tsx'
import { ActivitySettingsPage } from '#views/pages/settings/activity.tsx'
import { MailSettingsPage } from '#views/pages/settings/mail.tsx'
import { SetupGamePage } from '#views/pages/setup/game.tsx'
import { SetupMachinePage } from '#views/pages/setup/machine.tsx'
import { SetupOwnerPage } from '#views/pages/setup/owner.tsx'
import { SignInPage } from '#views/pages/sign-in.tsx'
import { ServerRowLive } from '#views/partials/server-live.ts'
import { ServerRowPower } from '#views/partials/server-power.tsx'
import { ServerRowState } from '#views/partials/server-state.tsx'
import { urls } from '#views/urls.ts'
import { drawn } from './drawn.ts'
import { accountGalleryPages, galleryProviders, mountAccountGallery } from './gallery-account.tsx'
import {
  builtInBlueprints,
  galleryActivity,
  galleryMailServer,
  galleryMails,
  galleryNodes,
  galleryPlugins,
  galleryServers,
  readyNode,
} from './gallery-fixtures.ts'
import { galleryJoining, joiningPages } from './gallery-joining.tsx'
import { galleryPeople, peoplePages } from './gallery-people.tsx'
import { galleryRoles, rolesPages } from './gallery-roles.tsx'
import { askedTheme, gallerySite, galleryStreams, serveGallery } from './gallery-site.ts'
import { shellOf } from './server-fixtures.ts'

/** Every page of the gallery, for tests that visit them all. */
export const galleryPages = [
  '/servers',
  '/servers?q=nothing+like+this',
  '/empty',
  '/sign-in',
  '/sign-in?error',
  '/sign-in?only',
  ...joiningPages,
  '/setup',
  '/setup?errors',
  '/setup/machine',
  '/setup/machine?ready',
  '/setup/game',
  '/nodes',
  '/nodes/fra-1',
  '/nodes/fra-1?errors',
  '/nodes/fra-1?look',
  '/activity',
  '/activity?empty',
  '/settings/activity?errors',
  '/plugins',
  '/blueprints',
  '/blueprints/minecraft-paper',
  ...peoplePages,
  ...rolesPages,
  '/settings/mail',
  '/settings/mail?errors',
  '/settings/mail?environment',
  ...accountGalleryPages,
  '/not-found',
  '/failed',
  '/failed-outside',
] as const

export interface Gallery extends AsyncDisposable {
  readonly url: string
  /** What the list shows; pages drawn later show it, open ones are told by `push`. */
  servers: ServerView[]
  /** Sends the live cells of one server to every open list. */
  push(server: ServerView): Promise<void>
  /** Ends every open stream, and refuses new ones until it is called with true. */
  streaming(on: boolean): void
  readonly sent: { readonly path: string; readonly body: string }[]
}

export async function openGallery({ port = 0, kept = false } = {}): Promise<Gallery> {
  const blueprints = await builtInBlueprints()
  const state = { servers: galleryServers(), streaming: true }
  const streams = galleryStreams()
  const ping = 'event: ping\ndata: 1\n\n'
  const sent: { path: string; body: string }[] = []
  const app = gallerySite({ kept })

  const shell = (c: Context, more: Partial<Shell> = {}): Shell =>
    shellOf(c.req.path, { theme: askedTheme(c), counts: { servers: state.servers.length, nodesWarn: 2 }, ...more })
  const stage = (c: Context) => ({ instance: 'kestrel.example', version: 'test', theme: askedTheme(c) })
  const asked = (c: Context, name: string): boolean => c.req.query(name) !== undefined

  app.get('/', (c) => c.redirect(urls.servers()))
  app.get(urls.servers.pattern, (c) => {
    const flash = asked(c, 'flash') ? ({ kind: 'ok', text: 'Skyforge deleted.' } as const) : undefined
    return c.html(<ServersPage shell={shell(c, { flash })} {...listOf(state.servers, filterOf(c))} />)
  })
  app.get('/empty', (c) => {
    const filter = { state: 'all', q: '', sort: 'name' } as const
    return c.html(
      <ServersPage
        shell={shell(c, { path: '/servers', counts: { servers: 0, nodesWarn: 0 } })}
        {...listOf([], filter)}
      />,
    )
  })
  app.get(urls.signIn.pattern, (c) =>
    c.html(
      <SignInPage
        {...stage(c)}
        email={asked(c, 'error') ? 'mara@kestrel.example' : ''}
        error={asked(c, 'error') ? 'E-mail or password is wrong.' : undefined}
        next={undefined}
        note={asked(c, 'error') ? undefined : 'Password saved. Sign in with it.'}
        mayRegister
        passkey={asked(c, 'error')}
        providers={asked(c, 'error') || asked(c, 'only') ? galleryProviders : []}
        passwords={!asked(c, 'only')}
      />,
    ),
  )
  galleryJoining(app, stage)
  app.get(urls.setup.pattern, (c) =>
    c.html(
      <SetupOwnerPage
        {...stage(c)}
        token={asked(c, 'errors') ? '' : 'cookie'}
        values={{ name: 'Mara Lindqvist', email: 'mara@kestrel.example' }}
        errors={
          asked(c, 'errors')
            ? { token: 'The token has been used already.', password: 'At least 10 characters; a few words are good.' }
            : {}
        }
      />,
    ),
  )
  app.get(urls.setupMachine.pattern, (c) =>
    c.html(<SetupMachinePage {...stage(c)} node={asked(c, 'ready') ? readyNode() : galleryNodes()[2]} />),
  )
  app.get(urls.setupGame.pattern, (c) =>
    c.html(
      <SetupGamePage
        {...stage(c)}
        blueprints={blueprints}
        node={readyNode()}
        owner={{ name: 'Mara Lindqvist', email: 'mara@kestrel.example' }}
      />,
    ),
  )
  app.get(urls.nodes.pattern, (c) => c.html(<NodesPage shell={shell(c)} nodes={galleryNodes()} />))
  app.get(urls.node.pattern, (c) =>
    c.html(
      <NodePage
        mayChange={c.req.query('look') === undefined}
        shell={shell(c)}
        node={readyNode()}
        errors={
          asked(c, 'errors') ? { portFrom: 'Ports start at 1024 here.', 'mirrors.0.to': 'A host and a path.' } : {}
        }
        values={
          asked(c, 'errors')
            ? { name: 'fra-1', portFrom: '80', portTo: '90', 'mirrors.0.from': 'docker.io/', 'mirrors.0.to': '?' }
            : undefined
        }
      />,
    ),
  )
  app.get(urls.activity.pattern, (c) =>
    c.html(
      <ActivityPage
        shell={shell(c)}
        entries={asked(c, 'empty') ? [] : galleryActivity()}
        filter={asked(c, 'empty') ? { q: 'nobody' } : {}}
        nextCursor="91"
      />,
    ),
  )
  app.get(urls.plugins.pattern, (c) => c.html(<PluginsPage shell={shell(c)} plugins={galleryPlugins()} />))
  app.get(urls.blueprints.pattern, (c) => c.html(<BlueprintsPage shell={shell(c)} blueprints={blueprints} />))
  app.get(urls.blueprint.pattern, (c) => {
    const blueprint = blueprints.find(({ id }) => id === c.req.param('blueprintId'))
    return blueprint ? c.html(<BlueprintPage shell={shell(c)} blueprint={blueprint} />) : c.notFound()
  })
  galleryPeople(app, shell)
  galleryRoles(app, shell)
  app.get(urls.settingsActivity.pattern, (c) =>
    c.html(
      <ActivitySettingsPage
        shell={shell(c)}
        keepDays={asked(c, 'errors') ? '7' : '365'}
        errors={asked(c, 'errors') ? { keepDays: 'A whole number of days: 0 for ever, or 30 to 3650.' } : {}}
      />,
    ),
  )
  app.get(urls.settingsMail.pattern, (c) =>
    c.html(
      <MailSettingsPage
        shell={shell(c)}
        source={asked(c, 'environment') ? 'environment' : asked(c, 'errors') ? 'unset' : 'settings'}
        mayChange
        values={galleryMailServer}
        hasPassword={!asked(c, 'errors')}
        errors={asked(c, 'errors') ? { host: 'A host name or an address, without a port.' } : {}}
        url={asked(c, 'errors') ? 'http://127.0.0.1:3000' : 'https://kestrel.example'}
        urlConfigured={!asked(c, 'errors')}
        mails={asked(c, 'errors') ? [] : galleryMails()}
      />,
    ),
  )
  mountAccountGallery(app, shell)
  app.get('/not-found', (c) => c.html(<NotFoundPage shell={shell(c)} requestId="7GQ2-M0RA" />, 404))
  const failure = {
    status: 500,
    title: 'Stellar made a mistake',
    message: 'Nothing was changed. Your servers are not affected: nodes keep running them without the panel.',
    hint: 'The reference above finds this in the log.',
    requestId: '7GQ2-M0RA',
  }
  app.get('/failed', (c) => c.html(<ErrorPage {...failure} shell={shell(c)} />, 500))
  app.get('/failed-outside', (c) => c.html(<ErrorPage {...failure} instance="kestrel.example" version="test" />, 500))
  app.get(urls.events.pattern, (c) => (state.streaming ? streams.open(c, ping) : c.text('not now', 503)))
  app.post('*', async (c) => {
    sent.push({ path: c.req.path, body: await c.req.text() })
    return c.req.header('hx-request') === 'true' ? c.body(null, 204) : c.redirect(urls.servers(), 303)
  })

  const beat = setInterval(() => streams.say(ping), 4000)
  const served = await serveGallery(app, port)
  return {
    url: served.url,
    sent,
    get servers() {
      return state.servers
    },
    set servers(next) {
      state.servers = next
    },
    push: async (view) => streams.push(await drawn(<Cells server={view} />)),
    streaming: (on) => {
      state.streaming = on
      if (!on) streams.end()
    },
    async [Symbol.asyncDispose]() {
      clearInterval(beat)
      streams.end()
      await served[Symbol.asyncDispose]()
    },
  }
}

function Cells({ server }: { readonly server: ServerView }) {
  return (
    <>
      <hx-partial hx-target={rows.state(server.id)} hx-swap="outerMorph">
        <ServerRowState server={server} />
      </hx-partial>
      <hx-partial hx-target={rows.live(server.id)} hx-swap="outerMorph">
        <ServerRowLive server={server} />
      </hx-partial>
      <hx-partial hx-target={rows.power(server.id)} hx-swap="outerMorph">
        <ServerRowPower server={server} />
      </hx-partial>
    </>
  )
}

function filterOf(c: Context): ServerFilter {
  const state = serverFilterStates.find((known) => known === c.req.query('state')) ?? 'all'
  const sort = serverSorts.find((known) => known === c.req.query('sort')) ?? 'name'
  return { state, q: c.req.query('q') ?? '', sort }
}

function listOf(servers: readonly ServerView[], filter: ServerFilter) {
  const groups: Record<ServerFilter['state'], (server: ServerView) => boolean> = {
    all: () => true,
    running: ({ state }) => state === 'running',
    attention: ({ state, notReady }) => notReady || ['crashed', 'unreachable', 'install-failed'].includes(state),
    stopped: ({ state }) => state === 'stopped' || state === 'crashed',
  }
  const count = (state: ServerFilter['state']) => servers.filter(groups[state]).length
  const words = filter.q.toLowerCase()
  const found = servers
    .filter(groups[filter.state])
    .filter(({ name, address }) => `${name} ${address}`.toLowerCase().includes(words))
  return {
    servers: found,
    total: found.length,
    filter,
    counts: { all: count('all'), running: count('running'), attention: count('attention'), stopped: count('stopped') },
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })
  const shown = await openGallery({ port: Number(values.port) })
  for (const path of galleryPages) console.log(`${shown.url}${path}`)
  const lively = setInterval(() => {
    for (const server of shown.servers) {
      if (!server.stats) continue
      const cpuPercent = Math.max(1, Math.min(100, server.stats.cpuPercent + Math.random() * 6 - 3))
      void shown.push({ ...server, stats: { ...server.stats, cpuPercent } })
    }
  }, 1000)
  process.once('SIGINT', () => {
    clearInterval(lively)
    void shown[Symbol.asyncDispose]()
  })
}
