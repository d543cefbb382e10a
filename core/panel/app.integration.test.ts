// What must hold for every route there is: read from the app itself, so that a new one is covered when it appears.

import { gunzipSync } from 'node:zlib'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createApiKey } from '#core/auth/api-keys.ts'
import type { Log } from '#core/base/log.ts'
import { apiKeys, sessions } from '#core/db/schema/accounts.ts'
import { allocations } from '#core/db/schema/allocations.ts'
import { servers } from '#core/db/schema/servers.ts'
import { blueprintSchema } from '#core/domain/blueprint.ts'
import { type Asked, anyOf } from '#core/permissions/can.ts'
import { describe as describeOf, permissionNames } from '#core/permissions/catalogue.ts'
import { serverLeaves } from '#core/permissions/presets.ts'
import { giveRole, letIn, setRole } from '#core/testing/access.ts'
import { type Browser, origin, type TestPanel, testPanel } from '#core/testing/panel.ts'
import { addServer } from '#core/testing/test-servers.ts'
import { urls } from '#views/urls.ts'
import { allApiRoutes } from './api/routes.ts'
import { type Access, accessTable } from './http/access.ts'
import { contentSecurityPolicy } from './http/headers.ts'
import { pluginAccess } from './plugins/pages.ts'

interface Line {
  readonly level: string
  readonly sentence: string
  readonly fields: Readonly<Record<string, unknown>>
}

const lines: Line[] = []
const log = (fields: Readonly<Record<string, unknown>> = {}): Log => {
  const write =
    (level: string) =>
    (sentence: string, more: Readonly<Record<string, unknown>> = {}) =>
      void lines.push({ level, sentence, fields: { ...fields, ...more } })
  return {
    error: write('error'),
    warn: write('warn'),
    info: write('info'),
    debug: write('debug'),
    with: (more) => log({ ...fields, ...more }),
  }
}

let panel: TestPanel
let ownerBrowser: Browser
let otherBrowser: Browser

beforeAll(async () => {
  panel = await testPanel({ log: log(), linkOpen: () => true })
  ownerBrowser = await panel.owner.browser()
  otherBrowser = await (await panel.addUser('Bob')).browser()
})
afterAll(() => panel[Symbol.asyncDispose]())

const id = '00000000-0000-4000-8000-000000000000'
const fill = (pattern: string) => pattern.replace(/:\w+/g, id).replace('*', 'absent.css')
const routes = () => [
  ...new Map(
    panel.app.routes.filter(({ method }) => method !== 'ALL').map((route) => [`${route.method} ${route.path}`, route]),
  ).values(),
]
const table = () => accessTable(allApiRoutes, pluginAccess(panel.context))
const accessOf = ({ method, path }: { method: string; path: string }) => table().get(`${method} ${path}`)
const unsafe = () => routes().filter(({ method }) => method !== 'GET')
const isPublic = (route: { method: string; path: string }) => accessOf(route) === 'public' || route.path === '/static/*'

test('the bare address leads on, for people and for what only asks for the head', async () => {
  for (const method of ['GET', 'HEAD']) {
    const stranger = await panel.browser().send('/', { method })
    expect([method, stranger.status, stranger.headers.get('location')]).toEqual([method, 303, '/sign-in'])
    const owner = await ownerBrowser.send('/', { method })
    expect([method, owner.status, owner.headers.get('location')]).toEqual([method, 303, '/servers'])
    expect(await owner.text()).toBe('')
  }
})

describe('the route table', () => {
  test('there are routes to look at, pages and API both', () => {
    expect(routes().length).toBeGreaterThan(30)
    expect(routes().filter(({ path }) => path.startsWith('/api/v1/')).length).toBeGreaterThan(10)
  })

  test('every route has a declared permission, and nothing is declared that does not exist', () => {
    const served = routes().map(({ method, path }) => `${method} ${path}`)
    expect(served.filter((key) => key !== 'GET /static/*' && !table().has(key))).toEqual([])
    expect([...table().keys()].filter((key) => !served.includes(key))).toEqual([])
  })

  test('a stranger is let into nothing but the public routes: pages lead to sign-in, the API says 401', async () => {
    const stranger = panel.browser()
    for (const route of routes().filter((route) => !isPublic(route))) {
      const response = await stranger.send(fill(route.path), { method: route.method, headers: { origin } })
      const name = `${route.method} ${route.path}`
      if (route.path.startsWith('/api/')) {
        expect([name, response.status, (await response.json()).code]).toEqual([name, 401, 'not-signed-in'])
      } else {
        expect([name, response.status]).toEqual([name, 303])
        expect(response.headers.get('location')).toMatch(/^\/sign-in(\?next=|$)/)
      }
    }
  })

  test('attacks 26, 28 and 30: somebody who is not the owner gets 403 for what is the panel’s and 404 for what is not theirs', async () => {
    const theirs = await ownersThings()
    const shown = await ownerBrowser.get(urls.server({ id: theirs[':id'] }))
    expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining('theirs')])
    for (const route of routes().filter((route) => /:/.test(route.path) || isPanelWide(accessOf(route)))) {
      const path = route.path.replace(/:\w+/g, (name) => theirs[name as keyof typeof theirs] ?? id)
      const query = queryOf(route)
      let response = await otherBrowser.send(path + query, { method: route.method, ...filled(route) })
      // A page that only leads to another one is judged by where it leads.
      if (route.method === 'GET' && response.status === 303)
        response = await otherBrowser.get(response.headers.get('location') ?? '')
      expect([`${route.method} ${route.path}`, response.status]).toEqual([
        `${route.method} ${route.path}`,
        isPanelWide(accessOf(route)) ? 403 : 404,
      ])
    }
    // Nothing of it happened: the server, the key and the session are as they were.
    expect(panel.hub.applied).toEqual([])
    expect(await ownersThings(false)).toEqual(theirs)
  })

  test('each route of a server is 403 for whoever sees it but lacks just this, and open to whoever has just this', async () => {
    const nodeId = await panel.addNode()
    const member = await panel.addUser('Eve')
    const browser = await member.browser()
    const asked = routes().filter((route) => route.path.includes('/:id') && /^(\/api\/v1)?\/servers\//.test(route.path))
    expect(asked.length).toBeGreaterThan(25)
    for (const route of asked) {
      const needed = anyOf((accessOf(route) ?? []) as Asked).filter((name) => describeOf(name).reach === 'server')
      // What is for administrators alone is asked below. Whoever is let in sees where they are; leaving is everybody's.
      if (needed.length === 0 || needed.includes('server.view')) continue
      const name = `${route.method} ${route.path}`
      // One for each: some of them delete it.
      const serverId = await addServer(panel, nodeId)
      const ask = async () => {
        const path = route.path.replace(':id', serverId).replace(/:\w+/g, id)
        // The console is a socket; a link to it leads to the page.
        const upgrade = path.endsWith('/console') && {
          headers: { origin, upgrade: 'websocket', connection: 'upgrade' },
        }
        const init = { method: route.method, ...filled(route), ...(route.method === 'GET' && upgrade) }
        const response = await browser.send(path + queryOf(route), init)
        await response.body?.cancel()
        return response.status
      }
      await letIn(
        panel,
        serverId,
        member.id,
        serverLeaves.filter((leaf) => !needed.includes(leaf)),
      )
      expect([name, await ask()]).toEqual([name, 403])
      await letIn(panel, serverId, member.id, ['server.view', ...needed])
      expect([name, [401, 403].includes(await ask())]).toEqual([name, false])
    }
  })

  test('each route of the panel is 403 for whoever has every other permission, and open to whoever has just this', async () => {
    const clerk = await panel.addUser('Kim')
    const browser = await clerk.browser()
    const roleId = await giveRole(panel, clerk.id, { permissions: [] })
    const asked = routes().filter((route) => isPanelWide(accessOf(route)))
    expect(asked.length).toBeGreaterThan(15)
    for (const route of asked) {
      const needed = anyOf((accessOf(route) ?? []) as Asked)
      const name = `${route.method} ${route.path}`
      const ask = async () => {
        const path = fill(route.path)
        const response = await browser.send(path + queryOf(route), { method: route.method, ...filled(route) })
        await response.body?.cancel()
        return response.status
      }
      const others = permissionNames.filter(
        (each) => !describeOf(each).umbrella && describeOf(each).reach !== 'self' && !needed.includes(each),
      )
      await setRole(panel, roleId, others)
      expect([name, await ask()]).toEqual([name, 403])
      // Whoever acts on an account also sees it.
      const seesUsers = route.path.includes('/users/') ? ['user.view'] : []
      // `/users/new` is also a `/users/:userId`: the gate asks for both.
      const alsoAsked = asked.filter((other) => other.method === route.method && matches(other.path, route.path))
      await setRole(panel, roleId, [
        ...needed,
        ...seesUsers,
        ...alsoAsked.flatMap((other) => anyOf(accessOf(other) as Asked)),
      ])
      expect([name, [401, 403].includes(await ask())]).toEqual([name, false])
    }
  })

  test('a key does what its scope leaves, and nothing else: also its owner’s own things', async () => {
    const { ':id': serverId } = await ownersThings()
    const { key } = await panel.database.withSystem((tx) => createApiKey(tx, panel.owner.id, { name: 'narrow' }))
    await panel.database.withSystem((tx) =>
      tx
        .update(apiKeys)
        .set({ permissions: ['server.view', 'server.metrics'], serverIds: [serverId] })
        .where(eq(apiKeys.name, 'narrow')),
    )
    for (const route of routes().filter(({ path }) => path.startsWith('/api/v1/') && path !== urls.openapi.pattern)) {
      const path = route.path.replace(':id', serverId).replace(/:\w+/g, id)
      const init = filled(route)
      const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${key}` }
      const response = await panel.app.request(origin + path + queryOf(route), {
        ...init,
        method: route.method,
        headers,
      })
      await response.body?.cancel()
      const mine = anyOf((accessOf(route) ?? []) as Asked).some((name) =>
        ['server.view', 'server.metrics'].includes(name),
      )
      const name = `${route.method} ${route.path}`
      // Whoever may ask for one of several is refused by the use case, which knows which it is.
      if (mine) expect([name, response.status === 401]).toEqual([name, false])
      else expect([name, response.status]).toEqual([name, 403])
    }
  })

  test('attack 40: what changes something needs our own origin, whoever asks', async () => {
    for (const route of unsafe()) {
      for (const headers of [
        {},
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
        { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      ]) {
        const response = await ownerBrowser.send(fill(route.path), { method: route.method, headers })
        const got = [route.method, route.path, JSON.stringify(headers), response.status]
        expect(got).toEqual([route.method, route.path, JSON.stringify(headers), 403])
      }
    }
  })

  test('an upgrade to a WebSocket needs our own origin too', async () => {
    const headers = { upgrade: 'websocket', connection: 'upgrade', origin: 'https://evil.example' }
    expect((await ownerBrowser.get(`/servers/${id}/console`, headers)).status).toBe(403)
  })

  test('a browser that only says Sec-Fetch-Site: same-origin is believed', async () => {
    const response = await panel.browser().send('/theme', {
      method: 'POST',
      body: new URLSearchParams({ theme: 'dark' }),
      headers: { 'sec-fetch-site': 'same-origin' },
    })
    expect(response.status).toBe(303)
  })

  test('attack 40: no GET changes anything: each is asked without an origin and leaves the activity log as it was', async () => {
    const before = await activityCount()
    for (const route of routes().filter(({ method, path }) => method === 'GET' && path !== '/events')) {
      await ownerBrowser.send(fill(route.path), { method: 'GET' })
    }
    expect(await activityCount()).toBe(before)
  })

  test('every answer carries the strict policy, the id and no leave to keep it', async () => {
    const pages = routes().filter(
      ({ method, path }) => method === 'GET' && path !== '/events' && !/^\/(health|ready|static)/.test(path),
    )
    for (const browser of [panel.browser(), ownerBrowser]) {
      for (const { path } of [...pages, { path: '/absent' }]) {
        const { headers } = await browser.send(fill(path), { method: 'GET' })
        expect([path, headers.get('content-security-policy')]).toEqual([path, contentSecurityPolicy])
        expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff'])
        expect([path, headers.get('referrer-policy')]).toEqual([path, 'same-origin'])
        expect([path, headers.get('cache-control')]).toEqual([path, 'no-store'])
        expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}$/)
      }
    }
    expect(contentSecurityPolicy).not.toMatch(/unsafe|nonce|\*|http/)
  })

  test('no page has an inline script, style or handler', async () => {
    for (const { path } of routes().filter(
      ({ method, path }) => method === 'GET' && !/^\/(events|static|api|health|ready)/.test(path),
    )) {
      const body = await (await ownerBrowser.send(fill(path), { method: 'GET' })).text()
      expect([path, body.match(/<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle="|\son\w+="|hx-on|javascript:/g)]).toEqual([
        path,
        null,
      ])
    }
  })
})

describe('a failure', () => {
  test('of ours shows an id that stands in the log with the cause, and nothing else of it', async () => {
    const broken = await testPanel({ log: log() })
    const browser = await broken.owner.browser()
    Object.assign(broken.context.plugins, { plugins: undefined })
    lines.length = 0
    const response = await browser.get('/plugins')
    const body = await response.text()
    const requestId = response.headers.get('x-request-id') ?? ''
    expect(response.status).toBe(500)
    expect(body).toContain(requestId)
    expect(body).not.toMatch(/undefined|TypeError|Cannot read/)
    const line = lines.find(({ level }) => level === 'error')
    expect(line?.fields).toMatchObject({ requestId, status: 500, path: '/plugins' })
    expect(line?.fields['error']).toBeInstanceOf(TypeError)
    await broken[Symbol.asyncDispose]()
  })

  test('of a person is no error in the log', async () => {
    lines.length = 0
    await ownerBrowser.get('/nodes/nonsense')
    await ownerBrowser.post('/theme', { theme: 'pink' })
    expect(lines.filter(({ level }) => level !== 'debug')).toEqual([])
  })

  test('is problem details in the API', async () => {
    const api = await panel.owner.api()
    const response = await api.get(`/nodes/${id}`)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toEqual({
      type: 'urn:stellar:problem:node-not-found',
      title: 'There is no node with this id.',
      status: 404,
      code: 'node-not-found',
      requestId: response.headers.get('x-request-id'),
    })
  })

  test('of a part of a page becomes a toast, and the part stays', async () => {
    const response = await ownerBrowser.get('/nodes/nonsense', { 'hx-request': 'true', 'hx-request-type': 'partial' })
    expect(response.status).toBe(404)
    expect(response.headers.get('hx-reswap')).toBe('none')
    expect(await response.text()).toContain('hx-target="#toasts"')
  })

  test('to be signed in sends htmx to the sign-in page as a whole', async () => {
    const response = await panel.browser().get('/account', { 'hx-request': 'true', 'hx-request-type': 'partial' })
    expect([response.status, response.headers.get('hx-redirect')]).toEqual([401, '/sign-in?next=%2Faccount'])
  })

  test.each(['/servers/%zz', '/%', '/servers/%E0%A4%A', '/absent', '/api/v1/absent', '/api'])(
    'to find anything is 404: %s',
    async (path) => {
      expect((await ownerBrowser.send(path, { method: 'GET' })).status).toBe(404)
    },
  )
})

describe('what a request may bring', () => {
  test('is bounded, with and without a declared length', async () => {
    const large = 'x'.repeat(300 * 1024)
    const declared = await ownerBrowser.send('/account/keys', {
      method: 'POST',
      body: `name=${large}`,
      headers: {
        origin,
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(large.length + 5),
      },
    })
    expect(declared.status).toBe(413)
    const stream = new Blob([large]).stream()
    const streamed = await ownerBrowser.send('/account/keys', {
      method: 'POST',
      body: stream,
      duplex: 'half',
      headers: { origin },
    } as RequestInit)
    expect(streamed.status).toBe(413)
    expect(
      (
        await (
          await ownerBrowser.send('/api/v1/account/keys', {
            method: 'POST',
            body: large,
            headers: { origin, 'content-type': 'application/json', 'content-length': String(large.length) },
          })
        ).json()
      ).code,
    ).toBe('body-too-large')
  })
})

describe('a page', () => {
  test('comes packed to those who take it, with the same content, and an event stream never does', async () => {
    const headers = { 'accept-encoding': 'gzip, br' }
    const packed = await panel.browser().get('/sign-in', headers)
    expect([packed.headers.get('content-encoding'), packed.headers.get('vary')]).toEqual(['gzip', 'Accept-Encoding'])
    const plain = await panel.browser().get('/sign-in')
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(gunzipSync(await packed.bytes()).toString()).toBe(await plain.text())
    const stream = await ownerBrowser.get('/events?topic=servers', headers)
    expect([stream.status, stream.headers.get('content-encoding')]).toEqual([200, null])
    await stream.body?.cancel()
  })
})

describe('the panel’s health', () => {
  test('live says ok without a session or a cookie', async () => {
    const response = await panel.browser().get('/health')
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }])
  })

  test('ready names what it looked at', async () => {
    const response = await panel.browser().get('/ready')
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: 'ready', checks: { database: 'ok', link: 'ok' } },
    ])
  })

  test('not ready is 503 and says which part, while live stays ok', async () => {
    await using lost = await testPanel({ linkOpen: () => false })
    const response = await lost.browser().get('/ready')
    expect([response.status, await response.json()]).toEqual([
      503,
      { status: 'not-ready', checks: { database: 'ok', link: 'failed' } },
    ])
    await lost.database[Symbol.asyncDispose]()
    expect(await (await lost.browser().get('/ready')).json()).toMatchObject({ checks: { database: 'failed' } })
    expect((await lost.browser().get('/health')).status).toBe(200)
  })
})

/** By parameter of a route: one of each kind that is the owner's. */
async function ownersThings(make = true) {
  const { owner, database } = panel
  if (make) {
    const nodeId = await panel.addNode()
    await database.withSystem(async (tx) => {
      const limits = { memoryBytes: 1e9, cpuPercent: 100, diskBytes: 1e9 }
      const plain = {
        blueprintId: blueprint.id,
        blueprint,
        image: 'docker.io/library/debian:12',
        variables: {},
        ...limits,
      }
      const serverId = crypto.randomUUID()
      await tx.insert(servers).values({ id: serverId, name: 'theirs', ownerId: owner.id, nodeId, ...plain })
      await tx.insert(allocations).values({ nodeId, serverId, port: 25000, name: 'game', protocol: 'udp' })
    })
    await owner.api()
  }
  return await database.withSystem(async (tx) => {
    const [server] = await tx.select().from(servers).limit(1)
    const [key] = await tx.select().from(apiKeys).where(eq(apiKeys.userId, owner.id)).limit(1)
    const [session] = await tx.select().from(sessions).where(eq(sessions.userId, owner.id)).limit(1)
    return {
      ':id': server?.id ?? '',
      ':nodeId': server?.nodeId ?? '',
      ':keyId': key?.id ?? '',
      ':sessionId': session?.id ?? '',
      state: JSON.stringify([server?.name, server?.revision, server?.powerRequest, server?.deletedAt]),
    }
  })
}

const blueprint = blueprintSchema.parse({
  schema: 1,
  id: 'alpha',
  version: 1,
  name: 'Alpha',
  summary: 'A game.',
  plate: { motif: 'orbit', hue: 200 },
  images: [{ label: 'Latest', image: 'docker.io/library/debian:12' }],
  start: ['/bin/true'],
  ports: [{ name: 'game', label: 'Game', protocol: 'udp', preferred: 25000 }],
  resources: { memoryMiB: 512, minimumMemoryMiB: 256, cpuPercent: 100, diskMB: 1000 },
  ready: { when: 'running' },
  stop: { by: { kind: 'signal', signal: 'SIGTERM' } },
})

/** A request that would be in order, were it one's own server: what is refused is refused for the person. */
function filled({ method, path }: { method: string; path: string }): RequestInit {
  if (method === 'GET') return {}
  if (!path.startsWith('/api/')) {
    return {
      body: new URLSearchParams({ action: 'start', command: 'say hi', hint: 'eula', name: 'x' }),
      headers: { origin },
    }
  }
  const operation = allApiRoutes.find(
    (route) => route.method.toUpperCase() === method && urls.api() + route.path === path,
  )
  const body =
    operation?.body && sample(z.toJSONSchema(operation.body, { io: 'input', unrepresentable: 'any' }) as Sketch)
  return { body: JSON.stringify(body ?? {}), headers: { origin, 'content-type': 'application/json' } }
}

/** Required parts of the query, for pages and API alike. */
function queryOf(route: { method: string; path: string }): string {
  const schema = operationOf(route)?.query
  if (!schema) return route.path.includes('/console/') ? '?q=x&before=9&limit=9' : ''
  const { required = [], ...rest } = sketch(schema)
  const values = required.length > 0 ? sample({ ...rest, required }) : {}
  return `?${new URLSearchParams(Object.entries(values as object).map(([name, value]) => [name, String(value)]))}`
}

const operationOf = ({ method, path }: { method: string; path: string }) =>
  allApiRoutes.find((route) => route.method.toUpperCase() === method && urls.api() + route.path === path)

const sketch = (schema: z.ZodType): Sketch => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Sketch

interface Sketch {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly format?: string
  readonly pattern?: string
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Sketch>>
}

/** The smallest value that fits: what is required, or the first field where nothing is. */
function sample({ type, enum: choices, minimum, format, pattern, required = [], properties = {} }: Sketch): unknown {
  if (choices) return choices[0]
  if (type === 'string') return format === 'uuid' ? id : pattern?.includes('@') ? 'x@panel.test' : 'x'
  if (type === 'integer' || type === 'number') return Math.max(1, minimum ?? 1)
  if (type === 'boolean') return true
  const names = required.length > 0 ? required : Object.keys(properties).slice(0, 1)
  return Object.fromEntries(names.map((name) => [name, sample(properties[name] ?? {})]))
}

const matches = (pattern: string, path: string): boolean =>
  pattern !== path && new RegExp(`^${pattern.replace(/:\w+/g, '[^/:]+')}$`).test(path)

function isPanelWide(access: Access | undefined): boolean {
  return (
    access !== undefined &&
    access !== 'public' &&
    access !== 'signed-in' &&
    anyOf(access).every((permission) => ['panel', 'node'].includes(describeOf(permission).reach))
  )
}

async function activityCount(): Promise<number> {
  const api = await panel.owner.api()
  const { data } = (await (await api.get('/activity?limit=200')).json()) as { data: unknown[] }
  return data.length
}
