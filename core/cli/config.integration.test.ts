// `stellar config` as a process: what it shows, what it hides, and how it ends.
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { variables } from '#core/config/variables.ts'
import { runCommand } from '#core/testing/command.ts'

const root = mkdtempSync(join(tmpdir(), 'stellar-config-cli-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let count = 0
let data: string
beforeEach(() => {
  data = join(root, String(count++))
  mkdirSync(data)
})
const write = (name: string, text: string): string => {
  writeFileSync(join(data, name), text)
  return join(data, name)
}

test('show names every setting, its value and where it came from; no secret is in it', async () => {
  const file = write(
    'stellar.config.ts',
    `export default { logLevel: 'debug', databaseUrl: 'postgres://me:hunter2@db/x' }`,
  )
  const password = write('password', 'hunter3\n')
  const environment = {
    STELLAR_OWNER_EMAIL: 'a@b',
    STELLAR_OWNER_PASSWORD_FILE: password,
    STELLAR_TOKEN: 'hunter4',
    STELLAR_SECRET_KEY: 'hunter5',
  }
  const shown = await runCommand(['config', 'show'], { data, environment })
  expect(shown.code).toBe(0)
  expect(shown.stdout).toMatch(new RegExp(`STELLAR_LOG_LEVEL +debug +logLevel in ${file}`))
  expect(shown.stdout).toMatch(/DATABASE_URL +postgres:\/\/me:\[secret\]@db\/x +databaseUrl in /)
  expect(shown.stdout).toMatch(
    new RegExp(`STELLAR_OWNER_PASSWORD +\\[secret\\] +STELLAR_OWNER_PASSWORD_FILE=${password}`),
  )
  expect(shown.stdout).toMatch(/STELLAR_HOST +127\.0\.0\.1 +default/)
  expect(shown.stdout).toContain(`Configuration file: ${file}`)
  expect(shown.everything).not.toContain('hunter')
  const json = await runCommand(['config', 'show', '--json'], { data, environment })
  expect(JSON.parse(json.stdout)).toMatchObject({
    file,
    settings: expect.arrayContaining([{ setting: 'STELLAR_TOKEN', value: '[secret]', from: 'environment' }]),
  })
  expect(json.everything).not.toContain('hunter')
}, 60_000)

test('check finds what is wrong with settings and plugins, and starts and makes nothing', async () => {
  mkdirSync(join(data, 'plugins'))
  write('plugins/broken.ts', 'export const it = (\n')
  const newer = `import { definePlugin } from 'stellar/plugin'
    export default definePlugin({ name: 'newer', summary: 'x', sdk: 99, panel: () => ({}) })`
  write('plugins/newer.ts', newer)
  write('stellar.config.ts', `export default { settings: { docker: { nonsense: 1 } } }`)
  const checked = await runCommand(['config', 'check'], { data, environment: { STELLAR_PROT: '1' } })
  expect(checked).toMatchObject({
    code: 1,
    stdout: 'warning: STELLAR_PROT means nothing to Stellar. Did you mean STELLAR_PORT?\n',
  })
  expect(checked.sentences).toEqual([
    expect.stringMatching(/^stellar: plugin docker: .*settings/),
    expect.stringMatching(/^stellar: plugin broken: broken\.ts/),
    expect.stringMatching(/^stellar: plugin newer: newer\.ts: It was written for SDK 99; this Stellar has 1\./),
  ])
  rmSync(join(data, 'plugins/broken.ts'))
  rmSync(join(data, 'plugins/newer.ts'))
  write('stellar.config.ts', 'export default {}')
  const fine = await runCommand(['config', 'check'], { data })
  expect(fine).toMatchObject({ code: 0, sentences: [], stdout: expect.stringContaining('everything can be read.') })
}, 60_000)

test('a wrong configuration stops every mode with the same sentence', async () => {
  write('stellar.config.ts', `export default { hots: 'x' }`)
  const sentence = `stellar: The configuration ${join(data, 'stellar.config.ts')} has no “hots”. Did you mean “host”?`
  for (const command of [['panel'], ['node'], ['migrate'], ['config', 'check']]) {
    expect(await runCommand(command, { data })).toMatchObject({ code: 1, sentences: [sentence] })
  }
}, 60_000)

test('the documentation has every variable', () => {
  const page = readFileSync('docs/configuration.md', 'utf8')
  const missing = variables.filter((name) => !name.endsWith('_FILE') && !page.includes(`\`${name}\``))
  expect(missing).toEqual([])
})

const isRoot = process.getuid?.() === 0
const nobody = 65_534

test.skipIf(!isRoot)(
  'root runs nothing that lies in another account’s data folder: a command of root reads it as that account (needs root)',
  async () => {
    chmodSync(root, 0o755)
    const mark = `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(data)} + '/ran-by-' + process.getuid(), '')\n`
    write('stellar.config.ts', `${mark}export default { logLevel: 'debug' }\n`)
    mkdirSync(join(data, 'plugins'))
    write('plugins/wicked.ts', `${mark}export default 1\n`)
    for (const path of ['', 'plugins', 'plugins/wicked.ts', 'stellar.config.ts'])
      chownSync(join(data, path), nobody, nobody)
    const own = mkdtempSync(join(tmpdir(), 'stellar-root-only-'))
    const plugin = join(own, 'wave.ts')
    writeFileSync(
      plugin,
      `import { definePlugin } from 'stellar/plugin'\nexport default definePlugin({ name: 'wave', summary: 'x', panel: () => ({}) })\n`,
      { mode: 0o600 },
    )
    const marks = () => readdirSync(data).filter((name) => name.startsWith('ran-by'))
    try {
      const ended = await Promise.all(
        [
          ['config', 'show'],
          ['config', 'check'],
          ['ready'],
          ['doctor'],
          ['plugin', 'list'],
          ['plugin', 'add', plugin],
          ['backup', join(own, 'x.backup')],
          ['migrate'],
          ['owner', 'reset'],
        ].map(async (words) => [words[0], await runCommand(words, { data, environment: { DATABASE_URL: nowhere } })]),
      )
      const [show] = ended
      expect(show).toEqual(['config', expect.objectContaining({ code: 0, sentences: [] })])
      expect(JSON.stringify(show)).toMatch(/STELLAR_LOG_LEVEL +debug +logLevel in /)
      expect(marks()).toEqual([`ran-by-${nobody}`])
      expect(existsSync(join(data, 'plugins/wave.ts'))).toBe(true)
      write('stellar.config.ts', 'export default { prot: 1 }')
      const wrong = await runCommand(['config', 'show'], { data })
      expect(wrong).toMatchObject({ code: 1, sentences: [expect.stringContaining('Did you mean “port”?')] })
    } finally {
      rmSync(own, { recursive: true, force: true })
    }
  },
  90_000,
)

/** Nothing listens there. */
const nowhere = 'postgres://nobody@127.0.0.1:9/none'
