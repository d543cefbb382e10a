// The panel as a whole: opens database, plugins, link and web in this order, and closes them in reverse.
import { openSecrets } from '#core/auth/secrets.ts'
import { removeExpiredSessions } from '#core/auth/sessions.ts'
import type { Log } from '#core/base/log.ts'
import { openDatabase } from '#core/db/open.ts'
import { blueprintSchema } from '#core/domain/blueprint.ts'
import type { MailServer } from '#core/domain/mail.ts'
import type { PluginEntry } from '#core/plugins/entry.ts'
import { openPanelRegistry } from '#core/plugins/open.ts'
import type { Plugin } from '#core/plugins/plugin.ts'
import { urls } from '#views/urls.ts'
import { sweepAccounts } from './accounts/sweep.ts'
import { sweepActivity } from './activity/retention.ts'
import { createApp } from './app.tsx'
import { openConsoles } from './console/consoles.ts'
import type { PanelConfig, PanelContext } from './context.ts'
import { panelUrl } from './http/links.ts'
import { instanceName } from './http/render.tsx'
import { serveHttp } from './http/serve.ts'
import { removeEndedCounters } from './http/shared-limit-store.ts'
import { stampedVersion } from './http/static-assets.ts'
import type { App } from './http/types.ts'
import { openLive } from './live.ts'
import { openMail } from './mail/mail.ts'
import { loadAuthority } from './nodes/authority.ts'
import { openAuthorityStore } from './nodes/authority-store.ts'
import { openCertificateStore } from './nodes/certificate-store.ts'
import { createHubListener } from './nodes/events.ts'
import { type LinkHub, openHub } from './nodes/hub.ts'
import { openLinkListener } from './nodes/listener.ts'
import { ensureLocalNode, type LocalNode } from './nodes/local.ts'
import { drawnNode } from './nodes/view.ts'
import { firstStart, firstStartFrom } from './setup/first-start.ts'
import { issueSetupToken } from './setup/token.ts'

export interface PanelOptions {
  readonly config: PanelConfig
  /** DATABASE_URL; undefined: the embedded PostgreSQL. */
  readonly databaseUrl: string | undefined
  readonly plugins: readonly (Plugin | PluginEntry)[]
  readonly log: Log
  readonly version: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** From the environment; undefined: what the settings say. */
  readonly mailServer?: MailServer | undefined
}

export interface RunningPanel extends AsyncDisposable {
  /** Where people open it: the public address, else where it listens. */
  readonly url: string
  /** With the one-time token; undefined once there is an owner. */
  readonly setupUrl: string | undefined
  readonly linkPort: number
  /** For people, e.g. `PostgreSQL 18.4, embedded`. */
  readonly database: string
  readonly app: App
  readonly context: PanelContext
  /** The node beside the panel, made when there is none. `again`: it lost its identity and enrols anew. */
  localNode(options?: { readonly again: boolean }): Promise<LocalNode>
}

const hour = 60 * 60 * 1000
/** Each part closes within this, or is left behind: a stop that hangs is killed from outside, with less grace. */
const closeMs = 5_000

export async function startPanel(options: PanelOptions): Promise<RunningPanel> {
  const { config, log, environment } = options
  const version = stampedVersion(options.version)
  const now = Date.now
  await using opening = new AsyncDisposableStack()
  const use = <T extends AsyncDisposable>(name: string, part: T): T => {
    opening.defer(() => close(name, part, log))
    return part
  }

  const { dataDirectory } = config
  const database = await openDatabase({ url: options.databaseUrl, dataDirectory, log })
  // Its own deadlines are longer than ours and end with PostgreSQL flushed to disk: never left behind.
  opening.use(database)
  const secrets = await openSecrets({ dataDirectory, environment })
  const plugins = use('plugins', await openPanelRegistry({ plugins: options.plugins, log }))
  const blueprints = plugins.all('blueprints').map((blueprint) => blueprintSchema.parse(blueprint))

  const certificates = openCertificateStore(database)
  const authority = await loadAuthority({ store: openAuthorityStore(database), secrets, now })
  // What the hub tells is drawn by what asks the hub: the loop is closed by hand, here.
  const link: { hub?: LinkHub } = {}
  const live = openLive({
    log,
    database,
    hub: () => linkOf(link),
    now,
    node: (nodeId) => drawnNode({ database, hub: linkOf(link), secrets, now }, nodeId),
  })
  const sender = { instance: instanceName(config), url: panelUrl(config) }
  const mail = use('mail', openMail({ database, secrets, log, now, sender, fixed: options.mailServer }))
  const withoutHub = { log, config, version, database, secrets, plugins, blueprints, live, mail, now }
  const hub = openHub({ log, authority, certificates, listener: createHubListener(withoutHub), now })
  link.hub = hub
  use('hub', hub)
  const context: PanelContext = { ...withoutHub, hub }

  await firstStart(context, firstStartFrom(environment))
  const sweep = setInterval(() => {
    removeExpiredSessions(database).catch((error: unknown) => log.warn('Old sessions were not removed', { error }))
    database
      .withSystem((tx) => removeEndedCounters(tx, now()))
      .catch((error: unknown) => log.warn('Ended counters were not removed', { error }))
    sweepAccounts(database, now()).catch((error: unknown) => log.warn('Ended links were not removed', { error }))
  }, hour)
  opening.defer(() => clearInterval(sweep))
  const expire = () => {
    sweepActivity(database).catch((error: unknown) => log.warn('Old activity was not removed', { error }))
  }
  const daily = setInterval(expire, 24 * hour)
  opening.defer(() => clearInterval(daily))
  // Also where a panel never runs for a whole day.
  const firstExpire = setTimeout(expire, hour)
  opening.defer(() => clearTimeout(firstExpire))

  const listener = use(
    'link',
    await openLinkListener({ host: config.linkHost, port: config.linkPort, authority, certificates, hub, log, now }),
  )
  const consoles = openConsoles(context)
  const app = createApp(context, { linkOpen: () => link.hub !== undefined, consoles })
  const server = use('web', await serveHttp({ app, host: config.host, port: config.port, log }))
  // Closed first: event streams and consoles end, and with them the requests that would keep the server open.
  use('live pages', live)
  use('consoles', consoles)
  opening.defer(() => {
    delete link.hub
  })

  const url = panelUrl({ ...config, port: server.port })
  const token = await issueSetupToken(database)
  const running = opening.move()
  return {
    url,
    setupUrl: token === undefined ? undefined : `${url}${urls.setup()}?token=${token}`,
    linkPort: listener.port,
    database: database.description,
    app,
    context,
    localNode: ({ again } = { again: false }) => ensureLocalNode(context, again),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

function linkOf(link: { readonly hub?: LinkHub }): LinkHub {
  if (!link.hub) throw new Error('the hub is closed')
  return link.hub
}

async function close(name: string, part: AsyncDisposable, log: Log): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((done) => {
    timer = setTimeout(() => done('late'), closeMs)
  })
  const closed = part[Symbol.asyncDispose]()
  try {
    if ((await Promise.race([closed, late])) === 'late')
      log.warn('A part of the panel did not close in time', { part: name })
  } finally {
    clearTimeout(timer)
  }
}
