// Passkeys in a real browser, whose virtual authenticator stands for the device.
import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { serveHttp } from '#core/panel/http/serve.ts'
import { createOwner } from '#core/panel/setup/create-owner.ts'
import { openBrowser } from '#core/testing/browser.ts'
import { type TestPanel, testPanel } from '#core/testing/panel.ts'
import { chromium } from '#core/testing/services.ts'

const account = { name: 'Ada', email: 'ada@panel.test', password: 'correct horse battery' }

describe.skipIf(!chromium)('a passkey (needs Chromium)', () => {
  let panel: TestPanel
  let browser: Awaited<ReturnType<typeof openBrowser>>
  let page: Page
  let device: CDPSession
  let authenticatorId: string
  let url: string
  const resources = new AsyncDisposableStack()

  beforeAll(async () => {
    panel = resources.use(await testPanel({ owner: false }))
    await createOwner(panel.database, account, { via: 'command-line', address: undefined, requestId: undefined })
    const server = resources.use(await serveHttp({ app: panel.app, host: '127.0.0.1', port: 0, log: silentLog }))
    url = `http://localhost:${server.port}`
    browser = resources.use(await openBrowser())
    page = await browser.newPage()
    await page.addInitScript(() => {
      if (location.hash !== '#offered') PublicKeyCredential.isConditionalMediationAvailable = async () => false
    })
    device = await browser.newCDPSession(page)
    await device.send('WebAuthn.enable')
    ;({ authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    }))
  })
  afterAll(() => resources.disposeAsync())

  /** The virtual device takes every offer at once, so that the browser makes it only where a test asks for that. */
  const offered = '#offered'

  const present = (isUserVerified: boolean) =>
    device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
  const signOut = () => browser.clearCookies()

  async function typePassword(): Promise<void> {
    await page.fill('#f-email', account.email)
    await page.fill('#f-password', account.password)
    await page.click('form[action="/sign-in"] button[type="submit"]')
  }

  test('is added on the security page, and gives recovery codes with it', async () => {
    await page.goto(`${url}/sign-in`)
    expect(await page.locator('[data-passkey]').count()).toBe(0)
    await typePassword()
    await page.waitForURL(`${url}/servers`)
    await page.goto(`${url}/account/security`)
    await page.fill('#f-passkeyName', 'Laptop')
    await page.click('[data-passkey="create"]')
    await page.waitForSelector('h1:has-text("Recovery codes")')
    expect((await page.locator('code').innerText()).match(/[a-z2-7]{5}-[a-z2-7]{5}/g)).toHaveLength(10)
    await page.goto(`${url}/account/security`)
    expect(await page.locator('.list strong', { hasText: 'Laptop' }).count()).toBe(1)
  })

  test('signs in alone', async () => {
    await signOut()
    await page.goto(`${url}/sign-in?next=%2Faccount`)
    await page.click('[data-passkey="get"]')
    await page.waitForURL(`${url}/account`)
  })

  test('is offered by the browser while the address is typed', async () => {
    await signOut()
    await page.goto(`${url}/sign-in?next=%2Faccount${offered}`)
    await page.waitForURL(`${url}/account`)
  })

  test('does not sign in alone when the device asked for neither finger nor PIN', async () => {
    await signOut()
    await present(false)
    await page.goto(`${url}/sign-in`)
    await page.click('[data-passkey="get"]')
    await page.waitForSelector('[data-passkey-error]:not([hidden]), h1:has-text("wrong")')
    await page.goto(`${url}/account`)
    expect(page.url()).toContain('/sign-in')
    await present(true)
  })

  test('is the second half after a password, and a password alone opens nothing', async () => {
    await signOut()
    await page.goto(`${url}/sign-in`)
    await typePassword()
    await page.waitForURL(`${url}/sign-in/second`)
    expect((await page.context().cookies()).map(({ name }) => name)).not.toContain('stellar-session')
    await page.click('[data-passkey="get"]')
    await page.waitForURL(`${url}/servers`)
  })

  test('of one account is nothing to another, and an answer is not taken twice', async () => {
    // Signed for one sign-in, caught on its way, and sent again.
    await signOut()
    let answer = ''
    await page.route('**/sign-in/passkey', async (route) => {
      answer = new URLSearchParams(route.request().postData() ?? '').get('passkey') ?? ''
      await route.continue()
    })
    await page.goto(`${url}/sign-in`)
    await page.click('[data-passkey="get"]')
    await page.waitForURL(`${url}/servers`)
    await page.unroute('**/sign-in/passkey')
    expect(answer).toContain('signature')
    const again = await fetch(`${url}/sign-in/passkey`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: url },
      body: new URLSearchParams({ passkey: answer }),
    })
    expect(again.status).toBe(422)
    expect(again.headers.getSetCookie().join()).not.toContain('stellar-session=')
  })

  test('is removed again, and then the password is enough', async () => {
    await page.goto(`${url}/account/security`)
    await page.click('button:has-text("Remove… Laptop")')
    await page.waitForSelector('text=Passkey removed.')
    await signOut()
    await page.goto(`${url}/sign-in`)
    await typePassword()
    await page.waitForURL(`${url}/servers`)
  })
})
