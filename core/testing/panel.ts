// A panel for tests: the real app on a real database, with a hub that remembers what it was told. Requests go in by
// `app.request`, as a browser with a session or a program with a key would send them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { createApiKey } from '#core/auth/api-keys.ts'
import { openSecrets } from '#core/auth/secrets.ts'
import { createSession } from '#core/auth/sessions.ts'
import type { Log } from '#core/base/log.ts'
import { silentLog } from '#core/base/log.ts'
import { users } from '#core/db/schema/accounts.ts'
import { mails } from '#core/db/schema/mails.ts'
import { nodes } from '#core/db/schema/nodes.ts'
import type { Blueprint } from '#core/domain/blueprint.ts'
import type { MailServer } from '#core/domain/mail.ts'
import { createApp } from '#core/panel/app.tsx'
import { openConsoles } from '#core/panel/console/consoles.ts'
import type { Actor, PanelConfig, PanelContext } from '#core/panel/context.ts'
import { panelUrl } from '#core/panel/http/links.ts'
import { instanceName } from '#core/panel/http/render.tsx'
import type { App } from '#core/panel/http/types.ts'
import { openLive } from '#core/panel/live.ts'
import { type MailWorker, openMail } from '#core/panel/mail/mail.ts'
import { noRights } from '#core/permissions/rights.ts'
import type { PanelRegistry } from '#core/plugins/registry.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { type FakeHub, fakeHub } from './fake-hub.ts'

/** Nothing listens there: letters wait until a test reads them. */
export const silentMailServer: MailServer = {
  host: '127.0.0.1',
  port: 1,
  security: 'none',
  username: '',
  password: '',
  from: 'panel@kestrel.example',
}

export const origin = 'http://panel.test'

export interface TestPanelOptions {
  readonly blueprints?: readonly Blueprint[]
  readonly config?: Partial<PanelConfig>
  readonly log?: Log
  readonly plugins?: Partial<PanelRegistry>
  /** Milliseconds since 1970; a test may move it. */
  readonly now?: () => number
  readonly linkOpen?: () => boolean
  /** As if STELLAR_SMTP_URL were set; a mail goes out when the test calls `mail.flush()`. */
  readonly mailServer?: MailServer
  /** False: a panel before set-up. */
  readonly owner?: boolean
}

/** A browser: keeps cookies, sends our Origin with what changes something, and follows no redirect. */
export interface Browser {
  readonly cookies: Map<string, string>
  get(path: string, headers?: Record<string, string>): Promise<Response>
  post(path: string, fields?: Readonly<Record<string, string>>, headers?: Record<string, string>): Promise<Response>
  /** The answer exactly as given, with the cookies sent and kept. */
  send(path: string, init: RequestInit): Promise<Response>
}

/** A program with an API key; paths are below /api/v1. */
export interface ApiClient {
  readonly key: string
  get(path: string): Promise<Response>
  post(path: string, body?: unknown): Promise<Response>
  patch(path: string, body: unknown): Promise<Response>
  delete(path: string): Promise<Response>
}

export interface TestUser {
  readonly id: string
  readonly email: string
  readonly actor: Actor
  browser(): Promise<Browser>
  api(): Promise<ApiClient>
}

export interface TestPanel extends AsyncDisposable {
  readonly app: App
  readonly context: PanelContext
  readonly database: TestDatabase
  readonly hub: FakeHub
  readonly mail: MailWorker
  /** What waits to be sent to this address, oldest first; needs `mailServer`. */
  mailed(to: string): Promise<{ readonly kind: string; readonly subject: string; readonly text: string }[]>
  /** A stranger. */
  browser(): Browser
  /** Throws before set-up. */
  readonly owner: TestUser
  addUser(name: string): Promise<TestUser>
  addNode(values?: Partial<typeof nodes.$inferInsert>): Promise<string>
}

export async function testPanel(options: TestPanelOptions = {}): Promise<TestPanel> {
  await using opening = new AsyncDisposableStack()
  const dataDirectory = mkdtempSync(join(tmpdir(), 'stellar-panel-'))
  opening.defer(() => rmSync(dataDirectory, { recursive: true, force: true }))
  const database = opening.use(await testDatabase())
  const { log = silentLog, now = Date.now, blueprints = [] } = options
  const hub = fakeHub()
  const live = opening.use(openLive({ log, database, hub: () => hub, now }))
  const config: PanelConfig = {
    host: '127.0.0.1',
    port: 3000,
    linkHost: '127.0.0.1',
    linkPort: 8443,
    dataDirectory,
    url: undefined,
    trustedProxies: [],
    ...options.config,
  }
  const secrets = await openSecrets({ dataDirectory, environment: {} })
  const plugins: PanelRegistry = { ...noPlugins, ...options.plugins }
  const sender = { instance: instanceName(config), url: panelUrl(config) }
  const mail = opening.use(openMail({ database, secrets, log, now, sender, fixed: options.mailServer, works: false }))
  const context: PanelContext = {
    log,
    config,
    version: '0.0.0-test',
    database,
    secrets,
    plugins,
    blueprints,
    hub,
    live,
    mail,
    now,
  }
  const consoles = opening.use(openConsoles(context))
  const app = createApp(context, {
    consoles,
    checkAnswers: true,
    ...(options.linkOpen ? { linkOpen: options.linkOpen } : {}),
  })

  async function addUser(name: string, isOwner = false): Promise<TestUser> {
    const id = crypto.randomUUID()
    const email = `${name.toLowerCase()}-${id.slice(0, 4)}@panel.test`
    // No password: tests of signing in make theirs through set-up.
    const emailVerifiedAt = new Date().toISOString()
    await database.withSystem((tx) =>
      tx.insert(users).values({ id, name, email, passwordHash: 'none', isOwner, emailVerifiedAt }),
    )
    const actor: Actor = {
      userId: id,
      name,
      isOwner,
      rights: noRights,
      via: 'session',
      address: undefined,
      requestId: undefined,
    }
    return {
      id,
      email,
      actor,
      async browser() {
        const session = await database.withSystem((tx) =>
          createSession(tx, id, { address: undefined, userAgent: 'test' }),
        )
        return openBrowser(app, new Map([['stellar-session', session.secret]]))
      },
      async api() {
        const { key } = await database.withSystem((tx) => createApiKey(tx, id, { name: 'test' }))
        return apiClient(app, key)
      },
    }
  }

  const owner = options.owner === false ? undefined : await addUser('Ada', true)
  const resources = opening.move()
  return {
    app,
    context,
    database,
    hub,
    mail,
    async mailed(to) {
      const rows = await database.withSystem((tx) => tx.select().from(mails).where(eq(mails.recipient, to)))
      return rows
        .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
        .map(({ kind, sealed }) => ({
          kind,
          ...(JSON.parse(secrets.decrypt(sealed ?? '')) as { subject: string; text: string }),
        }))
    },
    browser: () => openBrowser(app, new Map()),
    get owner() {
      if (!owner) throw new Error('this panel was made without an owner')
      return owner
    },
    addUser: (name) => addUser(name),
    async addNode(values = {}) {
      const id = crypto.randomUUID()
      const plain = { id, name: `node-${id.slice(0, 8)}`, publicAddress: 'play.test', portFrom: 25000, portTo: 25999 }
      await database.withSystem((tx) => tx.insert(nodes).values({ ...plain, ...values }))
      return values.id ?? id
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

function openBrowser(app: App, cookies: Map<string, string>): Browser {
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers)
    if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await app.request(new URL(path, origin).href, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) keep(cookies, line)
    return response
  }
  return {
    cookies,
    send,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, fields = {}, headers = {}) =>
      send(path, { method: 'POST', body: new URLSearchParams(fields), headers: { origin, ...headers } }),
  }
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ')
  const equals = pair.indexOf('=')
  const name = pair.slice(0, equals)
  if (attributes.some((attribute) => attribute.toLowerCase() === 'max-age=0')) cookies.delete(name)
  else cookies.set(name, decodeURIComponent(pair.slice(equals + 1)))
}

export function apiClient(app: App, key: string): ApiClient {
  const send = async (method: string, path: string, body?: unknown): Promise<Response> =>
    await app.request(`${origin}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  return {
    key,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
    patch: (path, body) => send('PATCH', path, body),
    delete: (path) => send('DELETE', path),
  }
}

const noPlugins: PanelRegistry = {
  plugins: [],
  all: () => [],
  emit() {},
  async ask() {},
  async [Symbol.asyncDispose]() {},
}
