import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forgetSessions } from '#core/auth/sessions.ts'
import { type SignInSettings, signInSettings, writeSignInSettings } from '#core/auth/sign-in-settings.ts'
import { createOwner } from '#core/panel/setup/create-owner.ts'
import { type Browser, type TestPanel, testPanel } from '#core/testing/panel.ts'

const account = { name: 'Ada', email: 'ada@panel.test', password: 'correct horse battery' }
const right = { email: account.email, password: account.password }
const clock = { now: Date.now() }
const quarter = 15 * 60_000 + 1
let panel: TestPanel
let secret = ''
let codes: string[] = []

beforeAll(async () => {
  panel = await testPanel({ owner: false, now: () => clock.now })
  await createOwner(panel.database, account, { via: 'command-line', address: undefined, requestId: undefined })
})
afterAll(() => panel[Symbol.asyncDispose]())

/** What an independent implementation says the app shows. */
const appShows = (at = clock.now) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at })
const recoveryCodesIn = (html: string) => [...html.matchAll(/\b[a-z2-7]{5}-[a-z2-7]{5}\b/g)].map(([code]) => code)

/** Password right, and the panel asks on; each has its own time, so that tries of another do not count here. */
async function halfIn(): Promise<Browser> {
  clock.now += quarter
  const browser = panel.browser()
  const response = await browser.post('/sign-in', right)
  expect([response.status, response.headers.get('location')]).toEqual([303, '/sign-in/second'])
  return browser
}
async function signedIn(): Promise<Browser> {
  const browser = await halfIn()
  expect((await browser.post('/sign-in/second', { code: appShows() })).headers.get('location')).toBe('/')
  return browser
}
const isIn = async (browser: Browser) => (await browser.get('/account')).status === 200

describe('an authenticator app', () => {
  test('is on once the first code was typed, and gives ten recovery codes', async () => {
    const browser = panel.browser()
    await browser.post('/sign-in', right)
    expect((await browser.post('/account/security/totp')).headers.get('location')).toBe('/account/security/totp')
    const setup = await (await browser.get('/account/security/totp')).text()
    secret = /data-copy="([A-Z2-7]{32})"/.exec(setup)?.[1] ?? ''
    expect(setup).toContain('<svg class="qr"')
    expect(setup).not.toMatch(/src="https?:/)

    const wrong = await browser.post('/account/security/totp', { code: '000000' })
    expect(wrong.status).toBe(422)
    const done = await browser.post('/account/security/totp', { code: appShows() })
    expect(done.status).toBe(200)
    codes = [...new Set(recoveryCodesIn(await done.text()))]
    expect(codes).toHaveLength(10)
    expect(await (await browser.get('/account/security')).text()).not.toContain(codes[0])
  })

  test('is asked for after the password, and until then nothing is open', async () => {
    const browser = await halfIn()
    expect([...browser.cookies.keys()]).not.toContain('stellar-session')
    expect((await browser.get('/account')).headers.get('location')).toMatch(/^\/sign-in/)
    expect((await browser.post('/sign-in/second', { code: appShows() })).headers.get('location')).toBe('/')
    expect(await isIn(browser)).toBe(true)
  })

  test('takes the code of the step before and after, and none further away', async () => {
    for (const [away, taken] of [
      [-60_000, false],
      [-30_000, true],
      [60_000, false],
    ] as const) {
      const browser = await halfIn()
      await browser.post('/sign-in/second', { code: appShows(clock.now + away) })
      expect([away, await isIn(browser)]).toEqual([away, taken])
    }
  })

  test('attack 32: a code works once, also in parallel', async () => {
    const browsers = [await halfIn()]
    for (let i = 0; i < 7; i++) {
      const browser = panel.browser()
      await browser.post('/sign-in', right)
      browsers.push(browser)
    }
    const code = appShows()
    await Promise.all(browsers.map((browser) => browser.post('/sign-in/second', { code })))
    expect((await Promise.all(browsers.map(isIn))).filter(Boolean)).toHaveLength(1)
    const late = panel.browser()
    await late.post('/sign-in', right)
    await late.post('/sign-in/second', { code })
    expect(await isIn(late)).toBe(false)
  })

  test('attack 33: what waits for the second half belongs to one account and one browser, five tries and five minutes', async () => {
    const other = { name: 'Eve', email: 'eve@panel.test' }
    const stranger = await panel.addUser(other.name)
    const browser = await halfIn()
    // Whatever a form says about who it is, the server knows.
    await browser.post('/sign-in/second', { code: '000000', userId: stranger.id, user: stranger.id })
    // Another browser has nothing that waits.
    expect((await panel.browser().post('/sign-in/second', { code: appShows() })).status).toBe(403)
    for (let i = 0; i < 4; i++) await browser.post('/sign-in/second', { code: '000000' })
    expect((await browser.post('/sign-in/second', { code: appShows() })).status).toBe(403)
    expect(await isIn(browser)).toBe(false)

    const slow = await halfIn()
    clock.now += 5 * 60_000 + 1
    expect((await slow.post('/sign-in/second', { code: appShows() })).status).toBe(403)
    expect(await isIn(slow)).toBe(false)
  })

  test('ten wrong codes stop the account’s second half for a while, however often somebody begins anew', async () => {
    await halfIn()
    const answers: number[] = []
    for (let round = 0; round < 3; round++) {
      const browser = panel.browser()
      await browser.post('/sign-in', right)
      for (let i = 0; i < 4; i++) answers.push((await browser.post('/sign-in/second', { code: '000000' })).status)
    }
    expect(answers).toEqual([...Array.from({ length: 10 }, () => 422), 429, 429])
  })

  test('a recovery code stands in for it, once', async () => {
    const [code = ''] = codes
    const browser = await halfIn()
    await browser.post('/sign-in/second', { code: ` ${code.toUpperCase().replace('-', ' ')} ` })
    expect(await isIn(browser)).toBe(true)
    expect(await (await browser.get('/account/security')).text()).toContain('9 left')
    const again = await halfIn()
    await again.post('/sign-in/second', { code })
    expect(await isIn(again)).toBe(false)
  })

  test('its secret is encrypted in the database, and codes are hashes', async () => {
    const rows = await panel.database.withSystem((tx) =>
      tx.execute(`select t.secret, r.code_hash from panel.totp_factors t join panel.recovery_codes r using (user_id)`),
    )
    const dump = JSON.stringify([...rows])
    expect(dump).not.toContain(secret)
    for (const code of codes) expect(dump).not.toContain(code.replace('-', ''))
  })
})

describe('a dangerous act', () => {
  test('is done at once soon after signing in', async () => {
    const browser = await signedIn()
    const done = await browser.post('/account/security/recovery-codes')
    codes = [...new Set(recoveryCodesIn(await done.text()))]
    expect(codes).toHaveLength(10)
  })

  test('asks later who sits there, keeps the form, and goes on with the right answer', async () => {
    const browser = await signedIn()
    clock.now += quarter
    const question = await browser.post('/account/security/totp/removal', { kept: '"><script>' })
    const html = await question.text()
    expect(html).toContain('Is it still you?')
    expect(html).toContain('name="kept" value="&quot;&gt;&lt;script&gt;"')
    expect(html).not.toContain('<script>')
    const wrong = await browser.post('/account/security/totp/removal', { 'proof.password': 'wrong' })
    expect(wrong.status).toBe(422)
    expect(await (await browser.get('/account/security')).text()).toContain('Asked for after your password')
    const done = await browser.post('/account/security/recovery-codes', { 'proof.password': account.password })
    codes = [...new Set(recoveryCodesIn(await done.text()))]
    expect(codes).toHaveLength(10)
    // Shown once, it holds for a quarter of an hour.
    expect((await browser.post('/account/security/recovery-codes')).status).toBe(200)
  })

  test('removing the app with a code as proof leaves no second half and no recovery codes', async () => {
    const browser = await signedIn()
    clock.now += quarter
    const done = await browser.post('/account/security/totp/removal', { 'proof.code': appShows() })
    expect(done.headers.get('location')).toBe('/account/security')
    const next = panel.browser()
    expect((await next.post('/sign-in', right)).headers.get('location')).toBe('/')
    const html = await (await next.get('/account/security')).text()
    expect(html).not.toContain('Recovery codes')
  })
})

test('a set-up that was begun and left is not finished by whoever sits there later', async () => {
  clock.now += quarter
  const browser = panel.browser()
  await browser.post('/sign-in', right)
  await browser.post('/account/security/totp')
  const setup = await (await browser.get('/account/security/totp')).text()
  const begun = /data-copy="([A-Z2-7]{32})"/.exec(setup)?.[1] ?? ''
  clock.now += quarter
  expect((await browser.get('/account/security/totp')).headers.get('location')).toBe('/account/security')
  const code = new TOTP({ secret: Secret.fromBase32(begun) }).generate({ timestamp: clock.now })
  const question = await browser.post('/account/security/totp', { code })
  expect(await question.text()).toContain('Is it still you?')
  const proven = await browser.post('/account/security/totp', { code, 'proof.password': account.password })
  expect(proven.status).toBe(409)
})

describe('changing the password', () => {
  test('wants the present one, signs out the other browsers and stays signed in itself', async () => {
    clock.now += quarter
    const [here, there] = [panel.browser(), panel.browser()]
    await here.post('/sign-in', right)
    await there.post('/sign-in', right)
    const wrong = await here.post('/account/security/password', { current: 'wrong', password: 'another good password' })
    expect(wrong.status).toBe(422)
    expect(await isIn(there)).toBe(true)
    const done = await here.post('/account/security/password', {
      current: account.password,
      password: 'another good password',
    })
    expect(done.status).toBe(303)
    expect([await isIn(here), await isIn(there)]).toEqual([true, false])
    expect((await panel.browser().post('/sign-in', right)).status).toBe(422)
    const next = await panel.browser().post('/sign-in', { ...right, password: 'another good password' })
    expect(next.status).toBe(303)
  })
})

test('a suspended person is told so after the right password, and what was open is closed', async () => {
  clock.now += quarter
  const credentials = { ...right, password: 'another good password' }
  const open = panel.browser()
  await open.post('/sign-in', credentials)
  await panel.database.withSystem((tx) =>
    tx.execute(
      `update panel.users set suspended_at = now(), suspended_reason = 'unpaid' where email = 'ada@panel.test'`,
    ),
  )
  try {
    const refused = await panel.browser().post('/sign-in', credentials)
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('unpaid')])
    const wrong = await panel.browser().post('/sign-in', { ...right, password: 'wrong' })
    expect(await wrong.text()).not.toContain('suspended')
    await expect.poll(() => isIn(open), { timeout: 7000 }).toBe(false)
  } finally {
    await panel.database.withSystem((tx) => tx.execute(`update panel.users set suspended_at = null`))
  }
})

test('a sign-in from another browser is told by mail, the first one and a known one are not', async () => {
  await using own = await testPanel({ owner: false, now: () => clock.now })
  await createOwner(own.database, account, { via: 'command-line', address: undefined, requestId: undefined })
  const letters: string[] = []
  const { post } = own.context.mail
  Object.assign(own.context.mail, {
    post: (...[tx, letter]: Parameters<typeof post>) => {
      letters.push(`${letter.kind} to ${letter.to}`)
      return post(tx, letter)
    },
  })
  const first = own.browser()
  await first.post('/sign-in', right)
  await first.post('/sign-out')
  await first.post('/sign-in', right)
  expect(letters).toEqual([])
  await own.browser().post('/sign-in', right)
  expect(letters).toEqual(['new-device to ada@panel.test'])
})

test('the API shows factors and browsers, and signs one’s own browsers out', async () => {
  const [bob, eve] = [await panel.addUser('Bob'), await panel.addUser('Eve')]
  const api = await bob.api()
  const open = await bob.browser()
  expect(await (await api.get('/account/factors')).json()).toEqual({
    password: true,
    totp: false,
    passkeys: 0,
    recoveryCodes: 0,
  })
  const { data } = await (await api.get('/account/sessions')).json()
  expect(data).toMatchObject([{ current: false, userAgent: 'test' }])
  const foreign = await (await eve.api()).delete(`/account/sessions/${data[0].id}`)
  expect([foreign.status, await isIn(open)]).toEqual([404, true])
  expect((await api.delete(`/account/sessions/${data[0].id}`)).status).toBe(204)
  expect(await isIn(open)).toBe(false)
})

describe('where a second factor is asked for', () => {
  let strict: TestPanel
  beforeAll(async () => {
    strict = await testPanel()
  })
  afterAll(() => strict[Symbol.asyncDispose]())

  async function ask(secondFactor: SignInSettings['secondFactor']): Promise<void> {
    await strict.database.withSystem((tx) => writeSignInSettings(tx, signInSettings.parse({ secondFactor })))
    forgetSessions(strict.database)
  }
  const where = async (browser: Browser, path: string) => {
    const response = await browser.get(path)
    return [response.status, response.headers.get('location')]
  }
  const toSecurity = [303, '/account/security']

  test('of administrators, the owner reaches nothing but the page to set one up; others are not bothered', async () => {
    await ask('admins')
    const browser = await strict.owner.browser()
    for (const path of ['/servers', '/account', '/nodes', '/plugins', '/']) {
      expect([path, ...(await where(browser, path))]).toEqual([path, ...toSecurity])
    }
    expect((await browser.get('/api/v1/servers')).status).toBe(403)
    expect((await browser.get('/events?topic=servers')).status).toBe(403)
    expect((await browser.get('/account/security')).status).toBe(200)
    const user = await (await strict.addUser('Bob')).browser()
    expect((await user.get('/servers')).status).toBe(200)
  })

  test('of all, everybody is led there, and with a factor the panel is open again', async () => {
    await ask('all')
    const bob = await strict.addUser('Bob')
    const browser = await bob.browser()
    expect(await where(browser, '/servers')).toEqual(toSecurity)
    // A program has no phone: its key goes on.
    expect((await (await bob.api()).get('/servers')).status).toBe(200)
    await browser.post('/account/security/totp')
    const setup = await (await browser.get('/account/security/totp')).text()
    const key = /data-copy="([A-Z2-7]{32})"/.exec(setup)?.[1] ?? ''
    const code = new TOTP({ secret: Secret.fromBase32(key) }).generate()
    expect((await browser.post('/account/security/totp', { code })).status).toBe(200)
    expect((await browser.get('/servers')).status).toBe(200)
  })
})
