// A stranger registers in the browser: with the real program, a real SMTP server, and the mail that comes; then forgets the
// password, chooses another one, and changes the address. Every page is looked at by axe-core.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityProblems, openBrowser } from '#core/testing/browser.ts'
import { linkIn, type Mailbox, openMailbox } from '#core/testing/mailbox.ts'
import { chromium, withoutTestbed } from '#core/testing/services.ts'
import { type Stellar, startStellar } from '#core/testing/stellar.ts'

describe.skipIf(withoutTestbed || !chromium)('signing up in a browser (needs the test bed and Chromium)', () => {
  const data = mkdtempSync(join(tmpdir(), 'stellar-sign-up-'))
  const unique = randomUUID().slice(0, 8)
  const [email, moved] = [`robin-${unique}@people.example`, `robin-${unique}-new@people.example`]
  const [first, second] = ['seven otters keep one lamp', 'eight herons share a boat']
  let stellar: Stellar
  let mailbox: Mailbox
  let browser: BrowserContext & AsyncDisposable
  let page: Page

  beforeAll(async () => {
    mailbox = await openMailbox()
    const port = await freePort()
    stellar = await startStellar({
      data,
      command: ['panel'],
      environment: {
        STELLAR_PORT: String(port),
        // As it stands in mails; what the browser asks is this very address.
        STELLAR_URL: `http://127.0.0.1:${port}`,
        STELLAR_SMTP_URL: mailbox.smtpUrl,
        STELLAR_MAIL_FROM: 'panel@kestrel.example',
      },
    })
    await stellar.api('PATCH', '/settings/sign-in', { registration: 'open' })
    browser = await openBrowser()
    page = await browser.newPage()
  })
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]()
    await stellar?.stop()
    rmSync(data, { recursive: true, force: true })
  })

  const looksRight = async () => expect(await accessibilityProblems(page), page.url()).toEqual([])
  async function linkTo(to: string, path: string): Promise<string> {
    let text = ''
    await expect
      .poll(async () => (text = (await mailbox.to(to)).findLast((mail) => mail.text.includes(path))?.text ?? ''), {
        timeout: 30_000,
      })
      .not.toBe('')
    return linkIn(text, path)
  }
  const signIn = async (address: string, password: string) => {
    await page.goto(`${stellar.url}/sign-in`)
    await page.getByLabel('E-mail').fill(address)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }

  test('from the sign-in page to the mailbox and a confirmed account', async () => {
    await page.goto(`${stellar.url}/sign-in`)
    await page.getByRole('link', { name: 'Make an account' }).click()
    await looksRight()
    await page.getByLabel('E-mail').fill(email)
    await page.getByRole('button', { name: 'Send me the link' }).click()
    await page.getByText('Look into your mailbox').waitFor()
    await looksRight()
    await page.goto(await linkTo(email, '/join'))
    await looksRight()
    await page.getByLabel('Your name').fill('Robin')
    await page.getByLabel('Password', { exact: true }).fill(first)
    await page.getByRole('button', { name: 'Make the account' }).click()
    await page.waitForURL('**/servers')
    const { body } = await stellar.api<{ data: { email: string; verified: boolean; joinedBy: string }[] }>(
      'GET',
      `/users?q=${email}`,
    )
    expect(body.data).toMatchObject([{ email, verified: true, joinedBy: 'registration' }])
  })

  test('the password is forgotten and chosen anew; whoever was signed in is out', async () => {
    const other = await openBrowser()
    try {
      const there = await other.newPage()
      await there.goto(`${stellar.url}/forgot-password`)
      await there.getByLabel('E-mail').fill(email)
      await there.getByRole('button', { name: 'Send me the link' }).click()
      await there.goto(await linkTo(email, '/reset-password'))
      await there.getByLabel('Password', { exact: true }).fill(second)
      await there.getByRole('button', { name: 'Save the password' }).click()
      await there.getByText('Password saved.').waitFor()
    } finally {
      await other[Symbol.asyncDispose]()
    }
    await page.goto(`${stellar.url}/servers`)
    expect(new URL(page.url()).pathname).toBe('/sign-in')
    await signIn(email, first)
    await page.getByText('E-mail or password is wrong.').waitFor()
    await signIn(email, second)
    await page.waitForURL('**/servers')
  })

  test('another address is confirmed on both sides', async () => {
    await page.goto(`${stellar.url}/account`)
    await looksRight()
    await page.getByLabel('Another address').fill(moved)
    await page.getByRole('button', { name: 'Change…' }).click()
    for (const to of [email, moved]) {
      await page.goto(await linkTo(to, '/change-email'))
      await page.getByRole('button', { name: 'Yes' }).click()
    }
    await page.getByText('The address is changed').waitFor()
    await browser.clearCookies()
    await signIn(moved, second)
    await page.waitForURL('**/servers')
  })
})

/** The address in mails must be known before the panel listens. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
