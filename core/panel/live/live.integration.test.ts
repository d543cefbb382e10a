// Event streams through the whole app: what a page is sent first, what after a fact, and who is sent away.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { revokeSession } from '#core/auth/sessions.ts'
import { userRoles } from '#core/db/schema/access.ts'
import { sessions, users } from '#core/db/schema/accounts.ts'
import type { HubListener } from '#core/panel/context.ts'
import { createHubListener } from '#core/panel/nodes/events.ts'
import { giveRole } from '#core/testing/access.ts'
import { type Browser, type TestPanel, type TestUser, testPanel } from '#core/testing/panel.ts'
import { addServer, factOf } from '#core/testing/test-servers.ts'
import { ids, rows } from '#views/ids.ts'

let panel: TestPanel
let bob: TestUser
let nodeId: string
let listener: HubListener
let seq = 0

beforeAll(async () => {
  panel = await testPanel()
  bob = await panel.addUser('Bob')
  listener = createHubListener(panel.context)
})
beforeEach(async () => {
  nodeId = await panel.addNode()
  panel.hub.connect(nodeId)
})
afterAll(() => panel[Symbol.asyncDispose]())

interface Watched extends AsyncDisposable {
  readonly response: Response
  /** Everything that came so far. */
  text(): string
  readonly ended: Promise<void>
}

async function watch(browser: Browser, query: string, headers: Record<string, string> = {}): Promise<Watched> {
  const response = await browser.get(`/events?${query}`, headers)
  const reader = response.body?.getReader()
  let text = ''
  const decoder = new TextDecoder()
  const read = async () => {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
      if (done) return
      text += decoder.decode(value, { stream: true })
    }
  }
  const ended = read()
  return {
    response,
    text: () => text,
    ended,
    [Symbol.asyncDispose]: async () => {
      await reader?.cancel()
      await ended
    },
  }
}

const fact = (id: string, body: Parameters<typeof factOf>[2]) => listener.fact(nodeId, 'box', factOf(++seq, id, body))
/** As it stands in an attribute. */
const targeted = (selector: string) => `hx-target="${selector.replaceAll('"', '&quot;').replaceAll('>', '&gt;')}"`
const eventsOf = (text: string) =>
  text.split('\n\n').filter((event) => event.includes('data: ') && !event.startsWith('event: ping'))

describe('a page of one server', () => {
  test('is sent its parts at once, and the changed ones after a fact', async () => {
    const id = await addServer(panel, nodeId, { state: 'stopped' })
    await using page = await watch(await panel.owner.browser(), `server=${id}`)
    expect(page.response.headers.get('content-type')).toContain('text/event-stream')
    expect(page.response.headers.get('cache-control')).toBe('no-store')
    for (const target of [ids.serverState(id), ids.serverPower(id), ids.serverNotices(id), ids.serverTiles(id)]) {
      await expect.poll(page.text).toContain(`<hx-partial hx-target="#${target}" hx-swap="outerMorph">`)
    }
    const before = eventsOf(page.text()).length
    await fact(id, { state: 'starting' })
    await expect.poll(() => eventsOf(page.text()).length).toBeGreaterThan(before)
    const last = eventsOf(page.text()).at(-1)
    expect(last).toContain('Starting')
    expect(last).toMatch(/^id: \d+\n/m)
  })

  test('gets the numbers as JSON under the name stats, coalesced to one a second', async () => {
    const id = await addServer(panel, nodeId, { state: 'running' })
    await using page = await watch(await panel.owner.browser(), `server=${id}`)
    await expect.poll(page.text).toContain('hx-partial')
    const reading = {
      id,
      cpuPercent: 42,
      memoryBytes: 1000,
      diskBytes: null,
      receivedPerSecond: 1,
      sentPerSecond: 2,
      players: 3,
      capacity: 8,
    }
    for (let count = 0; count < 20; count++)
      listener.stats(nodeId, new Date().toISOString(), [{ ...reading, cpuPercent: count }])
    await expect.poll(page.text, { timeout: 4000 }).toContain('event: stats')
    const [data] = /event: stats\ndata: (.+)/.exec(page.text())?.slice(1) ?? []
    expect(JSON.parse(data ?? '')).toMatchObject({ serverId: id, cpuPercent: 19, players: 3, at: expect.any(String) })
    expect(page.text().match(/event: stats/g)).toHaveLength(1)
  })

  test('hears a beat under the name ping while nothing changes, twice within the ten seconds it waits', async () => {
    const id = await addServer(panel, nodeId)
    await using page = await watch(await panel.owner.browser(), `server=${id}`)
    await expect.poll(() => page.text().match(/^event: ping\ndata: ok\n\n/gm)?.length, { timeout: 11_000 }).toBe(2)
  }, 15_000)

  test('turns unreachable when the node goes', async () => {
    const id = await addServer(panel, nodeId, { state: 'running' })
    await using page = await watch(await panel.owner.browser(), `server=${id}`)
    await expect.poll(page.text).toContain('Running')
    panel.hub.lose(nodeId)
    listener.disconnected(nodeId)
    await expect.poll(page.text).toContain('Not sure')
  })

  test('is not opened by asking for its head: nobody would read it', async () => {
    const eve = await panel.addUser('Eve')
    const browser = await eve.browser()
    for (let count = 0; count < 45; count++)
      expect((await browser.send('/events?topic=servers', { method: 'HEAD' })).status).toBe(200)
    await using page = await watch(browser, 'topic=servers')
    expect(page.response.status).toBe(200)
  })

  test('of somebody else does not exist', async () => {
    const id = await addServer(panel, nodeId)
    await using page = await watch(await bob.browser(), `server=${id}`)
    expect(page.response.status).toBe(404)
  })
})

describe('the list', () => {
  test('shows everybody what is theirs and nothing else', async () => {
    const own = await addServer(panel, nodeId, { ownerId: bob.id, name: 'Bobs' })
    const foreign = await addServer(panel, nodeId, { name: 'Secret' })
    await using page = await watch(await bob.browser(), 'topic=servers')
    await using all = await watch(await panel.owner.browser(), 'topic=servers')
    await expect.poll(page.text).toContain(targeted(rows.state(own)))
    await expect.poll(all.text).toContain(targeted(rows.state(foreign)))
    await fact(foreign, { state: 'crashed' })
    await fact(own, { state: 'starting' })
    await expect.poll(page.text).toContain('Starting')
    await expect.poll(all.text).toContain('Crashed')
    expect(page.text()).not.toContain(foreign)
    expect(page.text()).not.toContain('Secret')
  })

  test('is sent the cells of a row that is new, and told when one is gone', async () => {
    await using page = await watch(await panel.owner.browser(), 'topic=servers')
    await expect.poll(page.text).not.toBe('')
    const id = await addServer(panel, nodeId, { deletedAt: new Date().toISOString() })
    panel.context.live.serverChanged(id)
    await expect.poll(page.text).toContain(targeted(rows.state(id)))
    await fact(id, { kind: 'removed' })
    await expect.poll(page.text).toContain(`${targeted(rows.row(id))} hx-swap="delete"`)
  })

  test('does not repeat what looks the same', async () => {
    const id = await addServer(panel, nodeId, { state: 'stopped' })
    await using page = await watch(await panel.owner.browser(), 'topic=servers')
    await expect.poll(page.text).toContain(targeted(rows.power(id)))
    const before = page.text().length
    panel.context.live.serverChanged(id)
    await fact(id, { state: 'starting' })
    await expect.poll(() => page.text().slice(before)).toContain('Starting')
    panel.context.live.serverChanged(id)
    // What changed after it is sent after it.
    const next = await addServer(panel, nodeId, { state: 'stopped' })
    panel.context.live.serverChanged(next)
    await expect.poll(page.text).toContain(targeted(rows.state(next)))
    expect(
      page
        .text()
        .slice(before)
        .split(targeted(rows.state(id))),
    ).toHaveLength(2)
  })
})

describe('a reconnect', () => {
  test('with Last-Event-ID is sent everything as it is now', async () => {
    const id = await addServer(panel, nodeId, { state: 'stopped' })
    const browser = await panel.owner.browser()
    {
      await using page = await watch(browser, `server=${id}`)
      await expect.poll(page.text).toContain('Stopped')
    }
    await fact(id, { state: 'running' })
    await using again = await watch(browser, `server=${id}`, { 'last-event-id': '1' })
    await expect.poll(again.text).toContain('Running')
  })
})

describe('who may not look any more', () => {
  const sessionsOf = (user: TestUser) =>
    panel.database.withSystem((tx) => tx.select().from(sessions).where(eq(sessions.userId, user.id)))

  test('falls out within five seconds of signing out; others stay', async () => {
    const eve = await panel.addUser('Eve')
    await using page = await watch(await eve.browser(), 'topic=servers')
    await using other = await watch(await panel.owner.browser(), 'topic=servers')
    await expect.poll(page.text).not.toBe('')
    const [session] = await sessionsOf(eve)
    const before = Date.now()
    await revokeSession(panel.database, session?.id ?? '')
    await page.ended
    expect(Date.now() - before).toBeLessThan(5000)
    const id = await addServer(panel, nodeId, { state: 'stopped' })
    panel.context.live.serverChanged(id)
    await expect.poll(other.text, { message: 'the other still hears' }).toContain(targeted(rows.state(id)))
  })

  test('falls out when the account goes', async () => {
    const eve = await panel.addUser('Eve')
    await using page = await watch(await eve.browser(), 'topic=servers')
    await panel.database.withSystem((tx) => tx.delete(users).where(eq(users.id, eve.id)))
    await page.ended
  })

  test('falls out when whoever looks through the account may no longer do that', async () => {
    const [eve, boss] = [await panel.addUser('Eve'), await panel.addUser('Boss')]
    await giveRole(panel, boss.id, { permissions: ['user.impersonate'] })
    const browser = await boss.browser()
    await browser.post(`/users/${eve.id}/impersonation`)
    await using page = await watch(browser, 'topic=servers')
    await expect.poll(page.text).not.toBe('')
    await panel.database.withSystem((tx) => tx.delete(userRoles).where(eq(userRoles.userId, boss.id)))
    await page.ended
  })

  test('a stranger gets no stream', async () => {
    await using page = await watch(panel.browser(), 'topic=servers', { accept: 'text/event-stream' })
    expect(page.response.status).not.toBe(200)
    expect(page.response.headers.get('content-type') ?? '').not.toContain('text/event-stream')
  })
})

test('what a page asks for and is nonsense is refused', async () => {
  const browser = await panel.owner.browser()
  expect((await browser.get('/events?topic=everything')).status).toBe(422)
  expect((await browser.get('/events?server=nothing')).status).toBe(404)
})

test('one person has at most forty streams', async () => {
  const browser = await panel.owner.browser()
  await using stack = new AsyncDisposableStack()
  const open = []
  for (let count = 0; count < 41; count++) open.push(stack.use(await watch(browser, 'topic=servers')))
  expect(open.map(({ response }) => response.status)).toEqual([...Array.from({ length: 40 }, () => 200), 429])
})

test('markup in a name never becomes markup in an event, and a line break never ends one', async () => {
  const name = '<img src=x onerror=alert(1)>\n\nevent: stats\ndata: 1'
  const id = await addServer(panel, nodeId, { name, state: 'running' })
  await using page = await watch(await panel.owner.browser(), `server=${id}`)
  await using list = await watch(await panel.owner.browser(), 'topic=servers')
  await expect.poll(page.text).toContain('hx-partial')
  await expect.poll(list.text).toContain(targeted(rows.power(id)))
  for (const text of [page.text(), list.text()]) {
    expect(text).not.toContain('<img src=x')
    expect(text).not.toMatch(/^event: stats/m)
  }
})
