// The live console and the figures in a real browser, against a console that is told what to do.
import type { BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accessibilityProblems, openBrowser } from '#core/testing/browser.ts'
import { drawn } from '#core/testing/drawn.ts'
import { openServerGallery, type ServerGallery } from '#core/testing/gallery-servers.tsx'
import { installing, serverId, serverOf } from '#core/testing/server-fixtures.ts'
import { chromium } from '#core/testing/services.ts'
import { ids } from '#views/ids.ts'
import { HelmState } from '#views/partials/helm-state.tsx'
import { ServerTiles } from '#views/partials/server-tiles.tsx'
import { urls } from '#views/urls.ts'

const pageOf = urls.server({ id: serverId })

/** Opens a page until its scripts run: Chromium drops what it is loading when the machine gets another network, as Docker makes them for other tests. */
async function visit(page: Page, url: string): Promise<void> {
  for (let attempt = 1; attempt <= 4; attempt++) {
    await page.goto(url)
    const still = page.locator('[data-console]:not([data-live])')
    if ((await still.count()) === 0) return
    try {
      await page.locator('[data-log-lines] .line').first().waitFor({ state: 'attached', timeout: 5000 })
      return
    } catch (error) {
      if (attempt === 4) throw error
    }
  }
}

describe.skipIf(!chromium)('the console in a browser (needs Chromium)', () => {
  let gallery: ServerGallery
  let browser: BrowserContext & AsyncDisposable
  let page: Page
  let log: Locator
  const faults: string[] = []

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser[Symbol.asyncDispose]())

  beforeEach(async () => {
    gallery = await openServerGallery()
    page = await browser.newPage()
    page.on('pageerror', (error) => faults.push(String(error)))
    page.on('console', (message) => {
      if (/Content.Security.Policy|Refused to/i.test(message.text())) faults.push(message.text())
    })
    log = page.locator('[data-log]')
  })
  afterEach(async () => {
    await page.close()
    await gallery[Symbol.asyncDispose]()
  })

  /** Numbers that fixture lines carry, as the rows show them. */
  const rows = async (): Promise<string[]> => await page.locator('[data-log-lines] .line .text').allTextContents()
  const gapFromEnd = async (): Promise<number> =>
    await log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)
  const lineWith = (text: string): Locator => page.locator('[data-log-lines] .line', { hasText: text })
  const open = async (path = pageOf): Promise<void> => {
    await visit(page, gallery.url + path)
    await lineWith('stays text').waitFor()
  }
  /** What is pushed before the page listens is lost. */
  const push = async (message: string): Promise<void> => {
    await page.waitForSelector('#stream[data-connected]', { state: 'attached' })
    gallery.push(message)
  }
  const partial = async (id: string, content: unknown): Promise<string> =>
    `<hx-partial hx-target="#${id}" hx-swap="outerMorph">${await drawn(content)}</hx-partial>`

  describe('lines', () => {
    beforeEach(() => open())

    test('come with their history, then as they are written, and the view follows', async () => {
      gallery.console.say('hello from the game')
      await lineWith('hello from the game').waitFor()
      expect(await gapFromEnd()).toBeLessThan(25)
      expect(await page.locator('[data-log-plain]').count()).toBe(0)
    })

    test('attack 46: are text: markup is shown, colours are class names, nothing runs', async () => {
      const line = lineWith('onerror')
      expect(await line.locator('img, b').count()).toBe(0)
      expect(await line.locator('.text').textContent()).toContain('<img src=x onerror=alert(1)> <b>markup</b>')
      const coloured = lineWith('was slain by Warden').locator('.f-magenta')
      expect(await coloured.textContent()).toBe('nightowl_')
      expect(await page.locator('[data-log-lines] [style]').count()).toBe(0)
    })

    test('of more than one day, gaps and commands are told apart', async () => {
      expect(await lineWith('3 lines are missing').getAttribute('class')).toContain('k-g')
      expect(await lineWith('> co lookup').getAttribute('class')).toContain('k-i')
      expect(await lineWith('[Stellar] Started').getAttribute('class')).toContain('k-s')
    })

    test('stop moving when somebody scrolls up, and a pill leads back', async () => {
      await log.hover()
      await page.mouse.wheel(0, -400)
      const pill = page.locator('[data-log-pill]')
      await pill.waitFor()
      const before = await log.evaluate((element) => element.scrollTop)
      for (let count = 0; count < 3; count++) gallery.console.say(`while reading ${count}`)
      await pill.filter({ hasText: '3 new lines' }).waitFor()
      expect(await log.evaluate((element) => element.scrollTop)).toBe(before)
      expect(await lineWith('while reading 2').count()).toBe(0)
      await pill.click()
      await lineWith('while reading 2').waitFor()
      expect(await gapFromEnd()).toBeLessThan(25)
      await pill.waitFor({ state: 'hidden' })
    })

    test('from before are loaded at the top, and what is looked at stays in its place', async () => {
      await log.evaluate((element) => {
        element.scrollTop = 0
      })
      // What is measured: the row that was first when the top was reached.
      const { text, top } = await page.evaluate(() => {
        const row = document.querySelector('[data-log-lines] .line')
        return { text: row?.textContent ?? '', top: row?.getBoundingClientRect().top ?? 0 }
      })
      await page.waitForFunction(() => document.querySelectorAll('[data-log-lines] .line').length > 520)
      const after = await page.evaluate(
        (text) =>
          [...document.querySelectorAll('[data-log-lines] .line')]
            .find((line) => line.textContent === text)
            ?.getBoundingClientRect().top,
        text,
      )
      expect(Math.abs((after ?? 0) - top)).toBeLessThan(2)
      const shown = await rows()
      expect(new Set(shown.filter((text) => text.includes('earlier'))).size).toBe(
        shown.filter((text) => text.includes('earlier')).length,
      )
    })

    test('end at the beginning of the log, which says so', async () => {
      // Each time one is at the top, what is above it is loaded.
      await expect
        .poll(async () => {
          await log.evaluate((element) => {
            element.scrollTop = 0
          })
          return await page.locator('[data-log-begin]').isVisible()
        })
        .toBe(true)
      await lineWith('earlier line 1').first().waitFor()
      // The window slid up and let go of the newest lines; the end brings them back.
      await log.press('End')
      await lineWith('stays text').waitFor()
      expect(await gapFromEnd()).toBeLessThan(25)
    })

    test('are filtered by level, and the choice is remembered', async () => {
      await page.getByText('Errors').click()
      await lineWith('Saved the game').waitFor({ state: 'hidden' })
      expect(await lineWith('NullPointerException').isVisible()).toBe(true)
      await page.reload()
      await lineWith('NullPointerException').waitFor()
      expect(await lineWith('Saved the game').isVisible()).toBe(false)
      await page.getByText('All', { exact: true }).click()
      await lineWith('Saved the game').waitFor()
    })

    test('show their times or not, wrap or not', async () => {
      const time = lineWith('Saved the game').locator('time')
      expect(await time.isVisible()).toBe(true)
      await page.getByRole('button', { name: 'Show times' }).click()
      expect(await time.isVisible()).toBe(false)
      await page.getByRole('button', { name: 'Show times' }).click()
      await page.getByRole('button', { name: 'Wrap long lines' }).click()
      expect(await lineWith('Saved the game').evaluate((line) => getComputedStyle(line).whiteSpace)).toBe('pre')
      await page.getByRole('button', { name: 'Wrap long lines' }).click()
    })

    test('are found: marked where loaded, and in the kept history', async () => {
      await page.getByPlaceholder('Find in log').fill('PIXELPANDA')
      await page.locator('mark').first().waitFor()
      expect(await page.locator('[data-find=count]').textContent()).toMatch(/\d+ loaded/)
      await page.keyboard.press('Enter')
      await page.locator('mark.current').waitFor()
      expect(await page.locator('[data-find=count]').textContent()).toMatch(/^\d+ of \d+$/)

      await page.getByPlaceholder('Find in log').fill('earlier line 17')
      await page.getByRole('button', { name: 'Search the kept history' }).click()
      const found = page.getByRole('region', { name: 'Found in the history' })
      await found.getByText('lines contain').waitFor()
      await found.getByRole('button', { name: /earlier line 17$/ }).click()
      await page.locator('.line.target', { hasText: 'earlier line 17' }).waitFor()
      await page.getByPlaceholder('Find in log').press('Escape')
      expect(await page.locator('[data-log-lines] mark').count()).toBe(0)
    })

    test('are copied without their times unless these are shown', async () => {
      const copied = async () =>
        await lineWith('Saved the game').evaluate((line) => {
          getSelection()?.selectAllChildren(line)
          return String(getSelection())
        })
      expect(await copied()).toMatch(/^\d\d:\d\d:\d\d \[Server thread\/INFO\]: Saved the game$/)
      await page.getByRole('button', { name: 'Show times' }).click()
      expect(await copied()).toBe('[Server thread/INFO]: Saved the game')
      await page.getByRole('button', { name: 'Show times' }).click()
    })

    test('flood in by the ten thousand while the page stays alive and bounded', async () => {
      gallery.console.flood(20_000)
      await expect
        .poll(async () => Number(/line (\d+)/.exec((await rows()).at(-1) ?? '')?.[1] ?? 0), { timeout: 30_000 })
        .toBeGreaterThan(20_000)
      // Alive: the page answers within a fraction of a second while it is flooded.
      const started = Date.now()
      await page.getByPlaceholder('Find in log').fill('great')
      await page.locator('mark').first().waitFor()
      expect(Date.now() - started).toBeLessThan(5000)
      expect(await page.locator('[data-log-lines] .line').count()).toBeLessThanOrEqual(1000)
      await page.getByPlaceholder('Find in log').press('Escape')
      gallery.console.flood(0)
      gallery.console.say('the flood is over')
      await lineWith('the flood is over').waitFor()
      // What is drawn joins without a hole, although most of it was never drawn.
      const numbers = (await rows()).flatMap((text) => /line (\d+) of a great many/.exec(text)?.[1] ?? []).map(Number)
      expect(numbers.length).toBeGreaterThan(100)
      expect(numbers.every((number, index) => index === 0 || number === (numbers[index - 1] ?? 0) + 1)).toBe(true)
    })

    test('attack 46: of a megabyte and with hostile contents do no harm', async () => {
      gallery.console.say(`\u202e\u2066${'x'.repeat(1_000_000)}`)
      gallery.console.say(`\u001b]0;title\u0007\u001b[31;1m<script>alert(1)</script>\u001b[0m done`)
      await lineWith('done').last().waitFor()
      expect(await lineWith('more characters').count()).toBe(1)
      expect(await page.locator('[data-log-lines] script').count()).toBe(0)
      expect(await page.title()).toContain('Hearthvale SMP')
    })
  })

  describe('a lost connection', () => {
    test('keeps what is typed, says so, and the lines that were missed are filled in once each', async () => {
      await open()
      gallery.console.say('last line before')
      await lineWith('last line before').waitFor()
      await page.getByLabel('Command', { exact: true }).fill('give pixel')
      gallery.console.drop(true)
      await page.getByRole('alert').filter({ hasText: 'Live feed lost at' }).waitFor()
      expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true)
      for (let count = 1; count <= 5; count++) gallery.console.say(`missed ${count}`)
      expect(await lineWith('missed 1').count()).toBe(0)
      const connections = gallery.console.connections.length
      // Nobody is there yet, so the button stays and its try fails; once somebody is, the page's own next try is soon.
      const tries = gallery.console.refused
      await page.getByRole('button', { name: 'Try now' }).click()
      await expect.poll(() => gallery.console.refused).toBeGreaterThan(tries)
      gallery.console.drop(false)
      await lineWith('missed 5').waitFor()
      await page.getByText('Live feed lost at').waitFor({ state: 'hidden' })
      expect((await rows()).filter((text) => /^missed \d$/.test(text))).toEqual(
        [1, 2, 3, 4, 5].map((n) => `missed ${n}`),
      )
      expect((await rows()).filter((text) => text === 'last line before')).toHaveLength(1)
      expect(gallery.console.connections.slice(connections).every((query) => query.startsWith('after='))).toBe(true)
      expect(await page.getByLabel('Command', { exact: true }).inputValue()).toBe('give pixel')
      expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).toBe(false)
    })
  })

  describe('commands', () => {
    beforeEach(() => open())

    test('go over the socket and come back through the stream, once', async () => {
      const field = page.getByLabel('Command', { exact: true })
      await field.fill('say hello there')
      await field.press('Enter')
      await lineWith('> say hello there').waitFor()
      expect(await lineWith('> say hello there').count()).toBe(1)
      expect(gallery.console.commands.at(-1)).toBe('say hello there')
      expect(await field.inputValue()).toBe('')
      expect(gallery.sent.some(({ path }) => path === urls.serverCommand({ id: serverId }))).toBe(false)
      await field.press('ArrowUp')
      expect(await field.inputValue()).toBe('say hello there')
    })

    test('that are refused say why', async () => {
      const field = page.getByLabel('Command', { exact: true })
      await field.fill('refuse')
      await field.press('Enter')
      await page.getByText('The server does not run.').waitFor()
    })

    test('clear only the view with Ctrl L', async () => {
      const field = page.getByLabel('Command', { exact: true })
      await field.press('Control+l')
      await lineWith('stays text').waitFor({ state: 'detached' })
      gallery.console.say('after the clearing')
      await lineWith('after the clearing').waitFor()
      await page.getByRole('button', { name: 'Load older lines' }).click()
      await lineWith('stays text').waitFor()
    })

    test('cannot be given to a game that reads none, and the page says so', async () => {
      await page.goto(`${gallery.url}/silent`)
      const field = page.getByLabel('Command', { exact: true })
      expect(await field.isDisabled()).toBe(true)
      expect(await field.getAttribute('placeholder')).toBe('This game reads no commands from its console')
    })
  })

  describe('what changes by itself', () => {
    test('a pushed state turns the command line off and leaves the plots alone', async () => {
      await open()
      await page.locator('[data-tile=cpu] canvas').waitFor()
      const canvases = await page.locator('canvas').count()
      await page.locator('[data-tile=cpu] canvas').evaluate((canvas) => {
        canvas.id = 'the-same'
      })
      await page.getByLabel('Command', { exact: true }).fill('half a comm')
      const stopped = serverOf({ state: 'stopped', since: new Date().toISOString() })
      await push(
        (await partial(ids.serverState(serverId), HelmState({ server: stopped }))) +
          (await partial(ids.serverTiles(serverId), ServerTiles({ server: stopped }))),
      )
      await page.locator('.helm').getByText('Stopped', { exact: true }).waitFor()
      await page.getByPlaceholder('Start the server to send commands').waitFor()
      expect(await page.getByLabel('Command', { exact: true }).inputValue()).toBe('half a comm')
      expect(await page.locator('#the-same').count()).toBe(1)
      expect(await page.locator('canvas').count()).toBe(canvases)
    })

    test('an installation that ends becomes the console without a reload', async () => {
      await open('/installing')
      await page.getByRole('heading', { name: 'Installing Skyforge' }).waitFor()
      expect(await page.getByLabel('Command', { exact: true }).isVisible()).toBe(false)
      const { server } = installing()
      await push(
        await partial(
          ids.serverState(serverId),
          HelmState({ server: { ...server, state: 'running', lastState: 'running' } }),
        ),
      )
      await page.getByLabel('Command', { exact: true }).waitFor()
      expect(await page.getByRole('heading', { name: 'Installing Skyforge' }).isVisible()).toBe(false)
      expect(await lineWith('stays text').count()).toBe(1)
    })

    test('figures move, their plots have words, and old ones say how old they are', async () => {
      await open()
      const cpu = page.locator('[data-tile=cpu]')
      const first = await cpu.locator('[data-now]').textContent()
      await expect.poll(() => cpu.locator('[data-now]').textContent(), { timeout: 10_000 }).not.toBe(first)
      expect(await cpu.getByRole('img').getAttribute('aria-label')).toMatch(
        /^CPU, last 5 minutes: now \d+\u00a0%, lowest/,
      )
      await page.clock.install()
      await page.clock.fastForward(30_000)
      await expect.poll(() => cpu.locator('[data-fact]').textContent(), { timeout: 10_000 }).toMatch(/ago$/)
      expect(await cpu.getAttribute('data-stale')).toBe('true')
    })

    test('power asks the panel, and nothing is swapped by its answer', async () => {
      await open()
      const answered = page.waitForResponse((response) => response.url().endsWith('/power'))
      await page.getByRole('button', { name: 'Stop', exact: true }).click()
      await answered
      expect(gallery.sent.at(-1)).toEqual({ path: urls.serverPower({ id: serverId }), body: 'action=stop' })
      await page.getByRole('button', { name: 'More power actions' }).click()
      await page.getByRole('button', { name: 'Kill Hearthvale SMP' }).waitFor()
      expect(gallery.sent.filter(({ body }) => body === 'action=kill')).toEqual([])
    })
  })

  test('nothing was refused by the content policy, and no script failed', () => {
    expect(faults).toEqual([])
  })
})

describe.skipIf(!chromium)('the pages of a server without script (needs Chromium)', () => {
  test('show the last lines and send a command by a form', async () => {
    await using gallery = await openServerGallery()
    await using browser = await openBrowser({ javaScriptEnabled: false })
    const page = await browser.newPage()
    await page.goto(gallery.url + pageOf)
    expect(await page.locator('[data-log-plain] pre').textContent()).toContain('<b>markup</b> stays text')
    expect(await page.getByRole('link', { name: 'Refresh' }).isVisible()).toBe(true)
    expect(await page.getByPlaceholder('Find in log').isVisible()).toBe(false)
    await page.getByLabel('Command', { exact: true }).fill('say by form')
    await page.getByRole('button', { name: 'Send' }).click()
    expect(gallery.sent).toEqual([{ path: urls.serverCommand({ id: serverId }), body: 'command=say+by+form' }])
  })
})

const paths = [
  pageOf,
  '/servers/new',
  '/servers/new?q=nothing+like+this',
  '/servers/new/minecraft-paper',
  '/servers/new/minecraft-paper?errors',
  '/servers/new/minecraft-paper/review',
  '/crashed',
  '/unreachable',
  '/installing',
  '/install-failed',
  '/silent',
  `${pageOf}/startup?errors`,
  `${pageOf}/settings?errors`,
  `${pageOf}/delete`,
  `${pageOf}/activity`,
]

describe.skipIf(!chromium)('axe-core (needs Chromium)', () => {
  let gallery: ServerGallery
  beforeAll(async () => {
    gallery = await openServerGallery({ kept: true })
  })
  afterAll(() => gallery[Symbol.asyncDispose]())

  test.each([
    ['dark', 1440, 900],
    ['light', 1440, 900],
    ['dark', 390, 844],
    ['light', 390, 844],
  ] as const)(
    'finds nothing in %s at %d pixels, and nothing has to be scrolled sideways',
    async (theme, width, height) => {
      await using browser = await openBrowser({
        viewport: { width, height },
        colorScheme: theme,
        hasTouch: width < 500,
      })
      const page = await browser.newPage()
      for (const path of paths) {
        await visit(page, gallery.url + path)
        expect(await accessibilityProblems(page), path).toEqual([])
        const over = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        expect(over, `${path} is wider than the window`).toBe(0)
      }
    },
  )

  test('leaves nothing to be scrolled sideways at 320 pixels either', async () => {
    await using browser = await openBrowser({ viewport: { width: 320, height: 640 }, hasTouch: true })
    const page = await browser.newPage()
    for (const path of paths) {
      await page.goto(gallery.url + path)
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(over, `${path} is wider than the window`).toBe(0)
    }
  })
})
