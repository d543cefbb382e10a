import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blueprintSchema } from '#core/domain/blueprint.ts'
import { record } from '#core/panel/activity/record.ts'
import { fakeStatus } from '#core/testing/fake-hub.ts'
import { type ApiClient, origin, type TestPanel, testPanel } from '#core/testing/panel.ts'
import { allApiRoutes } from './routes.ts'

const blueprints = ['alpha', 'beta', 'gamma'].map((id) =>
  blueprintSchema.parse({
    schema: 1,
    id,
    version: 1,
    name: id,
    summary: `A game called ${id}.`,
    plate: { motif: 'orbit', hue: 200 },
    images: [{ label: 'Latest', image: 'docker.io/library/debian:12' }],
    start: ['/bin/true'],
    ports: [{ name: 'game', label: 'Game', protocol: 'udp', preferred: 25000 }],
    resources: { memoryMiB: 512, minimumMemoryMiB: 256, cpuPercent: 100, diskMB: 1000 },
    ready: { when: 'running' },
    stop: { by: { kind: 'signal', signal: 'SIGTERM' } },
  }),
)

let panel: TestPanel
let api: ApiClient

beforeAll(async () => {
  panel = await testPanel({ blueprints })
  api = await panel.owner.api()
})
afterAll(() => panel[Symbol.asyncDispose]())

const json = async (response: Response) => (await response.json()) as Record<string, object>

/** All items of a list, page by page. */
async function walk(path: string, limit: number): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = []
  let cursor = ''
  for (let guard = 0; guard < 50; guard++) {
    const page = (await (await api.get(`${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor}`)).json()) as {
      data: Record<string, unknown>[]
      next: string | null
    }
    expect(page.data.length).toBeLessThanOrEqual(limit)
    items.push(...page.data)
    if (page.next === null) return items
    cursor = `&cursor=${page.next}`
  }
  throw new Error('the pages of a list do not end')
}

describe('the OpenAPI document', () => {
  test('is 3.1 and names every route of the API and no other', async () => {
    const document = await json(await api.get('/openapi.json'))
    expect(document['openapi']).toMatch(/^3\.1\./)
    const documented = Object.entries(document['paths'] ?? {}).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} /api/v1${path.replace(/\{(\w+)\}/g, ':$1')}`),
    )
    const served = panel.app.routes
      .filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/v1/') && path !== '/api/v1/openapi.json')
      .map(({ method, path }) => `${method} ${path}`)
    expect(documented.toSorted()).toEqual([...new Set(served)].toSorted())
  })

  test('is well-formed: operations, parameters, bodies, answers and references', async () => {
    const document = await json(await api.get('/openapi.json'))
    expect(problemsOf(document as Loose)).toEqual([])
  })

  test('has an id of its own for every operation, and its codes', () => {
    const ids = allApiRoutes.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/)
  })

  test('is made for signed-in people and says where it is served', async () => {
    expect((await panel.browser().get('/api/v1/openapi.json')).status).toBe(401)
    expect((await json(await api.get('/openapi.json')))['servers']).toEqual([{ url: '/api/v1' }])
  })
})

describe('what arrives', () => {
  test.each([
    ['not JSON', '{', 422, 'invalid-input'],
    ['an unknown field', '{"name":"x","admin":true}', 422, 'invalid-input'],
    ['a missing field', '{}', 422, 'invalid-input'],
    ['a field of another type', '{"name":7}', 422, 'invalid-input'],
    ['null', 'null', 422, 'invalid-input'],
  ])('is refused when it is %s', async (_, body, status, code) => {
    const response = await panel.app.request(`${origin}/api/v1/account/keys`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' },
    })
    const problem = await json(response)
    expect([response.status, problem['code'], Object.keys(problem['fields'] ?? {}).length > 0]).toEqual([
      status,
      code,
      true,
    ])
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  test('is refused as a form', async () => {
    const response = await panel.app.request(`${origin}/api/v1/account/keys`, {
      method: 'POST',
      body: new URLSearchParams({ name: 'x' }),
      headers: { authorization: `Bearer ${api.key}` },
    })
    expect([response.status, (await json(response))['code']]).toEqual([415, 'unsupported-media-type'])
  })

  test.each(['limit=0', 'limit=201', 'limit=x', 'cursor=!!', 'cursor=eHh4'])(
    'is refused when a list is asked with %s',
    async (query) => {
      expect((await api.get(`/activity?${query}`)).status).toBe(422)
    },
  )

  test('is not found when the id is none', async () => {
    expect((await api.get('/nodes/nonsense')).status).toBe(404)
    expect((await api.delete('/account/keys/1')).status).toBe(404)
  })

  test('comes with the session of a browser too, when it says where from', async () => {
    const browser = await panel.owner.browser()
    const init = { method: 'POST', body: '{"name":"from the browser"}' }
    const headers = { 'content-type': 'application/json' }
    expect((await browser.send('/api/v1/account/keys', { ...init, headers })).status).toBe(403)
    expect((await browser.send('/api/v1/account/keys', { ...init, headers: { ...headers, origin } })).status).toBe(201)
  })
})

describe('lists', () => {
  test.each([1, 2, 3, 100])('give every item once, in order, %i at a time', async (limit) => {
    expect((await walk('/blueprints', limit)).map(({ id }) => id)).toEqual(['alpha', 'beta', 'gamma'])
  })

  test('of nodes go by name', async () => {
    for (const name of ['c', 'a', 'b']) await panel.addNode({ name })
    const names = (await walk('/nodes', 2)).map(({ name }) => name)
    expect(names).toEqual(names.toSorted((a, b) => (String(a) < String(b) ? -1 : 1)))
    expect(names).toEqual(expect.arrayContaining(['a', 'b', 'c']))
  })

  test('of activity go from new to old, by kind, outcome and words', async () => {
    await panel.database.withSystem(async (tx) => {
      for (let i = 0; i < 5; i++)
        await record(tx, panel.owner.actor, { action: 'node.update', subject: `100% north_${i}` })
      await record(tx, panel.owner.actor, { action: 'account.sign-in', outcome: 'refused' })
    })
    const ids = (await walk('/activity', 2)).map(({ id }) => Number(id))
    expect(ids).toEqual(ids.toSorted((a, b) => b - a))
    expect(new Set(ids).size).toBe(ids.length)
    expect(await walk('/activity?kind=node', 2)).toHaveLength(5)
    expect(await walk('/activity?outcome=refused', 2)).toHaveLength(1)
    expect(await walk(`/activity?q=${encodeURIComponent('NORTH_3')}`, 2)).toHaveLength(1)
    // The signs of LIKE are letters like any other.
    expect(await walk(`/activity?q=${encodeURIComponent('0% n')}`, 10)).toHaveLength(5)
    expect(await walk(`/activity?q=${encodeURIComponent('n%h')}`, 10)).toHaveLength(0)
    expect(await walk(`/activity?q=${encodeURIComponent('north-3')}`, 10)).toHaveLength(0)
  })
})

describe('a node', () => {
  test('shows what it says, and changes what is set while passwords stay inside', async () => {
    const id = await panel.addNode({ name: 'north' })
    panel.hub.connect(id, fakeStatus({ portsTaken: [25000, 80] }))
    const before = await json(await api.get(`/nodes/${id}`))
    expect(before).toMatchObject({
      name: 'north',
      connected: true,
      freePorts: 999,
      cpu: { total: 400 },
      serverCount: 0,
    })

    const logins = [{ registry: 'registry.test:5000', username: 'ada', password: 'hunter2-secret' }]
    const changed = await api.patch(`/nodes/${id}`, {
      name: 'south',
      mirrors: [{ from: 'docker.io/', to: 'mirror.test:5000/' }],
      logins,
    })
    expect(changed.status).toBe(200)
    const text = await changed.text()
    expect(text).not.toContain('hunter2-secret')
    expect(JSON.parse(text)).toMatchObject({
      name: 'south',
      publicAddress: 'play.test',
      logins: [{ registry: 'registry.test:5000', username: 'ada' }],
    })
    expect(panel.hub.told.at(-1)).toEqual({
      nodeId: id,
      settings: {
        portRange: { from: 25000, to: 25999 },
        mirrors: [{ from: 'docker.io/', to: 'mirror.test:5000/' }],
        logins,
      },
    })

    // Without the password the stored one stays; for another user there is none.
    expect(
      (await api.patch(`/nodes/${id}`, { logins: [{ registry: 'registry.test:5000', username: 'ada' }] })).status,
    ).toBe(200)
    expect(panel.hub.told.at(-1)?.settings.logins).toEqual(logins)
    const refused = await api.patch(`/nodes/${id}`, { logins: [{ registry: 'registry.test:5000', username: 'bob' }] })
    expect(Object.keys((await json(refused))['fields'] ?? {})).toEqual(['logins.0.password'])
    const entries = await walk('/activity?kind=node&q=south', 10)
    expect(JSON.stringify(entries)).toContain('registry.test:5000')
    expect(JSON.stringify(entries)).not.toContain('hunter2-secret')
  })

  test.each([
    [{ portFrom: 30000, portTo: 20000 }, 'portTo'],
    [{ portFrom: 80 }, 'portFrom'],
    [{ memoryPercent: 101 }, 'memoryPercent'],
    [{ publicAddress: 'a b' }, 'publicAddress'],
    [{ publicAddress: 'http://x' }, 'publicAddress'],
    [{ name: '' }, 'name'],
    [{ mirrors: [{ from: 'a b', to: 'x' }] }, 'mirrors.0.from'],
  ])('refuses %j and stays as it was', async (change, field) => {
    const id = await panel.addNode()
    const told = panel.hub.told.length
    const response = await api.patch(`/nodes/${id}`, change)
    expect([response.status, Object.keys((await json(response))['fields'] ?? {})]).toEqual([422, [field]])
    expect(panel.hub.told.length).toBe(told)
  })

  test('has a name of its own', async () => {
    await panel.addNode({ name: 'taken' })
    const response = await api.patch(`/nodes/${await panel.addNode()}`, { name: 'taken' })
    expect((await json(response))['fields']).toEqual({ name: 'Another node has this name.' })
  })

  test('measures now when it is asked, and is unreachable when it is away', async () => {
    const id = await panel.addNode()
    expect((await json(await api.post(`/nodes/${id}/check`)))['code']).toBe('node-unreachable')
    panel.hub.connect(id)
    panel.hub.answer('node.status', () =>
      fakeStatus({ hostname: 'measured', at: new Date(Date.now() + 1).toISOString() }),
    )
    const checked = await api.post(`/nodes/${id}/check`)
    expect([checked.status, (await json(checked))['hostname']]).toEqual([200, 'measured'])
    expect(panel.hub.requests.at(-1)).toMatchObject({ nodeId: id, method: 'node.status' })
  })

  test('is changed by its form as well; a wrong value comes back with the form', async () => {
    const id = await panel.addNode({ name: 'formed' })
    const browser = await panel.owner.browser()
    const fields = {
      name: 'formed',
      publicAddress: 'play.test',
      portFrom: '25000',
      portTo: '25100',
      memoryPercent: '80',
      diskPercent: '90',
      'mirrors.0.from': '',
      'mirrors.0.to': '',
      'mirrors.1.from': 'docker.io/',
      'mirrors.1.to': 'mirror.test/',
    }
    const wrong = await browser.post(`/nodes/${id}/settings`, { ...fields, 'mirrors.1.to': 'a b' })
    expect(wrong.status).toBe(422)
    const saved = await browser.post(`/nodes/${id}/settings`, fields)
    expect([saved.status, saved.headers.get('location')]).toEqual([303, `/nodes/${id}`])
    expect(await json(await api.get(`/nodes/${id}`))).toMatchObject({
      portTo: 25100,
      memoryPercent: 80,
      mirrors: [{ from: 'docker.io/', to: 'mirror.test/' }],
    })
  })
})

interface Loose {
  readonly [name: string]: Loose | undefined
}

/** What OpenAPI 3.1 demands of a document of our shape, after the specification's own schema. */
function problemsOf(document: Loose): string[] {
  const found: string[] = []
  const need = (condition: unknown, sentence: string) => {
    if (!condition) found.push(sentence)
  }
  need(document['info']?.['title'] && document['info']['version'], 'info lacks title or version')
  for (const [path, item = {}] of Object.entries(document['paths'] ?? {})) {
    need(path.startsWith('/'), `${path} does not start with a slash`)
    for (const [method, operation = {}] of Object.entries(item)) {
      const name = `${method} ${path}`
      need(['get', 'post', 'put', 'patch', 'delete'].includes(method), `${name}: unknown method`)
      const parameters = (operation['parameters'] ?? []) as unknown as {
        name: string
        in: string
        required: boolean
        schema: unknown
      }[]
      const inPath = parameters.filter((parameter) => parameter.in === 'path')
      need(
        JSON.stringify(inPath.map(({ name }) => name)) ===
          JSON.stringify([...path.matchAll(/\{(\w+)\}/g)].map(([, found]) => found)),
        `${name}: path parameters differ`,
      )
      need(
        inPath.every(({ required }) => required),
        `${name}: a path parameter is optional`,
      )
      need(
        parameters.every(({ schema }) => schema !== undefined),
        `${name}: a parameter has no schema`,
      )
      need(
        new Set(parameters.map((parameter) => `${parameter.in} ${parameter.name}`)).size === parameters.length,
        `${name}: a parameter twice`,
      )
      need(!(method === 'get' && operation['requestBody']), `${name}: a GET with a body`)
      const responses = Object.entries(operation['responses'] ?? {})
      need(
        responses.some(([status]) => /^(2\d\d|101)$/.test(status)),
        `${name}: no success`,
      )
      need(
        responses.every(([status]) => /^(default|[1-5]\d\d)$/.test(status)),
        `${name}: a status that is none`,
      )
      need(
        responses.every(([, response]) => response?.['$ref'] ?? response?.['description']),
        `${name}: an answer without description`,
      )
    }
  }
  for (const reference of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)) {
    const target = reference[1] ?? ''
    need(
      target.startsWith('#/') &&
        target
          .slice(2)
          .split('/')
          .reduce<Loose | undefined>((at, part) => at?.[part], document),
      `${target} leads nowhere`,
    )
  }
  return found
}
