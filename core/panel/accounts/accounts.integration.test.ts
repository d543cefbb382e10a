import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOwner } from '#core/panel/setup/create-owner.ts'
import { type Browser, origin, type TestPanel, testPanel } from '#core/testing/panel.ts'
import { urls } from '#views/urls.ts'

const account = { name: 'Ada', email: 'ada@panel.test', password: 'correct horse battery' }
const right = { email: account.email, password: account.password }
const clock = { now: Date.now() }
let panel: TestPanel

beforeAll(async () => {
  panel = await testPanel({ owner: false, now: () => clock.now })
  await createOwner(panel.database, account, { via: 'command-line', address: undefined, requestId: undefined })
})
afterAll(() => panel[Symbol.asyncDispose]())

/** Each test has its own time, so that tries of another do not count here. */
async function signedIn(): Promise<Browser> {
  clock.now += 60 * 60_000 + 1
  const browser = panel.browser()
  const response = await browser.post('/sign-in', right)
  expect(response.status).toBe(303)
  return browser
}
const sessionLine = (response: Response) =>
  response.headers.getSetCookie().find((line) => /stellar-session=/.test(line)) ?? ''

describe('signing in', () => {
  test('sets a cookie that scripts and foreign pages cannot use, and leads home', async () => {
    const response = await panel.browser().post('/sign-in', right)
    expect([response.status, response.headers.get('location')]).toEqual([303, '/'])
    expect(sessionLine(response)).toMatch(/^stellar-session=[\w-]{43}; /)
    for (const attribute of ['HttpOnly', 'SameSite=Lax', 'Path=/']) expect(sessionLine(response)).toContain(attribute)
    expect(sessionLine(response)).not.toContain('Secure')
  })

  test('over HTTPS the cookie is secure and bound to the host', async () => {
    await using secure = await testPanel({ owner: false, config: { url: 'https://panel.test' } })
    await createOwner(secure.database, account, { via: 'command-line', address: undefined, requestId: undefined })
    const response = await secure.browser().post('/sign-in', right, { origin: 'https://panel.test' })
    expect(sessionLine(response)).toMatch(/^__Host-stellar-session=/)
    expect(sessionLine(response)).toContain('Secure')
    expect(response.headers.get('strict-transport-security')).toContain('max-age=')
  })

  test('the e-mail may be typed in any case', async () => {
    expect((await panel.browser().post('/sign-in', { ...right, email: ' ADA@Panel.Test ' })).status).toBe(303)
  })

  test('leads back to where somebody wanted to go, and never to another site', async () => {
    const to = async (next: string) =>
      (await panel.browser().post('/sign-in', { ...right, next })).headers.get('location')
    expect(await to('/nodes?x=1')).toBe('/nodes?x=1')
    expect(await to('https://evil.example/')).toBe('/')
    expect(await to('//evil.example/')).toBe('/')
    expect(await to('/\\evil.example')).toBe('/')
  })

  test('is refused in the same words for a wrong password and for nobody, without a cookie', async () => {
    const wrong = await panel.browser().post('/sign-in', { ...right, password: 'wrong' })
    const nobody = await panel.browser().post('/sign-in', { email: 'who@panel.test', password: 'wrong' })
    const text = async (response: Response, email: string) => (await response.text()).replaceAll(email, '')
    expect([wrong.status, nobody.status]).toEqual([422, 422])
    expect(await text(wrong, account.email)).toBe(await text(nobody, 'who@panel.test'))
    expect([...wrong.headers.getSetCookie(), ...nobody.headers.getSetCookie()]).toEqual([])
  })

  test('takes as long for nobody as for a wrong password', async () => {
    clock.now += 60 * 60_000
    const times = { known: [] as number[], unknown: [] as number[] }
    // In turns, so that a busy machine slows both alike.
    for (let i = 0; i < 9; i++) {
      for (const [list, email] of [
        [times.known, account.email],
        [times.unknown, 'who@panel.test'],
      ] as const) {
        const begun = performance.now()
        await panel.browser().post('/sign-in', { email, password: 'wrong password' })
        list.push(performance.now() - begun)
      }
    }
    const median = (list: number[]) => list.toSorted((a, b) => a - b)[4] ?? 0
    const [known, unknown] = [median(times.known), median(times.unknown)]
    // Without a password hash for nobody the second would be ten times faster.
    expect(unknown).toBeGreaterThan(known * 0.5)
    expect(unknown).toBeLessThan(known * 2)
  })

  test('too many tries at one account from one address are refused, and the right password waits too', async () => {
    clock.now += 60 * 60_000
    const answers: number[] = []
    for (let i = 0; i < 11; i++)
      answers.push((await panel.browser().post('/sign-in', { ...right, password: 'wrong' })).status)
    expect(answers).toEqual([...Array.from({ length: 10 }, () => 422), 429])
    const late = await panel.browser().post('/sign-in', right)
    expect(late.status).toBe(429)
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(60)
    clock.now += 16 * 60_000
    expect((await panel.browser().post('/sign-in', right)).status).toBe(303)
  })

  test('right passwords keep no processor busy: sixty sign-ins and ten changes an hour', async () => {
    clock.now += 2 * 60 * 60_000
    const signIns: number[] = []
    for (let i = 0; i < 61; i++) signIns.push((await panel.browser().post('/sign-in', right)).status)
    expect(signIns).toEqual([...Array.from({ length: 60 }, () => 303), 429])
    const browser = await signedIn()
    const change = { current: account.password, password: account.password }
    const changes: number[] = []
    for (let i = 0; i < 11; i++) changes.push((await browser.post(urls.accountPassword(), change)).status)
    expect(changes).toEqual([...Array.from({ length: 10 }, () => 303), 429])
  }, 60_000)

  test('a flood from one address leaves other accounts and other addresses alone', async () => {
    await using proxied = await testPanel({ owner: false, config: { trustedProxies: ['10.0.0.0/8'] } })
    await createOwner(proxied.database, account, { via: 'command-line', address: undefined, requestId: undefined })
    const from = (address: string, fields: Record<string, string>) =>
      proxied.app.request(
        `${origin}/sign-in`,
        { method: 'POST', body: new URLSearchParams(fields), headers: { origin, 'x-forwarded-for': address } },
        { incoming: { socket: { remoteAddress: '10.1.2.3' } } },
      )
    for (let i = 0; i < 12; i++) await from('203.0.113.9', { ...right, password: 'wrong' })
    expect((await from('203.0.113.9', right)).status).toBe(429)
    expect((await from('198.51.100.4', right)).status).toBe(303)
    // What the client itself put in front does not count: only the hop that the proxy saw.
    expect((await from('198.51.100.4, 203.0.113.9', right)).status).toBe(429)
  }, 120_000)

  test('a forwarded address is believed from a trusted proxy alone', async () => {
    clock.now += 60 * 60_000
    const from = (address: string) =>
      panel.app.request(
        `${origin}/sign-in`,
        {
          method: 'POST',
          body: new URLSearchParams({ ...right, password: 'wrong' }),
          headers: { origin, 'x-forwarded-for': address },
        },
        { incoming: { socket: { remoteAddress: '203.0.113.77' } } },
      )
    const answers: number[] = []
    for (let i = 0; i < 11; i++) answers.push((await from(`198.51.100.${i}`)).status)
    expect(answers.at(-1)).toBe(429)
  }, 60_000)

  test('is written down, refused tries too', async () => {
    const browser = await signedIn()
    await panel.browser().post('/sign-in', { ...right, password: 'wrong' })
    const read = async () => (await (await browser.get('/api/v1/activity?kind=account&limit=2')).json()).data
    await expect.poll(read).toMatchObject([
      { action: 'account.sign-in', outcome: 'refused' },
      { action: 'account.sign-in', outcome: 'done' },
    ])
  })
})

describe('signing out', () => {
  test('ends the session itself, not only the cookie', async () => {
    const browser = await signedIn()
    const stolen = new Map(browser.cookies)
    const response = await browser.post('/sign-out')
    expect([response.status, response.headers.get('location')]).toEqual([303, '/sign-in'])
    expect(browser.cookies.has('stellar-session')).toBe(false)
    for (const [name, value] of stolen) browser.cookies.set(name, value)
    expect((await browser.get('/account')).headers.get('location')).toBe('/sign-in?next=%2Faccount')
  })

  test('is not done by a link', async () => {
    const browser = await signedIn()
    expect((await browser.get('/sign-out')).status).toBe(404)
    expect((await browser.get('/account')).status).toBe(200)
  })
})

describe('one’s own account', () => {
  test('shows the browsers that are signed in, and ends another one', async () => {
    const [here, there] = [await signedIn(), await signedIn()]
    const { origin: _, ...page } = { origin, text: await (await here.get('/account/security')).text() }
    const ids = [...page.text.matchAll(/\/account\/sessions\/([0-9a-f-]{36})/g)].map(([, id]) => id ?? '')
    expect(ids.length).toBeGreaterThan(0)
    for (const id of new Set(ids)) await here.post(`/account/sessions/${id}`)
    expect((await there.get('/account')).status).toBe(303)
  })

  test('of somebody else is out of reach: their sessions and keys are not found', async () => {
    const bob = await panel.addUser('Bob')
    const bobsKey = (await (await (await bob.api()).post('/account/keys', { name: 'mine' })).json()).id
    const browser = await signedIn()
    expect((await browser.post(`/account/keys/${bobsKey}`)).status).toBe(404)
    expect((await browser.post('/account/sessions/00000000-0000-4000-8000-000000000000')).status).toBe(404)
    const keys = await (await (await bob.api()).get('/account/keys')).json()
    expect(keys.data.map(({ id }: { id: string }) => id)).toContain(bobsKey)
  })

  test('changes its name, which stands on the next page', async () => {
    const browser = await signedIn()
    expect((await browser.post('/account', { name: 'Ada L.' })).status).toBe(303)
    const page = await (await browser.get('/account')).text()
    expect(page).toContain('Ada L.')
    expect(page).toContain('Name saved.')
    // The sentence is shown once.
    expect(await (await browser.get('/account')).text()).not.toContain('Name saved.')
    expect((await browser.post('/account', { name: ' ' })).status).toBe(422)
  })

  test('keeps the theme, here and in the next browser, and returns to the page it was changed on', async () => {
    const browser = await signedIn()
    const response = await browser.post('/theme', { theme: 'dark', next: '/nodes' })
    expect(response.headers.get('location')).toBe('/nodes')
    expect(await (await browser.get('/account')).text()).toContain('data-theme="dark"')
    expect(await (await (await signedIn()).get('/account')).text()).toContain('data-theme="dark"')
    expect((await browser.post('/theme', { theme: 'pink' })).status).toBe(422)
    await browser.post('/theme', { theme: 'system' })
  })
})

describe('an API key', () => {
  test('is shown once, works, and is refused after it was revoked', async () => {
    const browser = await signedIn()
    const page = await (await browser.post('/account/keys', { name: 'backup script' })).text()
    const key = /stellar_key_[\w-]+/.exec(page)?.[0] ?? ''
    const ask = () => panel.app.request(`${origin}/api/v1/account`, { headers: { authorization: `Bearer ${key}` } })
    expect((await ask()).status).toBe(200)
    const later = await (await browser.get('/account/keys')).text()
    expect(later).toContain('backup script')
    expect(later).not.toContain(key)
    const { data } = await (await browser.get('/api/v1/account/keys')).json()
    const id = data.find(({ name }: { name: string }) => name === 'backup script').id
    expect((await browser.post(`/account/keys/${id}`)).status).toBe(303)
    const refused = await ask()
    expect([refused.status, (await refused.json()).code]).toEqual([401, 'bad-key'])
    expect(refused.headers.get('www-authenticate')).toContain('Bearer')
  })

  test('never gets a cookie and opens no page', async () => {
    const { key } = await (await panel.addUser('Eve')).api()
    const headers = { authorization: `Bearer ${key}` }
    for (const path of ['/api/v1/account', '/api/v1/absent', '/account', '/sign-in']) {
      expect((await panel.app.request(origin + path, { headers })).headers.getSetCookie()).toEqual([])
    }
    expect((await panel.app.request(`${origin}/account`, { headers })).status).toBe(303)
  })

  test('does not lift the rule about origins for what a cookie asks', async () => {
    const browser = await signedIn()
    const response = await browser.send('/account/keys', {
      method: 'POST',
      body: new URLSearchParams({ name: 'x' }),
      headers: { authorization: 'Bearer x' },
    })
    expect(response.status).toBe(403)
  })

  test('has a session’s cookie ignored beside it: what is asked is asked by the key', async () => {
    const browser = await signedIn()
    const { key } = await (await panel.addUser('Mallory')).api()
    const response = await browser.send('/api/v1/account', { headers: { authorization: `Bearer ${key}` } })
    expect((await response.json()).name).toBe('Mallory')
    expect((await browser.send('/api/v1/account', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
  })

  test('ends when it was said to end', async () => {
    const api = await (await panel.addUser('Tim')).api()
    expect((await api.post('/account/keys', { name: 'x', expiresAt: '2001-01-01T00:00:00Z' })).status).toBe(422)
  })
})
