// API keys with limits, asked as programs ask: through the API.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forgetSessions } from '#core/auth/sessions.ts'
import { type ApiClient, origin, type TestPanel, testPanel } from '#core/testing/panel.ts'
import { addServer } from '#core/testing/test-servers.ts'
import { mostKeys } from './keys.ts'

let panel: TestPanel
let owner: ApiClient
let [one, two] = ['', '']

beforeAll(async () => {
  panel = await testPanel({ config: { trustedProxies: ['10.0.0.1'] } })
  owner = await panel.owner.api()
  const nodeId = await panel.addNode()
  panel.hub.connect(nodeId)
  one = await addServer(panel, nodeId, { state: 'running' })
  two = await addServer(panel, nodeId, { state: 'running' })
})
afterAll(() => panel[Symbol.asyncDispose]())

interface Asked {
  readonly method?: string
  readonly body?: unknown
  readonly from?: string
}

/** With this key, from this address as the proxy saw it. */
function ask(key: string, path: string, { method = 'GET', body, from = '203.0.113.9' }: Asked = {}) {
  return panel.app.request(
    `${origin}/api/v1${path}`,
    {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        'x-forwarded-for': from,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
    { incoming: { socket: { remoteAddress: '10.0.0.1' } } },
  )
}

async function make(limits: Record<string, unknown>): Promise<string> {
  const made = await owner.post('/account/keys', { name: 'limited', ...limits })
  expect(made.status).toBe(201)
  return (await made.json()).key
}
const power = (id: string, action: string) => [`/servers/${id}/power`, { method: 'POST', body: { action } }] as const

describe('a key with permissions', () => {
  test('does what it names and nothing else, also in the hands of the owner', async () => {
    const key = await make({ permissions: ['server.view', 'server.stop'] })
    expect((await ask(key, `/servers/${one}`)).status).toBe(200)
    expect((await ask(key, ...power(one, 'stop'))).status).toBe(202)
    expect((await ask(key, ...power(one, 'kill'))).status).toBe(403)
    expect((await ask(key, '/nodes')).status).toBe(403)
    expect((await ask(key, '/account/keys', { method: 'POST', body: { name: 'x' } })).status).toBe(403)
  })

  test('takes wildcards, and refuses what names no permission', async () => {
    const key = await make({ permissions: ['server.*'] })
    expect((await ask(key, ...power(one, 'kill'))).status).toBe(202)
    for (const permissions of [['nothing.at.all'], ['server.start; drop'], []]) {
      expect((await owner.post('/account/keys', { name: 'x', permissions })).status).toBe(422)
    }
  })

  test('never gives more than its owner has', async () => {
    const user = await panel.addUser('Bob')
    const made = await (await user.api()).post('/account/keys', { name: 'all', permissions: ['*'] })
    const { key } = await made.json()
    expect((await ask(key, '/nodes')).status).toBe(403)
    expect((await ask(key, `/servers/${one}`)).status).toBe(404)
  })
})

describe('a key for some servers', () => {
  test('reaches these and no other', async () => {
    const key = await make({ serverIds: [one] })
    expect((await ask(key, `/servers/${one}`)).status).toBe(200)
    expect((await ask(key, `/servers/${two}`)).status).toBe(404)
    const { data } = await (await ask(key, '/servers')).json()
    expect(data.map(({ id }: { id: string }) => id)).toEqual([one])
    expect((await ask(key, ...power(two, 'stop'))).status).toBe(404)
  })

  test('is not made for a server of somebody else', async () => {
    const stranger = await (await panel.addUser('Eve')).api()
    expect((await stranger.post('/account/keys', { name: 'x', serverIds: [one] })).status).toBe(422)
  })
})

describe('a key for some addresses', () => {
  test('opens nothing from elsewhere, and is not said to be used by a try from there', async () => {
    const key = await make({ name: 'addressed', allowedAddresses: ['192.0.2.0/24', '2001:db8::/32'] })
    expect((await ask(key, '/account', { from: '203.0.113.9' })).status).toBe(401)
    const before = (await (await owner.get('/account/keys')).json()).data
    expect(before.find(({ name }: { name: string }) => name === 'addressed').lastUsedAt).toBeUndefined()
    expect((await ask(key, '/account', { from: '192.0.2.77' })).status).toBe(200)
    // Remembered for seconds, and still not for everybody.
    expect((await ask(key, '/account', { from: '203.0.113.9' })).status).toBe(401)
    expect((await ask(key, '/account', { from: '2001:db8::7' })).status).toBe(200)
    const after = (await (await owner.get('/account/keys')).json()).data
    expect(after.find(({ name }: { name: string }) => name === 'addressed')).toMatchObject({
      lastUsedAddress: '192.0.2.77',
      allowedAddresses: ['192.0.2.0/24', '2001:db8::/32'],
    })
  })
})

describe('attack 37: a key', () => {
  test('never sets a cookie, whatever it asks', async () => {
    const key = await make({})
    for (const path of ['/account', '/servers', '/account/keys', '/nodes']) {
      expect((await ask(key, path)).headers.getSetCookie()).toEqual([])
    }
  })

  test('makes no key that does more, reaches further or lives longer than itself', async () => {
    const ends = new Date(Date.now() + 60_000).toISOString()
    const key = await make({
      permissions: ['account.*', 'server.view'],
      serverIds: [one],
      expiresAt: ends,
      allowedAddresses: ['203.0.113.0/24'],
    })
    const makes = (body: Record<string, unknown>) =>
      ask(key, '/account/keys', { method: 'POST', body: { name: 'child', ...body } })
    const same = {
      permissions: ['server.view'],
      serverIds: [one],
      expiresAt: ends,
      allowedAddresses: ['203.0.113.0/24'],
    }
    expect((await makes(same)).status).toBe(201)
    for (const more of [
      { permissions: undefined },
      { permissions: ['server.*'] },
      { serverIds: undefined },
      { serverIds: [one, two] },
      { expiresAt: undefined },
      { allowedAddresses: undefined },
      { allowedAddresses: ['0.0.0.0/0'] },
      { expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
    ]) {
      expect([more, (await makes({ ...same, ...more })).status]).toEqual([more, 403])
    }
  })
})

test('a session that showed nothing for a while makes no key by the API either', async () => {
  const browser = await panel.owner.browser()
  const ask = () =>
    browser.send('/api/v1/account/keys', {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json' },
      body: '{"name":"stolen"}',
    })
  expect((await ask()).status).toBe(201)
  await panel.database.withSystem((tx) => tx.execute(`update panel.sessions set proved_at = now() - interval '1 hour'`))
  forgetSessions(panel.database)
  expect(await (await ask()).json()).toMatchObject({ status: 403, code: 'proof-required' })
})

describe('the page of keys', () => {
  test('makes a key with limits, shows it once and revokes it', async () => {
    const browser = await panel.owner.browser()
    const made = await browser.post('/account/keys', {
      name: 'deploy',
      life: '30',
      scope: 'chosen',
      'may.server.view': 'on',
      'may.server.start': 'on',
      reach: 'chosen',
      [`on.${one}`]: 'true',
      allowedAddresses: '192.0.2.7\n10.0.0.0/8',
    })
    const html = await made.text()
    const key = /stellar_key_[0-9a-f]{8}_[\w-]{43}/.exec(html)?.[0] ?? ''
    expect(made.status).toBe(200)
    expect((await ask(key, `/servers/${one}`, { from: '10.1.2.3' })).status).toBe(200)
    expect((await ask(key, `/servers/${two}`, { from: '10.1.2.3' })).status).toBe(404)
    const list = await (await browser.get('/account/keys')).text()
    expect(list).not.toContain(key)
    expect(list).toContain('from 192.0.2.7, 10.0.0.0/8')
    const [, id] = /action="\/account\/keys\/([0-9a-f-]{36})"/.exec(list) ?? []
    await browser.post(`/account/keys/${id}`)
    expect((await ask(key, `/servers/${one}`, { from: '10.1.2.3' })).status).toBe(401)
  })

  test('says at its field what is wrong, and keeps what was typed', async () => {
    const browser = await panel.owner.browser()
    const response = await browser.post('/account/keys', {
      name: 'deploy',
      scope: 'chosen',
      allowedAddresses: '192.0.2.300',
    })
    const html = await response.text()
    expect(response.status).toBe(422)
    expect(html).toContain('192.0.2.300')
    expect(html).toContain('Choose at least one permission, or all.')
  })
})

test('attack 38: fifty at once make exactly the one that is left', async () => {
  const api = await (await panel.addUser('Zoe')).api()
  for (let i = 1; i < mostKeys - 1; i++) await api.post('/account/keys', { name: `key ${i}` })
  const answers = await Promise.all(Array.from({ length: 50 }, () => api.post('/account/keys', { name: 'last' })))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
})
