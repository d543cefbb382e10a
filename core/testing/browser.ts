// Headless Chromium for the tests that use the panel as a person does, and axe-core to look at its pages.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, type BrowserContextOptions, chromium as launcher, type Page } from 'playwright-core'
import { chromium } from './services.ts'

/** A browser with a new profile; closing it removes the profile. */
export async function openBrowser(
  options: Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'hasTouch' | 'javaScriptEnabled'> = {},
): Promise<BrowserContext & AsyncDisposable> {
  const profile = mkdtempSync(join(tmpdir(), 'stellar-chromium-'))
  const context = await launcher.launchPersistentContext(profile, {
    ...(chromium && { executablePath: chromium }),
    headless: true,
    viewport: { width: 1440, height: 900 },
    // Without these Chromium keeps calling home, and a closed network refuses it over and over.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    ...options,
  })
  context.setDefaultTimeout(20_000)
  return Object.assign(context, {
    async [Symbol.asyncDispose]() {
      await context.close()
      // Its processes write for a moment longer.
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  })
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Violations of WCAG 2.0 to 2.2 A and AA and of best practice, one line each; empty when there is none. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // Through the debugger, which the page's content policy does not bind.
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.evaluate', { expression: `${axe};undefined` })
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run().then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html }) => html).join(' | '))))`,
    awaitPromise: true,
  })
  await session.detach()
  return JSON.parse(String(result.value)) as string[]
}
