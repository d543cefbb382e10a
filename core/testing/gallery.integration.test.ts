// What every general page keeps to, read as HTML: the security policy, names as text, ids, and what works without script.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { motifs } from '#views/components/motifs.ts'
import { type Gallery, galleryPages, openGallery } from './gallery.tsx'
import { builtInBlueprints, hostileName } from './gallery-fixtures.ts'

let gallery: Gallery
beforeAll(async () => {
  gallery = await openGallery()
})
afterAll(async () => {
  await gallery[Symbol.asyncDispose]()
})

const read = async (path: string): Promise<string> => await (await fetch(gallery.url + path)).text()

/** The tags of a page without the values of their attributes, which may hold anything. */
const tagsOf = (html: string): string[] => html.replace(/"[^"]*"/g, '""').match(/<[a-z][^>]*>/g) ?? []

test.each(galleryPages)(
  'attacks 41 and 45: %s has nothing inline, and only addresses of its own host',
  async (path) => {
    const html = await read(path)
    expect(html.slice(0, 30)).toBe('<!DOCTYPE html><html lang="en"')
    const inline = /\s(?:style|on\w+|hx-on[\w:-]*)=|^<style|^<script(?!.*\ssrc=)/
    expect(tagsOf(html).filter((tag) => inline.test(tag))).toEqual([])
    expect([...html.matchAll(/\s(?:hx-vals="js|hx-trigger="[^"]*\[)/g)]).toEqual([])
    const sources = [...html.matchAll(/\s(?:src|srcset)="([^"]*)"/g)].map(([, source]) => source)
    expect(sources.filter((source) => !source?.startsWith('/static/'))).toEqual([])
  },
)

test.each(galleryPages)('attack 47: %s shows names as text', async (path) => {
  const html = await read(path)
  expect(html.includes('<img')).toBe(false)
  expect(html.includes(hostileName)).toBe(false)
})

test('the hostile name is really on the list, the activity and the account’s pages', async () => {
  for (const path of ['/servers', '/activity', '/account/keys', '/account/security']) {
    expect(await read(path)).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;')
  }
})

test.each(galleryPages)('%s has every id once and one first heading', async (path) => {
  const html = await read(path)
  const all = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
  expect(all.filter((id, index) => all.indexOf(id) !== index)).toEqual([])
  expect(html.match(/<h1/g)).toHaveLength(1)
})

test.each(galleryPages)('%s: forms that change something say where, for readers without script', async (path) => {
  for (const [form] of (await read(path)).matchAll(/<form[^>]*>/g)) {
    expect(form).toMatch(/action="?\/[^"]*/)
    expect(form).toMatch(/method="?(?:post|get)/)
  }
})

test('live pages without script load again by themselves, the others do not', async () => {
  expect(await read('/servers')).toContain('<noscript><meta http-equiv="refresh"')
  expect(await read('/account')).not.toContain('http-equiv="refresh"')
})

test('before anybody is known, no page tells a version or a count', async () => {
  for (const path of ['/sign-in', '/failed-outside']) {
    const html = await read(path)
    expect(html.replaceAll('?v=test', '')).not.toContain('test')
    expect(html).not.toContain('class="rail')
  }
})

test('the theme of a person is pinned, the system’s is left to the browser', async () => {
  expect(await read('/servers?theme=dark')).toContain('<html lang="en" data-theme="dark">')
  expect(await read('/servers')).toContain('<html lang="en">')
})

test('the rail names the current place once, and only places that exist', async () => {
  const html = await read('/nodes')
  expect(html.match(/<nav class="rail[^"]*"[\s\S]*?<\/nav>/)?.[0].match(/aria-current="page"/g)).toHaveLength(1)
  for (const absent of ['/backups', '/schedules']) expect(html).not.toContain(`href="${absent}"`)
})

test.each([
  ['/settings/activity', 'Settings'],
  ['/settings/mail', 'Settings'],
  ['/invitations', 'Users'],
  ['/users/robin/delete', 'Users'],
])('%s is under %s, and choosing a theme there does not lead away', async (path, place) => {
  const html = await read(path)
  const [current = ''] = /<a [^>]*aria-current="page"[\s\S]*?<\/a>/.exec(html) ?? []
  expect(current).toContain(`<span class="cut">${place}</span>`)
  const [theme = ''] = /<form[^>]*action="\/theme"[\s\S]*?<\/form>/.exec(html) ?? []
  expect(theme).toContain(`name="next" value="${path}"`)
})

test('a row of the list stays small: there are lists of hundreds', async () => {
  const [row = ''] =
    /<li><svg[\s\S]*?More<\/button>/.exec((await read('/servers')).split('id="servers"')[1] ?? '') ?? []
  expect(row).toContain('Hearthvale SMP')
  expect(row.length).toBeLessThan(600)
  expect(row.split('6f1c').length - 1).toBe(2)
})

test('every blueprint that comes with Stellar has a plate of its own', async () => {
  const plates = (await builtInBlueprints()).map(({ plate }) => plate.motif)
  expect(plates.filter((motif) => !Object.hasOwn(motifs, motif))).toEqual([])
  expect(new Set(plates).size).toBe(plates.length)
})
