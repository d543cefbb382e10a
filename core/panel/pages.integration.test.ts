// Pages that are about the installation: what they show, and that they show it to the owner.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blueprintSchema } from '#core/domain/blueprint.ts'
import type { Page } from '#core/plugins/contributions.ts'
import type { PluginStatus } from '#core/plugins/registry.ts'
import { fakeStatus } from '#core/testing/fake-hub.ts'
import { type Browser, type TestPanel, testPanel } from '#core/testing/panel.ts'
import { record } from './activity/record.ts'

const evil = '"><img src=x onerror=alert(1)>'
const seen: string[] = []
const pages: Page[] = [
  {
    id: 'map',
    method: 'get',
    path: '/map',
    permission: 'server.view',
    title: 'Map',
    handle: () => '<p id="map">A map</p>',
  },
  {
    id: 'raw',
    method: 'get',
    path: '/raw',
    permission: 'server.view',
    handle: () => new Response('raw', { status: 202 }),
  },
  { id: 'tools', method: 'get', path: '/tools', permission: 'node.settings', title: 'Tools', handle: () => '' },
  { id: 'one', method: 'get', path: '/map/:name', permission: 'server.view', title: 'One map', handle: () => '' },
  { id: 'secret', method: 'get', path: '/secret', permission: 'no.such.thing', handle: () => '<p>secret</p>' },
  {
    id: 'save',
    method: 'post',
    path: '/save',
    permission: 'node.settings',
    handle: () => {
      seen.push('saved')
      return 'saved'
    },
  },
  {
    id: 'broken',
    method: 'get',
    path: '/broken',
    permission: 'server.view',
    handle: () => {
      throw new TypeError('inner words')
    },
  },
]
const statuses: PluginStatus[] = [
  {
    name: 'maps',
    summary: 'Draws maps.',
    version: '1.2.3',
    state: 'running',
    reason: undefined,
    contributes: { pages: pages.map(({ id }) => id) },
    source: 'built-in',
  },
  {
    name: 'ill',
    summary: evil,
    version: undefined,
    state: 'failed',
    reason: `${evil} is wrong`,
    contributes: {},
    source: '/data/plugins/ill.ts',
  },
]
const blueprints = ['alpha', 'beta'].map((id) =>
  blueprintSchema.parse({
    schema: 1,
    id,
    version: 1,
    name: `Game ${id}`,
    summary: evil,
    tags: [evil],
    plate: { motif: evil, hue: 200 },
    images: [{ label: evil, image: 'docker.io/library/debian:12' }],
    start: ['/bin/sh', '-c', evil],
    variables: [{ name: 'MOTD', label: evil, kind: 'text', default: evil }],
    ports: [{ name: 'game', label: evil, protocol: 'udp', preferred: 25000 }],
    resources: { memoryMiB: 512, minimumMemoryMiB: 256, cpuPercent: 100, diskMB: 1000 },
    ready: { when: 'line', match: [{ text: evil }] },
    stop: { by: { kind: 'command', command: evil } },
  }),
)

let panel: TestPanel
let owner: Browser
let other: Browser

beforeAll(async () => {
  panel = await testPanel({
    blueprints,
    plugins: { plugins: statuses, all: ((kind: string) => (kind === 'pages' ? pages : [])) as never },
  })
  owner = await panel.owner.browser()
  other = await (await panel.addUser('Bob')).browser()
})
afterAll(() => panel[Symbol.asyncDispose]())

const text = async (path: string, browser = owner) => await (await browser.get(path)).text()

describe('the plugins page', () => {
  test('names each plugin, what it contributes, and why one failed', async () => {
    const page = await text('/plugins')
    for (const words of ['maps', 'Draws maps.', '1.2.3', 'ill', 'is wrong']) expect(page).toContain(words)
  })
})

describe('a page of a plugin', () => {
  test('is drawn in the frame of the panel', async () => {
    const page = await text('/plugins/maps/map')
    expect(page).toContain('<p id="map">A map</p>')
    expect(page).toMatch(/<title>Map · /)
  })

  test('may answer by itself', async () => {
    const response = await owner.get('/plugins/maps/raw')
    expect([response.status, await response.text()]).toEqual([202, 'raw'])
  })

  test('is for those who have its permission; one that does not exist is the owner’s alone', async () => {
    expect((await other.get('/plugins/maps/map')).status).toBe(200)
    expect((await other.get('/plugins/maps/secret')).status).toBe(403)
    expect((await owner.get('/plugins/maps/secret')).status).toBe(200)
    expect((await panel.browser().get('/plugins/maps/map')).status).toBe(303)
  })

  test('is not called for a request from elsewhere or without the permission', async () => {
    expect((await owner.post('/plugins/maps/save', {}, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await other.post('/plugins/maps/save')).status).toBe(403)
    expect(seen).toEqual([])
    expect((await owner.post('/plugins/maps/save')).status).toBe(200)
    expect(seen).toEqual(['saved'])
  })

  test('that throws is an error page with the plugin’s name and none of its words', async () => {
    const response = await owner.get('/plugins/maps/broken')
    const page = await response.text()
    expect(response.status).toBe(500)
    expect(page).toContain('maps')
    expect(page).not.toContain('inner words')
  })
})

describe('blueprints', () => {
  test('are a gallery, and each has a page', async () => {
    const gallery = await text('/blueprints')
    for (const words of ['Game alpha', 'Game beta']) expect(gallery).toContain(words)
    expect(await text('/blueprints/alpha')).toContain('Game alpha')
    expect((await owner.get('/blueprints/gamma')).status).toBe(404)
  })
})

describe('activity', () => {
  test('is filtered by the address, a page at a time, and nonsense in the address is no filter', async () => {
    await panel.database.withSystem(async (tx) => {
      for (let i = 0; i < 60; i++)
        await record(tx, panel.owner.actor, { action: 'node.update', subject: `machine-${String(i).padStart(2, '0')}` })
      await record(tx, panel.owner.actor, { action: 'account.sign-in', subject: 'Ada', outcome: 'refused' })
    })
    const first = await text('/activity?kind=node')
    expect(first).toContain('machine-59')
    expect(first).not.toContain('machine-09')
    const [, older = ''] = /href="(\/activity\?[^"]*before=\d+[^"]*)"/.exec(first) ?? []
    const second = await text(older.replaceAll('&amp;', '&'))
    expect(second).toContain('machine-09')
    expect(second).not.toContain('machine-59')
    expect(await text('/activity?q=machine-3')).not.toContain('machine-42')
    expect((await owner.get('/activity?kind=%27%3B&outcome=x&before=-1&q=%25')).status).toBe(200)
  })
})

describe('the navigation', () => {
  const linksOf = async (browser: Browser) =>
    [...(await (await browser.get('/servers')).text()).matchAll(/<a href="(\/plugins[^"]*)"[^>]*data-jump/g)].map(
      ([, href]) => href,
    )

  test('has the pages of plugins that have a title, for whoever may open them', async () => {
    expect(await linksOf(owner)).toEqual(['/plugins', '/plugins/maps/map', '/plugins/maps/tools'])
    expect(await linksOf(await (await panel.addUser('Bob')).browser())).toEqual(['/plugins/maps/map'])
    expect(await text('/plugins/maps/map')).toMatch(/<a href="\/plugins\/maps\/map" aria-current="page"/)
  })
})

describe('what people wrote', () => {
  test('is text on every page, never markup', async () => {
    const nodeId = await panel.addNode({ name: evil.slice(0, 60), mirrors: [{ from: evil, to: evil }] })
    const driver = { id: 'docker', healthy: false, detail: evil, fix: evil, warnings: [evil], facts: { [evil]: evil } }
    panel.hub.connect(nodeId, fakeStatus({ hostname: evil, operatingSystem: evil, driver }))
    await panel.database.withSystem((tx) =>
      record(tx, { ...panel.owner.actor, name: evil }, { action: evil, subject: evil, meta: { evil } }),
    )
    await owner.post('/account', { name: evil.slice(0, 60) })
    const paths = [
      '/plugins',
      '/blueprints',
      '/blueprints/alpha',
      '/activity',
      `/activity?q=${encodeURIComponent(evil)}`,
      '/nodes',
      `/nodes/${nodeId}`,
      '/account',
      '/servers',
      '/servers/new',
      '/servers/new/alpha',
      '/absent',
    ]
    for (const path of paths) expect([path, (await text(path)).includes('<img src=x')]).toEqual([path, false])
    // The page would show nothing of it if it were not there at all.
    expect(await text('/nodes')).toContain('&lt;img src=x')
  })
})
