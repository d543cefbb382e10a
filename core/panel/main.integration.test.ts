import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { type PanelOptions, startPanel } from './main.ts'

let dataDirectory: string

beforeAll(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'stellar-main-'))
})
afterAll(() => {
  rmSync(dataDirectory, { recursive: true, force: true })
})

const options = (changes: Partial<PanelOptions['config']> = {}): PanelOptions => ({
  config: {
    host: '127.0.0.1',
    port: 0,
    linkHost: '127.0.0.1',
    linkPort: 0,
    dataDirectory,
    url: undefined,
    trustedProxies: [],
    ...changes,
  },
  databaseUrl: undefined,
  plugins: [],
  log: silentLog,
  version: '0.1.0',
  environment: {},
})

describe('the panel as a whole', () => {
  test('starts on an empty folder, is set up by the printed address, and finds everything again', async () => {
    let cookie: string
    let nodeId: string
    {
      await using panel = await startPanel(options())
      expect(panel.database).toMatch(/^PostgreSQL 18.* embedded$/)
      expect(panel.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      expect(panel.setupUrl).toMatch(new RegExp(`^${panel.url}/setup\\?token=[\\w-]{32}$`))
      expect((await fetch(`${panel.url}/ready`)).status).toBe(200)
      const exchange = await fetch(panel.setupUrl ?? '', { redirect: 'manual' })
      const proof = exchange.headers.getSetCookie()[0]?.split(';')[0] ?? ''
      const body = new URLSearchParams({ name: 'Ada', email: 'ada@panel.test', password: 'correct horse battery' })
      const made = await fetch(`${panel.url}/setup`, {
        method: 'POST',
        body,
        headers: { origin: panel.url, cookie: proof },
        redirect: 'manual',
      })
      expect(made.headers.get('location')).toBe('/setup/machine')
      cookie =
        made.headers
          .getSetCookie()
          .find((line) => line.startsWith('stellar-session='))
          ?.split(';')[0] ?? ''
      const local = await panel.localNode()
      nodeId = local.nodeId
      expect(local.token).toBeDefined()
      expect(panel.linkPort).toBeGreaterThan(0)
    }
    await using again = await startPanel(options())
    expect(again.setupUrl).toBeUndefined()
    expect((await again.localNode()).nodeId).toBe(nodeId)
    // Sessions survive a restart.
    const page = await fetch(`${again.url}/account`, { headers: { cookie } })
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Ada')])
  }, 120_000)

  test('stops with an event stream open, at once, and gives its port back', async () => {
    const panel = await startPanel({
      ...options(),
      environment: { STELLAR_OWNER_EMAIL: 'a@panel.test', STELLAR_OWNER_PASSWORD: 'correct horse battery' },
    })
    const body = new URLSearchParams({ email: 'ada@panel.test', password: 'correct horse battery' })
    const signedIn = await fetch(`${panel.url}/sign-in`, {
      method: 'POST',
      body,
      headers: { origin: panel.url },
      redirect: 'manual',
    })
    const cookie = signedIn.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    const stream = await fetch(`${panel.url}/events?topic=servers`, { headers: { cookie } })
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
    const ended = stream.text().catch(() => 'cut')
    const begun = performance.now()
    await panel[Symbol.asyncDispose]()
    expect(performance.now() - begun).toBeLessThan(8_000)
    await ended
    const { port } = new URL(panel.url)
    const next = createServer().listen(Number(port), '127.0.0.1')
    await once(next, 'listening')
    next.close()
  }, 120_000)

  test('gives everything back when its port is taken: the next try succeeds', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    await expect(startPanel(options({ port }))).rejects.toMatchObject({ code: 'port-in-use' })
    other.close()
    await once(other, 'close')
    await using panel = await startPanel(options({ port }))
    expect(panel.url).toBe(`http://127.0.0.1:${port}`)
  }, 120_000)

  test('prints its public address where one is configured', async () => {
    await using panel = await startPanel(options({ url: 'https://panel.example' }))
    expect(panel.url).toBe('https://panel.example')
  }, 120_000)
})
