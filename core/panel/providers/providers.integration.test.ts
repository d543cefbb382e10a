// Signing in with a real OpenID Connect provider, through the panel's own pages.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApiKey } from '#core/auth/api-keys.ts'
import { forgetSessions } from '#core/auth/sessions.ts'
import { signInSettings, writeSignInSettings } from '#core/auth/sign-in-settings.ts'
import { silentLog } from '#core/base/log.ts'
import { roles, userRoles } from '#core/db/schema/access.ts'
import { externalIdentities, users } from '#core/db/schema/accounts.ts'
import { openPanelRegistry } from '#core/plugins/open.ts'
import { type Oidc, startOidc } from '#core/testing/oidc.ts'
import { type Browser, origin, type TestPanel, testPanel } from '#core/testing/panel.ts'
import { withoutTestbed } from '#core/testing/services.ts'
import { openidConnect } from '#plugins/index.ts'

const returnTo = `${origin}/sign-in/with/openid-connect/return`
const secondReturn = `${origin}/sign-in/with/openid-connect-2/return`

describe.skipIf(withoutTestbed)('an OpenID Connect provider (needs the test bed)', () => {
  const resources = new AsyncDisposableStack()
  let oidc: Oidc
  let panel: TestPanel
  let admin: Browser
  let roleId: string

  beforeAll(async () => {
    oidc = resources.use(await startOidc([returnTo, secondReturn]))
    const registry = resources.use(await openPanelRegistry({ plugins: [openidConnect()], log: silentLog }))
    panel = resources.use(await testPanel({ config: { url: origin }, plugins: registry }))
    admin = await panel.owner.browser()
    roleId = crypto.randomUUID()
    await panel.database.withSystem((tx) =>
      tx.insert(roles).values({ id: roleId, name: 'Testers', permissions: ['node.view'] }),
    )
    const made = await admin.post('/settings/providers/new/openid-connect', settings())
    expect(made.headers.get('location')).toBe('/settings/providers/openid-connect')
  })
  afterAll(() => resources.disposeAsync())

  const settings = (more: Record<string, string> = {}) => ({
    label: 'Kestrel ID',
    enabled: 'true',
    provision: 'true',
    'values.issuer': oidc.issuer,
    'values.clientId': 'panel',
    'values.clientSecret': 'panel-secret',
    'values.scopes': 'openid profile email groups',
    'values.groupsClaim': 'groups',
    'roles.0.group': 'panel-admins',
    'roles.0.roleId': roleId,
    ...more,
  })
  const change = async (more: Record<string, string>) => {
    const saved = await admin.post(
      '/settings/providers/openid-connect',
      settings({ 'values.clientSecret': '', ...more }),
    )
    expect(saved.status).toBe(303)
  }

  /** From our button to the provider's address. */
  async function begin(browser: Browser, path = '/sign-in/with/openid-connect', fields = {}): Promise<string> {
    const response = await browser.post(path, fields)
    expect(response.status).toBe(200)
    return response.headers.get('refresh')?.replace('0; url=', '') ?? ''
  }
  /** To the provider, in as `name`, and back. */
  async function through(browser: Browser, name: string, path?: string, fields = {}): Promise<Response> {
    const back = await oidc.signIn(await begin(browser, path, fields), name)
    return await browser.get(back.pathname + back.search)
  }
  const accountOf = async (email: string) => {
    const [row] = await panel.database.withSystem((tx) => tx.select().from(users).where(eq(users.email, email)))
    return row
  }

  test('has a button on the sign-in page, and a page that says where it leads', async () => {
    const html = await (await panel.browser().get('/sign-in')).text()
    expect(html).toContain('action="/sign-in/with/openid-connect"')
    const url = new URL(await begin(panel.browser()))
    expect(url.origin).toBe(oidc.issuer)
    expect(url.searchParams.get('code_challenge_method')).toBe('S256')
    expect(url.searchParams.get('redirect_uri')).toBe(returnTo)
    expect(url.searchParams.get('nonce')).toMatch(/^[\w-]{43}$/)
  })

  test('makes an account for whoever it knows, and knows them again', async () => {
    const browser = panel.browser()
    const first = await through(browser, 'wilma', undefined, { next: '/account' })
    expect([first.status, first.headers.get('location')]).toEqual([303, '/account'])
    expect(await (await browser.get('/account')).text()).toContain('wilma@example.test')
    const account = await accountOf('wilma@example.test')
    expect(account).toMatchObject({ name: 'Wilma', passwordHash: null, joinedBy: 'provider' })
    expect(account?.emailVerifiedAt).not.toBeNull()
    const again = panel.browser()
    await through(again, 'wilma')
    expect((await again.get('/account')).status).toBe(200)
    expect(await panel.database.withSystem((tx) => tx.$count(users, eq(users.email, 'wilma@example.test')))).toBe(1)
  })

  test('gives roles by group, and takes them away with the mapping', async () => {
    const browser = panel.browser()
    await through(browser, 'adminka')
    expect((await browser.get('/nodes')).status).toBe(200)
    const plain = panel.browser()
    await through(plain, 'wilma')
    expect((await plain.get('/nodes')).status).toBe(403)
    await change({ 'roles.0.group': 'other-group' })
    await through(browser, 'adminka')
    expect((await browser.get('/nodes')).status).toBe(403)
    expect(await panel.database.withSystem((tx) => tx.$count(userRoles, eq(userRoles.roleId, roleId)))).toBe(0)
    await change({})
  })

  test('an address that it did not confirm makes no account and opens none', async () => {
    const person = await panel.addUser('Una')
    await panel.database.withSystem((tx) =>
      tx.update(users).set({ email: 'unverified-una@example.test' }).where(eq(users.id, person.id)),
    )
    await change({ linkByEmail: 'true' })
    for (const name of ['unverified-bob', 'unverified-una']) {
      const browser = panel.browser()
      const response = await through(browser, name)
      expect([name, response.status]).toEqual([name, 403])
      expect([...browser.cookies.keys()]).not.toContain('stellar-session')
    }
    await change({})
  })

  test('an account with the same address is linked only where an administrator allowed it, and only a confirmed one', async () => {
    const [olga, pre] = [await panel.addUser('Olga'), await panel.addUser('Pre')]
    await panel.database.withSystem(async (tx) => {
      const emailVerifiedAt = new Date().toISOString()
      await tx.update(users).set({ email: 'olga@example.test', emailVerifiedAt }).where(eq(users.id, olga.id))
      // Prepared by somebody else for an address that is not theirs.
      await tx.update(users).set({ email: 'victim@example.test', emailVerifiedAt: null }).where(eq(users.id, pre.id))
    })
    expect((await through(panel.browser(), 'olga')).status).toBe(409)
    await change({ linkByEmail: 'true' })
    const browser = panel.browser()
    expect((await through(browser, 'olga')).headers.get('location')).toBe('/')
    expect(await (await browser.get('/account/links')).text()).toContain('olga@example.test')
    expect((await through(panel.browser(), 'victim')).status).toBe(409)
    await change({})
  })

  test('is linked and unlinked from the account page, and never the last way in', async () => {
    const browser = await panel.owner.browser()
    const linked = await through(browser, 'ada', '/account/links/with/openid-connect')
    expect(linked.headers.get('location')).toBe('/account/links')
    const fresh = panel.browser()
    await through(fresh, 'ada')
    expect(await (await fresh.get('/account')).text()).toContain(panel.owner.email)
    // What is linked here is not linked into another account.
    const other = await (await panel.addUser('Eve')).browser()
    expect((await through(other, 'ada', '/account/links/with/openid-connect')).status).toBe(409)

    const remove = async (who: Browser) => {
      const html = await (await who.get('/account/links')).text()
      return await who.post(/action="(\/account\/links\/[0-9a-f-]+\/removal)"/.exec(html)?.[1] ?? '')
    }
    expect((await remove(browser)).status).toBe(303)
    expect(
      await panel.database.withSystem((tx) => tx.$count(externalIdentities, eq(externalIdentities.subject, 'ada'))),
    ).toBe(0)
    const wilma = panel.browser()
    await through(wilma, 'wilma')
    expect((await remove(wilma)).status).toBe(409)
    expect((await through(panel.browser(), 'wilma')).headers.get('location')).toBe('/')
  })

  test('what comes back is taken once, in the browser that was sent, for the provider it was sent to', async () => {
    const browser = panel.browser()
    const back = await oidc.signIn(await begin(browser), 'wilma')
    const path = back.pathname + back.search
    // Somebody else's browser: an attacker who feeds their own answer to a victim.
    const victim = panel.browser()
    await begin(victim)
    expect((await victim.get(path)).status).toBe(403)
    expect([...victim.cookies.keys()]).not.toContain('stellar-session')
    expect((await browser.get(path)).status).toBe(303)
    expect((await browser.get(path)).status).toBe(403)

    // Mixed up: begun with one provider, answered in the name of another.
    await admin.post('/settings/providers/new/openid-connect', settings({ label: 'Second' }))
    const mixed = panel.browser()
    const answer = await oidc.signIn(await begin(mixed), 'wilma')
    expect((await mixed.get(`/sign-in/with/openid-connect-2/return${answer.search}`)).status).toBe(403)

    const changed = panel.browser()
    const honest = await oidc.signIn(await begin(changed), 'wilma')
    honest.searchParams.set('code', 'somebody-else')
    expect((await changed.get(honest.pathname + honest.search)).status).toBe(502)
    expect((await panel.browser().get(`/sign-in/with/openid-connect/return?error=access_denied`)).status).toBe(403)
  })

  test('leads nowhere but to this panel afterwards', async () => {
    for (const next of ['https://evil.example/', '//evil.example/', '/\\evil.example']) {
      expect((await through(panel.browser(), 'wilma', undefined, { next })).headers.get('location')).toBe('/')
    }
  })

  test('links into nobody who signed in meanwhile', async () => {
    const [first, second] = [await panel.addUser('First'), await panel.addUser('Second')]
    const browser = await first.browser()
    const back = await oidc.signIn(await begin(browser, '/account/links/with/openid-connect'), 'zoe')
    const session = (await second.browser()).cookies.get('stellar-session') ?? ''
    browser.cookies.set('stellar-session', session)
    expect((await browser.get(back.pathname + back.search)).status).toBe(409)
    expect(
      await panel.database.withSystem((tx) => tx.$count(externalIdentities, eq(externalIdentities.subject, 'zoe'))),
    ).toBe(0)
  })

  test('proves who somebody is that has nothing else', async () => {
    const browser = panel.browser()
    await through(browser, 'wilma')
    await panel.database.withSystem((tx) =>
      tx.execute(`update panel.sessions set proved_at = now() - interval '1 hour' where method like 'provider:%'`),
    )
    forgetSessions(panel.database)
    const question = await (await browser.post('/account/security/totp')).text()
    expect(question).toContain('action="/account/prove/with/openid-connect"')
    const other = await through(browser, 'adminka', '/account/prove/with/openid-connect')
    expect(other.status).toBe(409)
    expect((await through(browser, 'wilma', '/account/prove/with/openid-connect')).status).toBe(303)
    expect((await browser.post('/account/security/totp')).headers.get('location')).toBe('/account/security/totp')
  })

  test('alone: passwords open nothing but for the owner', async () => {
    const set = (providersOnly: boolean) =>
      panel.database.withSystem((tx) => writeSignInSettings(tx, signInSettings.parse({ providersOnly })))
    await set(true)
    try {
      const html = await (await panel.browser().get('/sign-in')).text()
      expect(html).not.toContain('type="password"')
      expect(html).toContain('Continue with Kestrel ID')
      expect(await (await panel.browser().get('/sign-in?owner')).text()).toContain('type="password"')
      expect((await through(panel.browser(), 'wilma')).headers.get('location')).toBe('/')
    } finally {
      await set(false)
    }
  })

  test('is set up, listed and unlinked by the API, which never tells a secret', async () => {
    const api = await panel.owner.api()
    const body = {
      kind: 'openid-connect',
      label: 'Third',
      values: { issuer: oidc.issuer, clientId: 'panel', clientSecret: 'hidden-secret' },
    }
    const made = await api.post('/settings/providers', body)
    expect(made.status).toBe(201)
    const { id } = await made.json()
    const all = await (await api.get('/settings/providers')).text()
    expect(all).toContain('Third')
    expect(all).not.toContain('hidden-secret')
    expect((await api.post('/settings/providers', { ...body, values: {} })).status).toBe(422)
    const tried = await api.post(`/settings/providers/${id}/test`)
    expect([tried.status, await tried.json()]).toMatchObject([200, { reachable: true }])
    // The page's button asks the same.
    const button = await admin.post(`/settings/providers/${id}/test`)
    expect(button.headers.get('location')).toBe(`/settings/providers/${id}`)
    expect((await api.delete(`/settings/providers/${id}`)).status).toBe(204)
    expect((await api.post(`/settings/providers/${id}/test`)).status).toBe(404)
    const nobody = await (await panel.addUser('Nobody')).api()
    expect((await nobody.get('/settings/providers')).status).toBe(403)

    const olga = await accountOf('olga@example.test')
    const key = await panel.database.withSystem((tx) => createApiKey(tx, olga?.id ?? '', { name: 'k' }))
    const ask = (path: string, method = 'GET') =>
      panel.app.request(`${origin}/api/v1${path}`, { method, headers: { authorization: `Bearer ${key.key}` } })
    const { data } = await (await ask('/account/links')).json()
    expect(data).toMatchObject([{ provider: { id: 'openid-connect' } }])
    expect((await ask(`/account/links/${data[0].id}`, 'DELETE')).status).toBe(204)
    expect((await (await ask('/account/links')).json()).data).toEqual([])
  })

  test('that is switched off lets nobody in', async () => {
    await change({ enabled: '' })
    expect((await panel.browser().post('/sign-in/with/openid-connect')).status).toBe(404)
    expect(await (await panel.browser().get('/sign-in')).text()).not.toContain('Kestrel ID')
    await change({})
  })

  test('keeps its secret encrypted, and sends it to no other address without being told it again', async () => {
    const rows = await panel.database.withSystem((tx) =>
      tx.execute(`select value from panel.settings where key = 'providers'`),
    )
    expect(JSON.stringify([...rows])).not.toContain('panel-secret')
    const page = await (await admin.get('/settings/providers/openid-connect')).text()
    expect(page).not.toContain('panel-secret')
    const moved = settings({ 'values.issuer': 'https://evil.example', 'values.clientSecret': '' })
    expect((await admin.post('/settings/providers/openid-connect', moved)).status).toBe(422)
  })

  test('nobody maps a group to a role they do not hold', async () => {
    const limited = crypto.randomUUID()
    const person = await panel.addUser('Limited')
    await panel.database.withSystem(async (tx) => {
      await tx.insert(roles).values({ id: limited, name: 'Security', permissions: ['platform.security'] })
      await tx.insert(userRoles).values({ userId: person.id, roleId: limited })
    })
    const browser = await person.browser()
    const refused = await browser.post(
      '/settings/providers/openid-connect',
      settings({ 'roles.1.group': 'panel-users', 'roles.1.roleId': roleId, 'values.clientSecret': '' }),
    )
    // What was mapped before by somebody who may stays; the new line is refused.
    expect(refused.status).toBe(403)
  })

  test('whoever sets a provider up does not become the owner or an administrator by an address', async () => {
    const admin = await panel.addUser('Chief')
    await panel.database.withSystem(async (tx) => {
      const emailVerifiedAt = new Date().toISOString()
      await tx.update(users).set({ email: 'boss@example.test', emailVerifiedAt }).where(eq(users.id, panel.owner.id))
      await tx.update(users).set({ email: 'chief@example.test', emailVerifiedAt }).where(eq(users.id, admin.id))
      await tx.insert(userRoles).values({ userId: admin.id, roleId })
    })
    await change({ linkByEmail: 'true' })
    for (const name of ['boss', 'chief']) {
      const browser = panel.browser()
      expect([name, (await through(browser, name)).status]).toEqual([name, 409])
      expect([...browser.cookies.keys()]).not.toContain('stellar-session')
    }
    await change({})
  })

  test('that points somewhere else afterwards, or is removed, opens no account and gives no role of before', async () => {
    await through(panel.browser(), 'adminka')
    const counts = () =>
      panel.database.withSystem(async (tx) => [
        await tx.$count(externalIdentities, eq(externalIdentities.provider, 'openid-connect')),
        await tx.$count(userRoles, eq(userRoles.provider, 'openid-connect')),
      ])
    expect((await counts()).every((count) => count > 0)).toBe(true)
    const moved = settings({ 'values.issuer': 'https://elsewhere.example' })
    expect((await admin.post('/settings/providers/openid-connect', moved)).status).toBe(303)
    expect(await counts()).toEqual([0, 0])
    await change({ 'values.clientSecret': 'panel-secret' })
    await through(panel.browser(), 'adminfoo')
    expect((await counts()).every((count) => count > 0)).toBe(true)
    expect((await admin.post('/settings/providers/openid-connect/removal')).status).toBe(303)
    expect(await counts()).toEqual([0, 0])
  })
})
