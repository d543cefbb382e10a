// A stranger's first minutes in the browser: from the address in the terminal through the wizard to a running game with
// a live console, and back out; every page on the way is looked at by axe-core.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeTestPlugins } from '#core/testing/blueprints.ts'
import { accessibilityProblems, openBrowser } from '#core/testing/browser.ts'
import { chromium, withoutTestbed } from '#core/testing/services.ts'
import { type Stellar, startStellar } from '#core/testing/stellar.ts'

const account = { name: 'Robin', email: 'robin@stellar.example', password: 'seven otters keep one lamp' }

describe.skipIf(withoutTestbed || !chromium)('the first run in a browser (needs the test bed and Chromium)', () => {
  const data = mkdtempSync(join(tmpdir(), 'stellar-first-run-'))
  let stellar: Stellar
  let browser: BrowserContext & AsyncDisposable
  let page: Page
  let setupUrl = ''
  const refused: string[] = []
  let cutOff = 0

  beforeAll(async () => {
    await writeTestPlugins(data)
    stellar = await startStellar({
      data,
      environment: { STELLAR_OWNER_EMAIL: '', STELLAR_OWNER_PASSWORD: '', STELLAR_OWNER_API_KEY_FILE: '' },
    })
    setupUrl = (await stellar.said(/(http:\/\/\S+\/setup\?token=\S+)/))[1] ?? ''
    browser = await openBrowser()
    page = await browser.newPage()
    page.on('console', (message) => {
      if (/Content.Security.Policy|Refused to/i.test(message.text())) refused.push(message.text())
    })
    // Chromium drops what it loads when a network interface appears, and Docker makes one for each server.
    page.on('requestfailed', (request) => {
      if (request.failure()?.errorText === 'net::ERR_NETWORK_CHANGED') cutOff += 1
    })
    page.on('pageerror', (error) => refused.push(String(error)))
  })
  afterAll(async () => {
    await browser[Symbol.asyncDispose]()
    await stellar.stop()
    rmSync(data, { recursive: true, force: true })
  })

  const looksRight = async () => expect(await accessibilityProblems(page), page.url()).toEqual([])

  test('without the token the set-up stays closed', async () => {
    await page.goto(`${stellar.url}/servers`)
    expect(new URL(page.url()).pathname).toBe('/setup')
    await looksRight()
    await page.goto(`${stellar.url}/setup?token=${'a'.repeat(43)}`)
    expect(await page.getByLabel('Your name').count()).toBe(await page.getByLabel('Set-up token').count())
  })

  test('the address from the terminal leads to the owner’s account, and the token leaves the address', async () => {
    await page.goto(setupUrl)
    expect(page.url()).not.toContain('token')
    await looksRight()
    await page.getByLabel('Your name').fill(account.name)
    await page.getByLabel('E-mail').fill(account.email)
    await page.getByLabel('Password', { exact: true }).fill(account.password)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL('**/setup/machine')
  })

  test('the machine is shown with what it offers', async () => {
    await page
      .getByText(/Docker/)
      .first()
      .waitFor()
    await page.getByText(/GiB/).first().waitFor()
    await looksRight()
    await page.getByRole('link', { name: 'Continue' }).click()
    await page.waitForURL('**/setup/game')
    await looksRight()
  })

  test('the same address does not work a second time', async () => {
    const other = await browser.newPage()
    await other.goto(setupUrl)
    expect(new URL(other.url()).pathname).not.toBe('/setup')
    await other.close()
  })

  test('a game is chosen from the gallery, configured, reviewed and created', async () => {
    await page.getByRole('link', { name: 'gallery' }).click()
    await page.waitForURL('**/servers/new*')
    await looksRight()
    await page.getByText('Flying Squid', { exact: true }).first().click()
    await page
      .getByRole('button', { name: /Continue|Configure/ })
      .or(page.getByRole('link', { name: /Continue|Configure/ }))
      .first()
      .click()
    await page.waitForURL('**/servers/new/flying-squid*')
    await looksRight()
    await page.getByLabel('Name', { exact: true }).fill('First light')
    await page.getByRole('button', { name: /Review/ }).click()
    await page
      .getByRole('heading', { name: /Review|Create/ })
      .first()
      .waitFor()
    await looksRight()
    await page.getByRole('button', { name: 'Create server' }).click()
    await page.waitForURL(/\/servers\/[0-9a-f-]{36}/)
    await page.waitForLoadState('load')
    if (cutOff > 0) await page.reload()
  })

  test('it installs and comes up without a reload, and the console is live', async () => {
    await page.getByText('Running', { exact: true }).first().waitFor({ timeout: 120_000 })
    await page
      .getByRole('log')
      .getByText(/Server listening on port/)
      .waitFor()
    await looksRight()
    await page
      .getByLabel(/command/i)
      .first()
      .fill('say first light')
    await page.keyboard.press('Enter')
    await page.getByRole('log').getByText('[CHAT]: [Server] first light').waitFor()
  })

  test('stopping and starting is seen as it happens', async () => {
    await page.getByRole('button', { name: 'Stop', exact: true }).first().click()
    await page.getByText('Stopped', { exact: true }).first().waitFor({ timeout: 60_000 })
    await page.getByRole('button', { name: 'Start', exact: true }).first().click()
    await page.getByText('Running', { exact: true }).first().waitFor({ timeout: 60_000 })
  })

  test.each(['servers', 'activity', 'nodes', 'blueprints', 'plugins', 'account'])(
    'the page %s has no accessibility problem, wide or on a phone',
    async (path) => {
      await page.goto(`${stellar.url}/${path}`)
      await looksRight()
      await page.setViewportSize({ width: 390, height: 844 })
      await looksRight()
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
        'nothing to scroll sideways',
      ).toBe(0)
      await page.setViewportSize({ width: 1440, height: 900 })
    },
  )

  test('deleting asks for the name and leaves the list empty', async () => {
    await page.goto(`${stellar.url}/servers`)
    await page.getByRole('link', { name: 'First light' }).first().click()
    await page.goto(`${page.url().split('?')[0]}/delete`)
    await looksRight()
    await page.getByLabel(/First light/).fill('First light')
    await page
      .getByRole('button', { name: /Delete/ })
      .last()
      .click()
    await page.waitForURL('**/servers')
    await page.getByRole('link', { name: 'First light' }).first().waitFor({ state: 'detached', timeout: 60_000 })
  })

  test('signing out closes the pages, and the password opens them again', async () => {
    await page.goto(`${stellar.url}/nodes`)
    await page.getByRole('button', { name: new RegExp(account.name) }).click()
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.waitForURL('**/sign-in*')
    await looksRight()
    await page.goto(`${stellar.url}/nodes`)
    expect(new URL(page.url()).pathname).toBe('/sign-in')
    await page.getByLabel('E-mail').fill(account.email)
    await page.getByLabel('Password', { exact: true }).fill(account.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/nodes')
  })

  test('no script or style was refused by the content policy, and none failed', () => {
    expect(refused).toEqual([])
  })
})
