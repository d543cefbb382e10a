import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PublicError } from '#core/base/errors.ts'
import { users } from '#core/db/schema/accounts.ts'
import { nodes } from '#core/db/schema/nodes.ts'
import { settings } from '#core/db/schema/settings.ts'
import { loadAuthority } from '#core/panel/nodes/authority.ts'
import { openAuthorityStore } from '#core/panel/nodes/authority-store.ts'
import { ensureLocalNode } from '#core/panel/nodes/local.ts'
import { fakeStatus } from '#core/testing/fake-hub.ts'
import { type Browser, origin, type TestPanel, testPanel } from '#core/testing/panel.ts'
import { createOwner } from './create-owner.ts'
import { firstStart, firstStartFrom } from './first-start.ts'
import { issueSetupToken, proofMinutes } from './token.ts'

const clock = { now: Date.now() }
let panel: TestPanel

beforeEach(async () => {
  clock.now = Date.now()
  panel = await testPanel({ owner: false, now: () => clock.now })
})
afterEach(() => panel[Symbol.asyncDispose]())

const account = { name: 'Ada', email: 'ada@panel.test', password: 'correct horse battery' }
const owners = async () =>
  (await panel.database.withSystem((tx) => tx.select().from(users))).filter(({ isOwner }) => isOwner)
const token = async () => (await issueSetupToken(panel.database)) ?? 'none'

async function provenBrowser(): Promise<Browser> {
  const browser = panel.browser()
  await browser.get(`/setup?token=${await token()}`)
  return browser
}

describe('before there is an owner', () => {
  test.each(['/', '/servers', '/sign-in', '/account', '/nodes', '/setup/machine', '/absent'])(
    '%s leads to set-up',
    async (path) => {
      for (const method of ['GET', 'HEAD']) {
        const response = await panel.browser().send(path, { method })
        expect([method, response.status, response.headers.get('location')]).toEqual([method, 303, '/setup'])
      }
    },
  )

  test('the API says what is missing', async () => {
    const response = await panel.browser().get('/api/v1/nodes')
    expect([response.status, (await response.json()).code]).toEqual([503, 'setup-required'])
  })

  test('health, readiness and static files answer', async () => {
    for (const path of ['/health', '/ready', '/static/vendor/htmx.min.js'])
      expect((await panel.browser().get(path)).status).toBe(200)
  })
})

describe('the set-up token', () => {
  test('leaves the address at once and becomes a short-lived cookie that scripts cannot read', async () => {
    const response = await panel.browser().get(`/setup?token=${await token()}`)
    expect([response.status, response.headers.get('location')]).toEqual([303, '/setup'])
    const [cookie = ''] = response.headers.getSetCookie()
    expect(cookie).toMatch(/^stellar-setup=[\w-]{32}; /)
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/setup', `Max-Age=${proofMinutes * 60}`])
      expect(cookie).toContain(attribute)
  })

  test('works once: another browser that opens the same address is told so and gets nothing', async () => {
    const address = `/setup?token=${await token()}`
    const first = panel.browser()
    await first.get(address)
    const second = panel.browser()
    const refused = await second.get(address)
    expect(refused.status).toBe(410)
    expect(await refused.text()).toContain('stellar owner create')
    expect(second.cookies.size).toBe(0)
    // The one that opened it first may open it again.
    expect((await first.get(address)).status).toBe(303)
  })

  test('is kept as a hash', async () => {
    const secret = await token()
    const rows = await panel.database.withSystem((tx) => tx.select().from(settings))
    expect(JSON.stringify(rows)).toContain('tokenHash')
    expect(JSON.stringify(rows)).not.toContain(secret)
  })

  test('of an earlier start is void', async () => {
    const old = await token()
    await token()
    expect((await panel.browser().get(`/setup?token=${old}`)).status).toBe(403)
  })

  test('that is wrong makes no owner, and many wrong ones are slowed down', async () => {
    await token()
    const browser = panel.browser()
    const answers: number[] = []
    for (let i = 0; i < 35; i++)
      answers.push((await browser.post('/setup', { token: `wrong ${i}`, ...account })).status)
    expect(answers[0]).toBe(422)
    expect(answers.at(-1)).toBe(429)
    expect(await owners()).toEqual([])
  })

  test('can be typed into the form instead', async () => {
    const browser = panel.browser()
    const response = await browser.post('/setup', { token: await token(), ...account })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/setup/machine'])
    expect(await owners()).toHaveLength(1)
  })

  test('gives an hour for the form', async () => {
    const browser = await provenBrowser()
    clock.now += (proofMinutes + 1) * 60_000
    expect((await browser.post('/setup', account)).status).toBe(422)
    expect(await owners()).toEqual([])
  })

  test('is not made once there is an owner', async () => {
    await createOwner(panel.database, account, { via: 'command-line', address: undefined, requestId: undefined })
    expect(await issueSetupToken(panel.database)).toBeUndefined()
  })
})

describe('the owner’s account', () => {
  test('is made, signed in and led to the next step; set-up is then closed', async () => {
    const browser = await provenBrowser()
    const response = await browser.post('/setup', account)
    expect([response.status, response.headers.get('location')]).toEqual([303, '/setup/machine'])
    expect(browser.cookies.has('stellar-session')).toBe(true)
    expect(browser.cookies.has('stellar-setup')).toBe(false)
    expect((await browser.get('/setup/machine')).status).toBe(200)
    expect(await (await browser.get('/users')).text()).toMatch(/data-label="Signed in"><time /)
    expect((await browser.get('/setup/game')).status).toBe(200)
    expect((await browser.get('/setup')).headers.get('location')).toBe('/')
    const stranger = panel.browser()
    expect((await stranger.get('/setup')).headers.get('location')).toBe('/sign-in')
    expect((await stranger.post('/setup', account)).headers.get('location')).toBe('/sign-in')
    const [owner] = await owners()
    expect(owner).toMatchObject({ name: 'Ada', email: 'ada@panel.test' })
    expect(owner?.passwordHash).not.toContain(account.password)
  })

  test('attacks 42 and 51: is one, however many ask at the same time', async () => {
    const browser = await provenBrowser()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => browser.post('/setup', { ...account, email: `ada${i}@panel.test` })),
    )
    expect(await owners()).toHaveLength(1)
    const made = answers.filter((response) => response.headers.get('location') === '/setup/machine')
    expect(made).toHaveLength(1)
    // Each of the others learns that there is an owner: as a refusal, or on the way to sign-in.
    expect(
      answers.filter((response) => response.status === 409 || response.headers.get('location') === '/sign-in'),
    ).toHaveLength(49)
    expect(
      answers
        .flatMap((response) => response.headers.getSetCookie())
        .filter((line) => line.startsWith('stellar-session=')),
    ).toHaveLength(1)
  }, 120_000)

  test('is not made without the token, from a foreign page, or with values that do not fit', async () => {
    expect((await panel.browser().post('/setup', account)).status).toBe(422)
    const browser = await provenBrowser()
    expect((await browser.post('/setup', account, { origin: 'https://evil.example' })).status).toBe(403)
    for (const wrong of [{ password: 'short' }, { password: 'aaaaaaaaaaaa' }, { email: 'nobody' }, { name: ' ' }]) {
      const response = await browser.post('/setup', { ...account, ...wrong })
      expect([wrong, response.status]).toEqual([wrong, 422])
      expect(await response.text()).not.toContain(account.password)
    }
    expect(await owners()).toEqual([])
  })

  test('from the command line is refused when there is one', async () => {
    const by = { via: 'command-line' as const, address: undefined, requestId: undefined }
    await createOwner(panel.database, account, by)
    await expect(createOwner(panel.database, { ...account, email: 'b@panel.test' }, by)).rejects.toMatchObject({
      code: 'owner-exists',
      status: 409,
    })
  })

  test('stands in the activity log', async () => {
    const browser = await provenBrowser()
    await browser.post('/setup', account)
    const { data } = await (await browser.get('/api/v1/activity')).json()
    expect(data).toMatchObject([{ action: 'account.create', actor: 'Ada', via: 'session' }])
  })
})

describe('the local node', () => {
  // A token carries the pin of the panel's authority.
  beforeEach(async () => {
    await loadAuthority({ store: openAuthorityStore(panel.database), secrets: panel.context.secrets })
  })

  test('is made once with a token, and needs none when it is enrolled', async () => {
    const first = await ensureLocalNode(panel.context)
    const second = await ensureLocalNode(panel.context)
    expect(first.nodeId).toBe(second.nodeId)
    expect(first.token).toMatch(/^\S{60,}$/)
    expect(second.token).not.toBe(first.token)
    await panel.database.withSystem((tx) => tx.update(nodes).set({ enrolledAt: new Date().toISOString() }))
    expect(await ensureLocalNode(panel.context)).toEqual({ nodeId: first.nodeId, token: undefined })
    expect((await ensureLocalNode(panel.context, true)).token).toBeDefined()
    expect(await panel.database.withSystem((tx) => tx.select().from(nodes))).toHaveLength(1)
  })

  test('is shown by the second step as it is now', async () => {
    const browser = await provenBrowser()
    await browser.post('/setup', account)
    const { nodeId } = await ensureLocalNode(panel.context)
    expect((await browser.get('/setup/machine')).status).toBe(200)
    const driver = { id: 'docker', healthy: false, detail: 'Docker does not answer.', fix: 'systemctl start docker' }
    panel.hub.connect(nodeId, fakeStatus({ driver }))
    expect(await (await browser.get('/setup/machine')).text()).toContain('systemctl start docker')
  })
})

describe('the first start of a script', () => {
  let directory: string
  beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'stellar-first-'))))
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  const environment = (more: Record<string, string> = {}) =>
    firstStartFrom({ STELLAR_OWNER_EMAIL: account.email, STELLAR_OWNER_PASSWORD: account.password, ...more })

  test('makes the owner, who can sign in', async () => {
    await firstStart(panel.context, environment())
    const browser = panel.browser()
    expect(
      (await browser.post('/sign-in', { email: account.email, password: account.password })).headers.get('location'),
    ).toBe('/')
  })

  test('writes a key of the owner that works, for the owner’s eyes alone; a second start changes nothing', async () => {
    const file = join(directory, 'owner.key')
    await firstStart(panel.context, environment({ STELLAR_OWNER_API_KEY_FILE: file }))
    const key = readFileSync(file, 'utf8')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const ask = () =>
      panel.app.request(`${origin}/api/v1/account`, { headers: { authorization: `Bearer ${key.trim()}` } })
    expect((await (await ask()).json()).email).toBe(account.email)
    await firstStart(panel.context, environment({ STELLAR_OWNER_API_KEY_FILE: file }))
    expect(readFileSync(file, 'utf8')).toBe(key)
    expect(await owners()).toHaveLength(1)
  })

  test('without the settings does nothing', async () => {
    await firstStart(panel.context, firstStartFrom({}))
    expect(await owners()).toEqual([])
  })

  test.each([
    ['STELLAR_OWNER_PASSWORD', { STELLAR_OWNER_PASSWORD: 'short' }],
    ['STELLAR_OWNER_EMAIL', { STELLAR_OWNER_EMAIL: 'nobody' }],
  ])('names the setting that does not fit: %s', async (name, wrong) => {
    const failure = await firstStart(panel.context, environment(wrong)).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(PublicError)
    expect((failure as PublicError).message).toContain(name)
    expect((failure as PublicError).message).not.toContain('short')
  })

  test('says which file cannot be written', async () => {
    const failure = firstStart(
      panel.context,
      environment({ STELLAR_OWNER_API_KEY_FILE: join(directory, 'absent/key') }),
    )
    await expect(failure).rejects.toThrow('STELLAR_OWNER_API_KEY_FILE')
  })
})
