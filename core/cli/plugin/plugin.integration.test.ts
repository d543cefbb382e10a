// The plugin commands as processes, on a data folder of their own.
import { spawnSync } from 'node:child_process'
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import manifest from 'stellar/package.json' with { type: 'json' }
import { type Header, pack } from 'tar-stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CommandOptions, runCommand } from '#core/testing/command.ts'
import { editorPackages } from './template.ts'

// In the tree, where a compiler finds the packages that the new plugin's package.json names.
mkdirSync('data', { recursive: true })
const folder = mkdtempSync(resolve('data', 'plugins-'))
const data = join(folder, 'data')
const plugins = join(data, 'plugins')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const stellar = (args: readonly string[], options: CommandOptions = {}) =>
  runCommand(['plugin', ...args], { data, ...options })

const source = (name: string, more = '') =>
  `import { definePlugin } from 'stellar/plugin'\nexport default definePlugin({ name: '${name}', summary: 'A test.', panel: () => ({}), ${more} })\n`

/** Writes files into a folder of their own. */
function folderOf(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true })
    writeFileSync(join(folder, name, path), text)
  }
  return join(folder, name)
}

async function tarball(name: string, entries: readonly (Partial<Header> & { text?: string })[]): Promise<string> {
  const file = join(folder, name)
  const archive = pack()
  for (const { text = '', ...header } of entries) archive.entry({ name: '', ...header }, text)
  archive.finalize()
  await pipeline(archive, createGzip(), createWriteStream(file))
  return file
}

/** Everything in the data folder, and beside it. */
const everything = () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()

describe('a new plugin', () => {
  const made = join(folder, 'my-game')
  beforeAll(async () => {
    expect(await stellar(['new', 'my-game'], { cwd: folder })).toMatchObject({ code: 0, stderr: '' })
  })

  test('passes its own tests, now and against the plan it kept', async () => {
    for (const turn of [1, 2]) {
      const tested = await stellar(['test', made])
      expect([turn, tested.code, tested.stdout]).toEqual([turn, 0, expect.stringMatching(/pass 5\n[^]*fail 0\n/)])
    }
  })

  test('fails them, with a number, when it changes what it kept', async () => {
    const blueprint = readFileSync(join(made, 'blueprint.ts'), 'utf8')
    writeFileSync(
      join(made, 'blueprint.ts'),
      blueprint.replace('diskMB: 200', 'diskMB: 200').replace('memoryMiB: 128', 'memoryMiB: 256'),
    )
    const tested = await stellar(['test', made])
    writeFileSync(join(made, 'blueprint.ts'), blueprint)
    expect(tested.code).toBe(1)
    expect(tested.stdout).toMatch(/plan\.golden\.json:\d+ is another than before/)
  })

  test('has types: an editor knows stellar/plugin and finds a mistake', () => {
    const check = () => spawnSync(resolve('node_modules/.bin/tsc'), ['-p', made], { encoding: 'utf8', timeout: 60_000 })
    expect(check()).toMatchObject({ status: 0, stdout: '' })
    const blueprint = readFileSync(join(made, 'blueprint.ts'), 'utf8')
    writeFileSync(join(made, 'blueprint.ts'), blueprint.replace('minimumMemoryMiB: 32', 'minimumMemory: 32'))
    const wrong = check()
    writeFileSync(join(made, 'blueprint.ts'), blueprint)
    expect(wrong.stdout).toMatch(/blueprint\.ts\(\d+,\d+\): error .*minimumMemory/)
  })

  test('is added, listed and removed; a second one of its name needs a word', async () => {
    expect(await stellar(['add', made])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Added my-game 0.1.0'),
    })
    const again = await stellar(['add', made])
    expect(again).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining('--replace') })
    expect((await stellar(['add', made, '--replace'])).code).toBe(0)
    const { data: listed } = JSON.parse((await stellar(['list', '--json'])).stdout) as { data: { name: string }[] }
    expect(listed.find(({ name }) => name === 'my-game')).toMatchObject({
      state: 'running',
      contributes: { blueprints: ['my-game'], games: ['my-game'] },
      source: join(plugins, 'my-game', 'plugin.ts'),
    })
    expect(await stellar(['remove', 'my-game'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Add --yes'),
    })
    expect(existsSync(join(plugins, 'my-game'))).toBe(true)
    expect((await stellar(['remove', 'my-game', '--yes'])).code).toBe(0)
    expect(readdirSync(plugins)).toEqual([])
  })

  test('is not written over anything, or under a name that is none', async () => {
    expect(await stellar(['new', 'my-game'], { cwd: folder })).toMatchObject({ code: 5, stdout: '' })
    expect(await stellar(['new', '../x'], { cwd: folder })).toMatchObject({ code: 2, stdout: '' })
  })
})

describe('adding', () => {
  test('takes a file, and a tarball as npm makes it with a main file of its own', async () => {
    writeFileSync(join(folder, 'some-file.ts'), source('single'))
    expect((await stellar(['add', join(folder, 'some-file.ts')])).code).toBe(0)
    const packed = await tarball('packed-1.0.0.tgz', [
      { name: 'package/package.json', text: '{"name":"x","main":"dist/index.mjs","stellar":{"sdk":1}}' },
      { name: 'package/dist/index.mjs', text: source('packed', `version: '1.0.0', sdk: 1`) },
    ])
    expect(await stellar(['add', packed])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Added packed 1.0.0'),
    })
    expect(readdirSync(plugins).toSorted()).toEqual(['packed', 'single.ts'])
    const listed = await stellar(['list'])
    expect(listed.stdout).toMatch(/^packed +ok +1\.0\.0/m)
    expect(listed.stdout).toMatch(/^single +ok/m)
  })

  test.each<[string, readonly (Partial<Header> & { text?: string })[], string]>([
    ['climbs out', [{ name: 'package/../../../stolen', text: 'x' }], 'outside its folder'],
    ['is absolute', [{ name: '/tmp/stellar-stolen', text: 'x' }], 'outside its folder'],
    ['has no folder', [{ name: 'plugin.ts', text: source('flat') }], 'lies outside the folder'],
    [
      'links',
      [
        { name: 'package/a', type: 'symlink', linkname: '/etc' },
        { name: 'package/a/passwd', text: 'x' },
      ],
      'is a link',
    ],
    ['links hard', [{ name: 'package/a', type: 'link', linkname: '/etc/passwd' }], 'is a link'],
    [
      'says a thing twice',
      [
        { name: 'package/a', text: '1' },
        { name: 'package/a', text: '2' },
      ],
      'cannot be unpacked',
    ],
    ['is no plugin', [{ name: 'package/readme', text: 'x' }], 'holds no plugin.ts'],
    ['is large', [{ name: 'package/a', text: 'x'.repeat(51 * 1024 * 1024) }], 'larger than 50 MB'],
  ])('a tarball that %s is refused, and nothing is left of it', async (what, entries, why) => {
    const file = await tarball(`${what.replaceAll(' ', '-')}.tgz`, entries)
    const before = everything()
    expect(await stellar(['add', file])).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(why) })
    expect(everything()).toEqual(before)
    expect(existsSync('/tmp/stellar-stolen')).toBe(false)
  })

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['does not parse', { 'plugin.ts': 'export default (\n' }, /plugin\.ts(:\d+)*: .*(Expression|Unexpected|expected)/],
    [
      'throws in its setup',
      { 'plugin.ts': source('late').replace('() => ({})', "() => {\n  throw new Error('no luck')\n}") },
      /plugin\.ts:3:\d+: no luck/,
    ],
    ['ends the process', { 'plugin.ts': 'process.exit(0)' }, /A plugin ended the program/],
    [
      'wants another SDK',
      { 'plugin.ts': source('newer', 'sdk: 2') },
      /written for SDK 2; this Stellar has 1\. Upgrade/,
    ],
    [
      'says so in its package',
      { 'plugin.ts': `import { nothingYet } from 'stellar/plugin'\n`, 'package.json': '{"stellar":{"sdk":2}}' },
      /written for SDK 2/,
    ],
    [
      'imports what the SDK has not',
      { 'plugin.ts': `import { nothingYet } from 'stellar/plugin'\nnothingYet()\n` },
      /plugin\.ts(:\d+)*: .*nothingYet.*this Stellar has SDK 1/,
    ],
  ])('one that %s is refused in one line', async (what, files, why) => {
    const path = folderOf(`bad-${what.replaceAll(' ', '-')}`, files)
    const before = everything()
    const { code, stdout, sentences } = await stellar(['add', path])
    expect([code, stdout, sentences]).toEqual([1, '', [expect.stringMatching(why)]])
    expect(everything()).toEqual(before)
  })

  test('a folder with a link in it is refused', async () => {
    const path = folderOf('linked', { 'plugin.ts': source('linked') })
    symlinkSync('/etc', join(path, 'etc'))
    expect(await stellar(['add', path])).toMatchObject({ code: 1, stderr: expect.stringContaining('“etc” is a link') })
    expect(existsSync(join(plugins, 'linked'))).toBe(false)
  })

  test('one that needs settings is added, and says which', async () => {
    const path = folderOf('wanting', {
      'plugin.ts': `import { definePlugin, z } from 'stellar/plugin'\nexport default definePlugin({ name: 'wanting', summary: 'x', config: z.strictObject({ token: z.string() }), panel: () => ({}) })\n`,
    })
    const added = await stellar(['add', path])
    expect(added).toMatchObject({ code: 0, stderr: expect.stringContaining('settings.wanting') })
    expect((await stellar(['list'])).stdout).toMatch(/^wanting +needs settings/m)
  })
})

test('a broken plugin in the folder is listed with file and position, and the others run', async () => {
  writeFileSync(join(plugins, 'broken.ts'), 'const first = 1\nthrow new Error("no key")\n')
  const bare = `import { definePlugin } from 'stellar/plugin'\nexport default definePlugin({ name: 'bare', panel: () => ({}) })\n`
  writeFileSync(join(plugins, 'bare.js'), bare)
  const { data: listed } = JSON.parse((await stellar(['list', '--json'])).stdout) as { data: { name: string }[] }
  const found = (name: string) => listed.find((plugin) => plugin.name === name)
  expect(found('broken')).toMatchObject({
    state: 'failed',
    reason: expect.stringMatching(/^broken\.ts:2:\d+: no key$/),
  })
  expect(found('single')).toMatchObject({ state: 'running' })
  expect(found('bare')).toMatchObject({ state: 'running', summary: '' })
  expect(found('luanti')).toMatchObject({ state: 'running' })
})

test('tests that are not there, or never end, say so', async () => {
  const empty = folderOf('empty', { 'readme.md': 'x' })
  expect(await stellar(['test', empty])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('There are no tests'),
  })
  const stuck = folderOf('stuck', {
    'a.test.ts': `import { test } from 'node:test'\ntest('x', () => {})\nsetInterval(() => {}, 1000)\n`,
  })
  expect(await stellar(['test', stuck, '--timeout', '2'])).toMatchObject({
    code: 7,
    stderr: expect.stringContaining('did not end'),
  })
})

test('a new plugin names the packages that Stellar is made with', () => {
  const all: Record<string, string> = { ...manifest.devDependencies, ...manifest.dependencies }
  for (const [name, version] of Object.entries(editorPackages)) expect([name, version]).toEqual([name, all[name]])
})
