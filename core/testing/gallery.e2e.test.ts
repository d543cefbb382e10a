// The general pages in a browser: accessible in both themes and two widths, no sideways scroll at 320 px, the keyboard, and
// the small behaviours with and without script.
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rows } from '#views/ids.ts'
import { accessibilityProblems, openBrowser } from './browser.ts'
import { type Gallery, galleryPages, openGallery } from './gallery.tsx'
import { chromium } from './services.ts'

type OpenBrowser = BrowserContext & AsyncDisposable

let gallery: Gallery
let browsers: Readonly<Record<'mouse' | 'finger' | 'plain', OpenBrowser>>
beforeAll(async () => {
  if (!chromium) return
  gallery = await openGallery({ kept: true })
  browsers = {
    mouse: await openBrowser(),
    finger: await openBrowser({ hasTouch: true, viewport: { width: 390, height: 844 } }),
    plain: await openBrowser({ javaScriptEnabled: false }),
  }
})
afterAll(async () => {
  if (!chromium) return
  for (const browser of Object.values(browsers)) await browser[Symbol.asyncDispose]()
  await gallery[Symbol.asyncDispose]()
})

interface Look {
  readonly theme?: 'light' | 'dark'
  readonly width?: number
  readonly script?: boolean
}

const browserOf = ({ width = 1440, script = true }: Look) =>
  browsers[script ? (width < 600 ? 'finger' : 'mouse') : 'plain']

/** A page with what the browser complained about. Narrow windows are touched. */
async function visit(path: string, look: Look = {}) {
  const page = await browserOf(look).newPage()
  return { ...(await visitIn(page, path, look)), [Symbol.asyncDispose]: async () => await page.close() }
}

/** The same in the window that the look before has left: opening one takes as long as all that is done in it. */
async function visitNext(path: string, look: Look) {
  const browser = browserOf(look)
  const page = leftOpen.get(browser) ?? (await browser.newPage())
  leftOpen.delete(browser)
  const visited = await visitIn(page, path, look)
  const leave = () => {
    page.removeAllListeners('console').removeAllListeners('pageerror')
    leftOpen.set(browser, page)
  }
  return { ...visited, [Symbol.dispose]: leave }
}
const leftOpen = new Map<OpenBrowser, Page>()

async function visitIn(page: Page, path: string, { theme = 'light', width = 1440 }: Look) {
  await page.setViewportSize({ width, height: width < 600 ? 844 : 900 })
  // Colours that are still on their way are measured as what they are then.
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  const complaints: string[] = []
  page.on('console', (message) => {
    // A page that answers 404 or 500 is itself such a complaint.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
      complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(gallery.url + path)
  return { page, complaints }
}

/** The same, once its stream is open. */
async function visitLive(path: string) {
  const visited = await visit(path)
  await visited.page.waitForSelector('#stream[data-connected]', { state: 'attached' })
  return visited
}

/** axe-core's contrast rule alone, on a page that accessibilityProblems has looked at. */
async function contrastProblems(page: Page): Promise<string[]> {
  return await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(options: object): Promise<{ violations: { nodes: { html: string }[] }[] }> }
    }
    const { violations } = await axe.run({ runOnly: ['color-contrast'] })
    return violations.flatMap(({ nodes }) => nodes.map(({ html }) => html))
  })
}

describe.skipIf(!chromium)('general pages in a browser (needs Chromium)', () => {
  describe.each([1440, 390])('at %i px', (width) => {
    test.each(galleryPages)('%s has no accessibility violations and no complaints of the browser', async (path) => {
      using visited = await visitNext(path, { width })
      const { page } = visited
      expect(await accessibilityProblems(page)).toEqual([])
      // The other theme changes colours and nothing else.
      await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
      expect(await contrastProblems(page)).toEqual([])
      expect(visited.complaints).toEqual([])
    })
  })

  test.each(galleryPages)('%s does not scroll sideways at 320 px', async (path) => {
    using visited = await visitNext(path, { width: 320 })
    const wide = await visited.page.evaluate(() => {
      const most = document.documentElement.clientWidth
      if (document.documentElement.scrollWidth <= most) return []
      return [...document.querySelectorAll('body *')]
        .filter((element) => element.getBoundingClientRect().right > most + 1)
        .map((element) => `${element.tagName} ${element.getAttribute('class')}`)
        .slice(0, 5)
    })
    expect(wide).toEqual([])
  })

  test.each([390, 320])('at %i px what a role is for has its line alone, unless all fits on one', async (width) => {
    await using visited = await visit('/roles', { width })
    const cramped = await visited.page.locator('.list > li').evaluateAll((rows) =>
      rows.flatMap((row) => {
        const words = row.querySelector('.main')?.getBoundingClientRect()
        const rest = row.querySelector('.actions')?.getBoundingClientRect()
        if (!words || !rest) return ['a row without words or actions']
        const oneLine = words.height < 45
        return rest.top >= words.bottom || oneLine ? [] : [row.textContent]
      }),
    )
    expect(cramped).toEqual([])
  })

  test('the menus, the palette and the list of keys have no violations either', async () => {
    await using visited = await visit('/servers', { theme: 'dark' })
    const { page } = visited
    await page.click('.person')
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.waitForSelector('dialog.palette [role="option"]')
    expect(await accessibilityProblems(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.locator('body').press('?')
    await page.waitForSelector('dialog[open] .facts')
    expect(await accessibilityProblems(page)).toEqual([])
  })

  describe('keyboard', () => {
    test('order: skip link, rail, page; the skip link goes to the page', async () => {
      await using visited = await visit('/nodes')
      const { page } = visited
      const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
      await page.keyboard.press('Tab')
      expect(await focused()).toBe('Skip to the page')
      await page.keyboard.press('Tab')
      expect(await focused()).toContain('Stellar')
      await page.keyboard.press('Shift+Tab')
      await page.keyboard.press('Enter')
      await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main')
      await page.keyboard.press('Tab')
      expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true)
    })

    test('/ goes to the filter, letters do nothing while typing there', async () => {
      await using visited = await visit('/servers')
      const { page } = visited
      await page.locator('body').press('/')
      await page.keyboard.type('gn')
      expect(await page.inputValue('main input[name="q"]')).toBe('gn')
      expect(new URL(page.url()).pathname).toBe('/servers')
    })

    test('g n goes to the nodes, unless letters are turned off', async () => {
      await using visited = await visit('/account')
      const { page } = visited
      await page.locator('body').press('g')
      await page.keyboard.press('n')
      await page.waitForURL('**/nodes')
      await page.goto(`${gallery.url}/account`)
      await page.locator('[data-setting="letter-keys"]').setChecked(false)
      await page.locator('body').press('g')
      await page.keyboard.press('n')
      await page.goto(`${gallery.url}/servers`)
      await page.locator('body').press('/')
      expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true)
      await page.evaluate(() => localStorage.clear())
    })

    test('j and k walk the rows', async () => {
      await using visited = await visit('/servers')
      const { page } = visited
      for (const key of ['j', 'j', 'k']) await page.locator('body').press(key)
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Hearthvale SMP')
    })

    test('the palette finds a server by parts of its name and goes there', async () => {
      await using visited = await visit('/activity')
      const { page } = visited
      await page.keyboard.press('Control+k')
      await page.locator('dialog.palette input').fill('iron')
      const first = page.locator('dialog.palette [role="option"]').first()
      await expect.poll(() => first.textContent()).toContain('Iron & Oil')
      await page.keyboard.press('Enter')
      await page.waitForURL('**/servers/6f1c*')
    })

    test('the palette shows hostile names as text', async () => {
      await using visited = await visit('/servers')
      const { page } = visited
      await page.keyboard.press('Control+k')
      await page.locator('dialog.palette input').fill('onerror')
      await expect.poll(() => page.locator('dialog.palette [role="option"]').count()).toBe(1)
      expect(await page.locator('img').count()).toBe(0)
    })
  })

  describe('the live list', () => {
    test('a push changes the cells of its row and nothing that holds focus', async () => {
      await using visited = await visitLive('/servers')
      const { page } = visited
      const [server] = gallery.servers
      if (!server?.stats) throw new Error('The first server runs.')
      const row = page.locator(rows.row(server.id))
      await row.getByRole('link').focus()
      await gallery.push({ ...server, stats: { ...server.stats, cpuPercent: 77, players: 13 } })
      await expect.poll(() => row.locator('[data-cpu]').textContent()).toContain('77')
      expect(await row.locator('div > p').first().textContent()).toBe('13 / 40')
      expect(await row.locator('.spark path').count()).toBe(1)
      expect(await row.getByRole('button', { name: 'Stop Hearthvale SMP' }).count()).toBe(1)
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Hearthvale SMP')
      expect(visited.complaints).toEqual([])
    })

    test('a push for a server that the page does not show is passed over', async () => {
      await using visited = await visitLive('/servers?state=stopped')
      const { page } = visited
      const before = await page.locator('#servers li').count()
      const [server] = gallery.servers
      if (!server) throw new Error('There are servers.')
      await gallery.push(server)
      const stopped = gallery.servers.find(({ name }) => name === 'Palmira')
      if (!stopped) throw new Error('Palmira is stopped.')
      await gallery.push({ ...stopped, address: 'pushed.example:1', node: { ...stopped.node, name: 'pushed' } })
      await expect.poll(() => page.locator(rows.state(stopped.id)).textContent()).toContain('pushed')
      expect(await page.locator('#servers li').count()).toBe(before)
      expect(visited.complaints).toEqual([])
    })

    test('when a server crashes, the notice above the list and the counts follow', async () => {
      await using visited = await visitLive('/servers')
      const { page } = visited
      const all = gallery.servers
      const crashed = all.map((server) =>
        server.name === 'Proxy'
          ? { ...server, state: 'crashed' as const, stats: undefined, offered: ['start' as const] }
          : server,
      )
      await page.locator('body').press('/')
      gallery.servers = crashed
      try {
        const proxy = crashed[1]
        if (proxy) await gallery.push(proxy)
        await expect.poll(() => page.locator('#attention').textContent(), { timeout: 8000 }).toContain('Proxy crashed')
        expect(await page.locator('#server-tabs').textContent()).toContain('Needs you5')
        expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('q')
      } finally {
        gallery.servers = all
      }
    })

    test('typing in the filter narrows the list, keeps the field and names the count', async () => {
      await using visited = await visitLive('/servers')
      const { page } = visited
      await page.locator('main input[name="q"]').pressSequentially('mara')
      await expect.poll(() => page.locator('#servers li').count()).toBe(5)
      expect(await page.inputValue('main input[name="q"]')).toBe('mara')
      await expect.poll(() => page.url()).toContain('q=mara')
      await expect.poll(() => page.locator('#announce').textContent()).toBe('5 servers')
    })

    test('Stop with players online asks first; without players it does not', async () => {
      await using visited = await visitLive('/servers')
      const { page } = visited
      gallery.sent.length = 0
      await page.getByRole('button', { name: 'Stop Hearthvale SMP' }).click()
      expect(gallery.sent).toEqual([])
      await page.getByText('12 players online.').filter({ visible: true }).waitFor()
      await page.getByRole('button', { name: 'Stop now' }).filter({ visible: true }).click()
      await expect.poll(() => gallery.sent).toHaveLength(1)
      await page.getByRole('button', { name: 'Start Palmira' }).click()
      await expect.poll(() => gallery.sent.map(({ body }) => body)).toEqual(['stop=', 'start='])
    })

    test('a lost feed is said within ten seconds, values turn stale, and both end when it is back', async () => {
      await using visited = await visitLive('/servers')
      const { page } = visited
      gallery.streaming(false)
      await page.getByText('Live feed lost at').waitFor({ timeout: 20_000 })
      expect(await page.locator('main').getAttribute('class')).toContain('stale')
      gallery.streaming(true)
      await expect.poll(() => page.locator('#lost').isHidden(), { timeout: 40_000 }).toBe(true)
      expect(await page.locator('main').getAttribute('class')).not.toContain('stale')
    })

    test('“…” of a row points its menu at that server', async () => {
      await using visited = await visitLive('/servers')
      const { page } = visited
      await page.getByRole('button', { name: 'More for Palmira' }).click()
      const settings = page.locator('#more').getByRole('link', { name: 'Settings' })
      await settings.waitFor()
      const palmira = gallery.servers.find(({ name }) => name === 'Palmira')
      expect(await settings.getAttribute('href')).toBe(`/servers/${palmira?.id}/settings`)
    })
  })

  describe('small behaviours', () => {
    test('copy says so and shows a check', async () => {
      await using visited = await visit('/servers')
      const { page } = visited
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      await page.locator('#servers li > div + button').first().click()
      await expect.poll(() => page.locator('#announce').textContent()).toBe('Copied')
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('play.hearthvale.example')
    })

    test('a password is shown on demand', async () => {
      await using visited = await visit('/sign-in')
      const { page } = visited
      await page.fill('#f-password', 'secret')
      await page.click('[data-reveal]')
      expect(await page.getAttribute('#f-password', 'type')).toBe('text')
      expect(await page.getAttribute('[data-reveal]', 'aria-pressed')).toBe('true')
    })

    test('after a refused form the summary has the focus', async () => {
      await using visited = await visit('/setup?errors')
      await expect.poll(() => visited.page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('alert')
    })

    test('the sentence after a redirect can be dismissed', async () => {
      await using visited = await visit('/servers?flash')
      await visited.page.getByText('Skyforge deleted.').waitFor()
      await visited.page.click('[data-dismiss]')
      expect(await visited.page.locator('.toast').count()).toBe(0)
    })

    test('times are shown in the reader’s zone', async () => {
      await using visited = await visit('/activity')
      await expect.poll(() => visited.page.locator('time').first().textContent()).toMatch(/^(today|yesterday), /)
    })

    test('a button at the edge opens its menu inside the window', async () => {
      await using visited = await visit('/servers', { width: 390 })
      await visited.page.getByRole('button', { name: 'More for Hearthvale SMP' }).tap()
      const box = await visited.page.locator('#more').boundingBox()
      expect(box && box.x >= 0 && box.x + box.width <= 390).toBe(true)
    })
  })

  describe('without script', () => {
    test('the list reads, filters and starts servers', async () => {
      await using visited = await visit('/servers', { script: false })
      const { page } = visited
      await page.locator('main input[name="q"]').fill('palmira')
      await page.keyboard.press('Enter')
      await page.waitForURL('**/servers?q=palmira')
      expect(await page.locator('#servers li').count()).toBe(1)
      const palmira = gallery.servers.find(({ name }) => name === 'Palmira')
      gallery.sent.length = 0
      expect(await page.locator('[popovertarget="more"]').isVisible()).toBe(false)
      await page.locator('#servers').getByRole('button', { name: 'Start' }).click()
      await expect.poll(() => gallery.sent).toEqual([{ path: `/servers/${palmira?.id}/power`, body: 'start=' }])
    })

    test('menus open, and what needs script is not shown', async () => {
      await using visited = await visit('/account', { script: false })
      await visited.page.click('.person')
      expect(await visited.page.locator('#person-menu').isVisible()).toBe(true)
      expect(await visited.page.locator('[data-setting]').isVisible()).toBe(false)
    })
  })
})
