// Plugins from a folder, as a person drops them there.
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { collectPlugins } from '#core/config/collect-plugins.ts'
import { writeTestPlugins } from '#core/testing/blueprints.ts'
import { blueprintsOf } from './blueprints.ts'
import { loadDiskPlugins } from './disk.ts'
import { openPanelRegistry } from './open.ts'
import { definePlugin, PublicError } from './sdk.ts'

let data: string
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'stellar-plugins-'))
})
afterAll(() => rm(data, { recursive: true, force: true }))

let count = 0
/** A data folder of its own with those files below `plugins`. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(data, String(count++))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, 'plugins', path)), { recursive: true })
    await writeFile(join(folder, 'plugins', path), text)
  }
  return folder
}

const plugin = (name: string, body = ''): string => `
import { definePlugin } from 'stellar/plugin'
${body}
export const it = definePlugin({ name: '${name}', summary: 'From disk.', panel: () => ({}) })
`

describe('plugins on disk', () => {
  test('load as .ts, .js, .mjs and as a folder, in name order; everything else is left alone', async () => {
    const folder = await folderWith({
      'b.ts': plugin('b', 'const typed: string = "x"; void typed'),
      'c.mjs': plugin('c'),
      'a.js': plugin('a'),
      'd/plugin.ts': plugin('d', `import { word } from './parts/word.ts'\nconsole.assert(word === 'far')`),
      'd/parts/word.ts': `export const word: string = await Promise.resolve('far')`,
      'notes.md': '#',
      'b.test.ts': 'throw new Error("never")',
      '.hidden.ts': 'throw new Error("never")',
      'empty/readme.txt': '',
    })
    const entries = await loadDiskPlugins(join(folder, 'plugins'))
    await using registry = await openPanelRegistry({ plugins: entries, log: silentLog })
    expect(registry.plugins.map(({ name, state }) => [name, state])).toEqual([
      ['a', 'running'],
      ['b', 'running'],
      ['c', 'running'],
      ['d', 'running'],
    ])
    expect(registry.plugins[3]?.source).toBe(join(folder, 'plugins/d/plugin.ts'))
  })

  test('get the host’s own SDK: an error they throw is one the host knows', async () => {
    const folder = await folderWith({
      'guard.ts': `
        import { definePlugin, PublicError } from 'stellar/plugin'
        export default definePlugin({
          name: 'guard', summary: 'x',
          panel: () => ({ guard: { 'server.create': () => { throw new PublicError('full', 'Enough.') } } }),
        })`,
    })
    await using registry = await openPanelRegistry({
      plugins: await loadDiskPlugins(join(folder, 'plugins')),
      log: silentLog,
    })
    const asked = registry.ask('server.create', { name: '', blueprintId: '', ownerId: '', nodeId: '' })
    await expect(asked).rejects.toBeInstanceOf(PublicError)
    await expect(asked).rejects.toMatchObject({ code: 'full' })
  })

  const broken: readonly [what: string, text: string, reason: RegExp][] = [
    ['a syntax error', 'export const it = (\n\n', /^broken\.ts(:\d+(:\d+)?)?: .*(expected|Expression|Unexpected)/i],
    ['a throw while loading', 'const first = 1\nthrow new Error("no key")\n', /^broken\.ts:2:\d+: no key$/],
    ['a missing import', `import './gone.ts'\n`, /^broken\.ts: Cannot find module .*gone\.ts/],
    ['no export', 'export {}\n', /exports no plugin: .* it exports nothing\.$/],
    ['another export', 'export const setup = () => {}\n', /exports no plugin: .* it exports setup\.$/],
    [
      'several plugins',
      plugin('one') + `export const two = definePlugin({ name: 'two', summary: 'x' })`,
      /exports several plugins/,
    ],
    [
      'TypeScript that cannot be stripped',
      'enum Kind { A }\nexport const it = Kind.A\n',
      /^broken\.ts(:\d+(:\d+)?)?: .*enum/i,
    ],
  ]
  test.each(broken)('fail with file and position for %s; the others run', async (_, text, reason) => {
    const folder = await folderWith({ 'broken.ts': text, 'fine.ts': plugin('fine') })
    const entries = await loadDiskPlugins(join(folder, 'plugins'))
    await using registry = await openPanelRegistry({ plugins: entries, log: silentLog })
    expect(registry.plugins[0]).toMatchObject({ name: 'broken', state: 'failed' })
    expect(registry.plugins[0]?.reason).toMatch(reason)
    expect(registry.plugins[1]).toMatchObject({ name: 'fine', state: 'running' })
  })

  test('name the line of a setup that throws', async () => {
    const folder = await folderWith({
      'late.ts': `import { definePlugin } from 'stellar/plugin'
export default definePlugin({ name: 'late', summary: 'x', panel() {
  throw new Error('no luck')
} })`,
    })
    await using registry = await openPanelRegistry({
      plugins: await loadDiskPlugins(join(folder, 'plugins')),
      log: silentLog,
    })
    expect(registry.plugins[0]?.reason).toMatch(/^late\.ts:3:\d+: no luck$/)
  })

  test('are given up when they never finish loading', async () => {
    const folder = await folderWith({ 'stuck.mjs': 'await new Promise(() => {})' })
    const [entry] = await loadDiskPlugins(join(folder, 'plugins'), { deadlineMs: 50 })
    expect(entry).toMatchObject({
      name: 'stuck',
      failure: expect.stringContaining('did not finish loading within 0.05 s'),
    })
  })

  test('may be links to somewhere else', async () => {
    const elsewhere = await folderWith({ 'real.ts': plugin('linked') })
    const folder = await folderWith({})
    await mkdir(join(folder, 'plugins'), { recursive: true })
    await symlink(join(elsewhere, 'plugins/real.ts'), join(folder, 'plugins/linked.ts'))
    const entries = await loadDiskPlugins(join(folder, 'plugins'))
    expect(entries).toMatchObject([{ plugin: { definition: { name: 'linked' } } }])
  })

  test('are none without the folder', async () => {
    expect(await loadDiskPlugins(join(data, 'nowhere', 'plugins'))).toEqual([])
  })
})

describe('all plugins of an installation', () => {
  const listed = definePlugin({ name: 'listed', summary: 'x', panel: () => ({}) })

  test('are the listed ones, then those on disk; what is switched off is not even read', async () => {
    const folder = await folderWith({ 'b.ts': plugin('b'), 'off.ts': 'throw new Error("never read")' })
    const entries = await collectPlugins({ plugins: [listed()], disable: ['off'] }, folder, silentLog)
    await using registry = await openPanelRegistry({ plugins: entries, log: silentLog })
    expect(registry.plugins).toMatchObject([
      { name: 'listed', state: 'running' },
      { name: 'b', state: 'running' },
      { name: 'off', state: 'skipped', reason: 'Switched off in stellar.config.ts.' },
    ])
  })

  test('get their settings by name from the configuration', async () => {
    const folder = await folderWith({
      'greet.ts': `
        import { definePlugin, z } from 'stellar/plugin'
        export default definePlugin({
          name: 'greet', summary: 'x', config: z.strictObject({ word: z.string() }),
          panel: ({ config }) => ({ pages: [{ id: config.word, method: 'get', path: '/x', permission: 'x', handle: () => '' }] }),
        })`,
    })
    const open = async (settings: Record<string, unknown>) =>
      openPanelRegistry({ plugins: await collectPlugins({ plugins: [], settings }, folder, silentLog), log: silentLog })
    await using right = await open({ greet: { word: 'hello' } })
    expect(right.all('pages').map(({ id }) => id)).toEqual(['hello'])
    await using wrong = await open({ greet: { wrod: 'hello' } })
    expect(wrong.plugins[0]).toMatchObject({ state: 'failed', reason: expect.stringContaining('settings are wrong') })
  })

  test('include the blueprints that tests bring along', async () => {
    const folder = await folderWith({})
    await writeTestPlugins(folder)
    const entries = await collectPlugins({ plugins: [] }, folder, silentLog)
    await using registry = await openPanelRegistry({ plugins: entries, log: silentLog })
    expect(registry.plugins.map(({ name, state, reason }) => [name, state, reason])).toEqual([
      ['chatter', 'running', undefined],
      ['flying-squid', 'running', undefined],
    ])
    expect(blueprintsOf(registry).map(({ id }) => id)).toEqual(['chatter', 'flying-squid'])
  })
})
