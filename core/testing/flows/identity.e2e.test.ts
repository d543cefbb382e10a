// Signing in as people do, in a browser: with a real OpenID Connect provider, with an authenticator app, and what an open
// console does when its session is taken away.
import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { revokeSessionsOf } from '#core/auth/sessions.ts'
import { silentLog } from '#core/base/log.ts'
import { serveHttp } from '#core/panel/http/serve.ts'
import { createOwner } from '#core/panel/setup/create-owner.ts'
import { openPanelRegistry } from '#core/plugins/open.ts'
import { openBrowser } from '#core/testing/browser.ts'
import { freePort } from '#core/testing/free-port.ts'
import { type Oidc, startOidc } from '#core/testing/oidc.ts'
import { type TestPanel, testPanel } from '#core/testing/panel.ts'
import { chromium, withoutTestbed } from '#core/testing/services.ts'
import { addServer } from '#core/testing/test-servers.ts'
import { openidConnect } from '#plugins/index.ts'

const account = { name: 'Ada', email: 'ada@panel.test', password: 'correct horse battery' }

describe.skipIf(withoutTestbed || !chromium)('in a browser (needs the test bed and Chromium)', () => {
  const resources = new AsyncDisposableStack()
  let browser: Awaited<ReturnType<typeof openBrowser>>
  let panel: TestPanel
  let oidc: Oidc
  let page: Page
  let url = ''
  let ownerId = ''

  beforeAll(async () => {
    const port = await freePort()
    url = `http://localhost:${port}`
    oidc = resources.use(await startOidc([`${url}/sign-in/with/openid-connect/return`]))
    const registry = resources.use(await openPanelRegistry({ plugins: [openidConnect()], log: silentLog }))
    panel = resources.use(await testPanel({ owner: false, config: { url }, plugins: registry }))
    const by = { via: 'command-line', address: undefined, requestId: undefined } as const
    ownerId = (await createOwner(panel.database, account, by)).userId
    resources.use(await serveHttp({ app: panel.app, host: '127.0.0.1', port, log: silentLog }))
    browser = resources.use(await openBrowser())
    page = await browser.newPage()
  })
  afterAll(() => resources.disposeAsync())

  async function typePassword(): Promise<void> {
    await page.goto(`${url}/sign-in`)
    await page.fill('#f-email', account.email)
    await page.fill('#f-password', account.password)
    await page.click('form[action="/sign-in"] button[type="submit"]')
  }

  test('an administrator sets a provider up, and somebody it knows signs in with it', async () => {
    await typePassword()
    await page.waitForURL(`${url}/servers`)
    await page.goto(`${url}/settings/providers/new/openid-connect`)
    await page.fill('[name="label"]', 'Kestrel ID')
    await page.fill('[name="values.issuer"]', oidc.issuer)
    await page.fill('[name="values.clientId"]', 'panel')
    await page.fill('[name="values.clientSecret"]', 'panel-secret')
    await page.check('[name="provision"]')
    await page.click('button:has-text("Save")')
    await page.waitForURL(`${url}/settings/providers/openid-connect`)
    await page.click('button:has-text("Ask whether it answers")')
    await page.waitForSelector('text=Kestrel ID answers')

    await browser.clearCookies()
    await page.goto(`${url}/sign-in?next=%2Faccount`)
    await page.click('button:has-text("Kestrel ID")')
    await page.fill('[name="login"]', 'wilma')
    await page.fill('[name="password"]', 'any')
    await page.click('button[type="submit"]')
    await page.click('button:has-text("Continue")')
    await page.waitForURL(`${url}/account`)
    expect(await page.textContent('main')).toContain('wilma@example.test')
  })

  test('an authenticator app is set up by its code and asked for afterwards; six digits send themselves', async () => {
    await browser.clearCookies()
    await typePassword()
    await page.waitForURL(`${url}/servers`)
    await page.goto(`${url}/account/security`)
    await page.click('button:has-text("Set up…")')
    await page.waitForURL(`${url}/account/security/totp`)
    expect(await page.locator('svg.qr').isVisible()).toBe(true)
    const secret = (await page.getAttribute('.copy', 'data-copy')) ?? ''
    // Each code works once: the one of the next step is taken as well, for a clock that runs ahead.
    const code = (steps: number) =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 })
    await page.fill('[name="code"]', code(0))
    await page.waitForSelector('h1:has-text("Recovery codes")')

    await browser.clearCookies()
    await typePassword()
    await page.waitForURL(`${url}/sign-in/second`)
    await page.goto(`${url}/servers`)
    expect(page.url()).toContain('/sign-in')
    await page.goto(`${url}/sign-in/second`)
    await page.fill('[name="code"]', code(1))
    await page.waitForURL(`${url}/servers`)
  })

  test('an open console says within seconds that its session is over, and leads to the sign-in', async () => {
    const nodeId = await panel.addNode()
    panel.hub.connect(nodeId)
    const id = crypto.randomUUID()
    await addServer(panel, nodeId, { id, state: 'running', ownerId })
    await page.goto(`${url}/servers/${id}`)
    const socket = page.waitForEvent('websocket')
    await page.reload()
    const closed = (await socket).waitForEvent('close')
    await revokeSessionsOf(panel.database, ownerId)
    await closed
    // The page leads to the sign-in by itself, and back to the console afterwards.
    await page.waitForURL((address) => address.pathname === '/sign-in')
    expect(new URL(page.url()).searchParams.get('next')).toBe(`/servers/${id}`)
  })
})
