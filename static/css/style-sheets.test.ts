// The style sheets as browsers get them: what they are made of, and what they may weigh.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { asset, assetKeys } from '#core/base/asset.ts'
import { staticAssets } from '#core/panel/http/static-assets.ts'

/** What a page links: app.css on each, one of the others beside it where its layout says so. */
const sheets = ['app.css', 'server.css', 'people.css'] as const

/** What is written there, tests apart. */
const sourcesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:tsx?|js)$/.test(name) && !name.includes('.test.'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))

const served = async (sheet: string): Promise<string> => new TextDecoder().decode(await staticAssets(`css/${sheet}`))

test('nothing is left for a browser to fetch by itself, and the order of layers comes first', async () => {
  for (const sheet of sheets) expect(await served(sheet)).not.toContain('@import')
  expect((await served('app.css')).replace(/^\/\*.*\*\/\n/, '')).toMatch(/^@layer reset, tokens, base, /)
})

test('each part belongs to one sheet', () => {
  const parts = sheets.flatMap((sheet) =>
    [
      ...asset(`static/css/${sheet}`)
        .toString()
        .matchAll(/"\.\/(.+?)"/g),
    ].map(([, part]) => part),
  )
  const onDisk = assetKeys('static/css/')
    .map((key) => key.slice('static/css/'.length))
    .filter((key) => key.endsWith('.css') && !sheets.some((sheet) => sheet === key))
  expect(parts.toSorted()).toEqual(onDisk)
})

/** Made from parts in scripts, or by htmx and uPlot: no source says them in one word. */
const made = /^(?:[afg]-\w+|k-\w|m\d+|u-\w.*|uplot|htmx-request)$/

test('every class that has a style is one that a view or a script gives', () => {
  const sources = [...sourcesIn('views'), ...sourcesIn('static/js')].join('\n')
  const given = new Set(sources.match(/[\w-]+/g))
  const styled = assetKeys('static/css/')
    .filter((key) => key.endsWith('.css'))
    .flatMap(
      (key) =>
        asset(key)
          .toString()
          .replace(/"[^"]*"|\/\*.*?\*\//gs, '')
          .match(/\.[a-z][\w-]*(?=[^;{}]*\{)/g) ?? [],
    )
    .map((selector) => selector.slice(1))
  expect(styled.length).toBeGreaterThan(300)
  expect([...new Set(styled)].filter((name) => !given.has(name) && !made.test(name))).toEqual([])
})

/**
 * Bytes without indentation and comments, tokens.css apart: what somebody wrote and somebody has to read. The design asks for
 * less than 40 kB, for fewer pages; whoever needs more than stands here looks for what can go.
 */
test.each([
  { page: 'a page of the panel', sheets: ['app.css'], most: 42_500 },
  { page: 'a page of a server', sheets: ['app.css', 'server.css'], most: 54_000 },
  { page: 'a page of permissions', sheets: ['app.css', 'people.css'], most: 44_700 },
])('$page keeps to its budget', async ({ sheets, most }) => {
  const written = (css: string) => css.replace(/\/\*.*?\*\//gs, '').replace(/^\s+/gm, '').length
  let weight = -written(asset('static/css/tokens.css').toString())
  for (const sheet of sheets) weight += written(await served(sheet))
  expect(weight).toBeLessThan(most)
})
