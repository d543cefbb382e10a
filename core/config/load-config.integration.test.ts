import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { definePlugin } from '#core/plugins/plugin.ts'
import { loadConfig } from './load-config.ts'

const made: string[] = []
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

interface Case {
  /** Text of the file in the data folder. */
  readonly data?: string
  /** Text of the file beside the executable. */
  readonly beside?: string
  readonly env?: Readonly<Record<string, string>>
}

const alongside = definePlugin({ name: 'alongside', summary: 'x', panel: () => ({}) })

function load({ data, beside, env = {} }: Case) {
  const root = mkdtempSync(join(tmpdir(), 'stellar-config-'))
  made.push(root)
  for (const folder of ['data', 'bin']) mkdirSync(join(root, folder))
  if (data !== undefined) writeFileSync(join(root, 'data/stellar.config.ts'), data)
  if (beside !== undefined) writeFileSync(join(root, 'bin/stellar.config.ts'), beside)
  const sources = {
    env: { STELLAR_DATA: 'data', ...env },
    cwd: root,
    program: join(root, 'bin/stellar'),
    builtIn: { plugins: [alongside()], disable: ['tetris'] },
  }
  return loadConfig(sources)
}

const config = (body: string) =>
  `import { defineConfig } from 'stellar/plugin'\nexport default defineConfig({ ${body} })\n`

test.each([
  ['none', {}, undefined],
  ['the data folder', { data: config('port: 4000') }, 'data/stellar.config.ts'],
  ['beside the executable', { beside: config('port: 4000') }, 'bin/stellar.config.ts'],
] as const)('the file is found in one order: %s', async (_, files, where) => {
  const { file, environment } = await load(files)
  if (where === undefined) expect(file).toBeUndefined()
  else expect(file).toMatch(new RegExp(`${where}$`))
  expect(environment.port).toBe(where === undefined ? 3000 : 4000)
})

test('two files are refused, for nobody could tell which counts', async () => {
  await expect(load({ data: config(''), beside: config('') })).rejects.toThrow(
    /^There are two configuration files: .*data\/stellar\.config\.ts and .*bin\/stellar\.config\.ts\.$/,
  )
})

test('the environment wins over the file, the file over the default, and each value says where it came from', async () => {
  const { environment, values } = await load({
    data: config(`port: 4000, linkPort: 9000, trustedProxies: ['10.0.0.1', 'fd00::1'], installDocker: false`),
    env: { STELLAR_LINK_PORT: '9443' },
  })
  expect(environment).toMatchObject({
    host: '127.0.0.1',
    port: 4000,
    linkPort: 9443,
    trustedProxies: ['10.0.0.1', 'fd00::1'],
    installDocker: false,
  })
  const origins = Object.fromEntries(values.map(({ setting, origin }) => [setting.variable, origin]))
  expect(origins).toMatchObject({
    STELLAR_HOST: 'default',
    STELLAR_PORT: 'config file',
    STELLAR_LINK_PORT: 'environment',
    STELLAR_INSTALL_DOCKER: 'config file',
  })
})

test('a secret from a mounted file wins over one that was written into the configuration', async () => {
  const root = mkdtempSync(join(tmpdir(), 'stellar-config-'))
  made.push(root)
  writeFileSync(join(root, 'url'), 'postgres://mounted/db\n')
  const { environment, values } = await load({
    data: config(`databaseUrl: 'postgres://written/db'`),
    env: { DATABASE_URL_FILE: join(root, 'url') },
  })
  expect(environment.databaseUrl).toBe('postgres://mounted/db')
  expect(values.find(({ setting }) => setting.variable === 'DATABASE_URL')?.origin).toBe('secret file')
})

test('plugins of the file come after those that come along; what it switches off and sets counts for both', async () => {
  const body = `
    plugins: [definePlugin({ name: 'mine', summary: 'x', panel: () => ({}) })()],
    disable: ['alongside'],
    settings: { mine: { a: 1 } },`
  const { plugins } = await load({ data: config(body).replace('defineConfig }', 'defineConfig, definePlugin }') })
  expect(plugins.plugins.map(({ definition }) => definition.name)).toEqual(['alongside', 'mine'])
  expect(plugins).toMatchObject({ disable: ['tetris', 'alongside'], settings: { mine: { a: 1 } } })
})

test.each([
  ['a misspelt key', config(`hots: '0.0.0.0'`), /has no “hots”\.$/],
  [
    'a value of another kind',
    config(`port: '4000' as never`),
    /^port in .*stellar\.config\.ts must be a number; it is a string\.$/,
  ],
  ['a value out of range', config('port: 70000'), /^port in .*stellar\.config\.ts must be a port from 0 to 65535/],
  ['a plugin that was not called', config('plugins: [(() => 1) as never]'), /^plugins in .* must be a list of plugins/],
  ['no export', 'const a = 1\n', /exports none\.$/],
  ['a syntax error', 'export default {\n', /cannot be read: stellar\.config\.ts/],
  ['a throw', '\n\nthrow new Error("no luck")\n', /cannot be read: stellar\.config\.ts:3:\d+: no luck$/],
])('%s is refused in one sentence', async (_, data, sentence) => {
  await expect(load({ data })).rejects.toThrow(sentence)
})

test('an unknown key is refused with the known one it most likely means', async () => {
  await expect(load({ data: config(`hots: 'x'`) })).rejects.toMatchObject({ hint: 'Did you mean “host”?' })
  await expect(load({ data: config('completelyElse: 1') })).rejects.toMatchObject({
    hint: expect.stringMatching(/^It may have plugins, disable, settings, host,/),
  })
})

test('a password in the wrong place is not shown', async () => {
  const wrong = load({ data: config(`port: 'hunter2' as never`) })
  await expect(wrong).rejects.not.toThrow('hunter2')
})
