// `stellar backup` and `stellar restore` as processes, on a panel that is being used.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '#core/testing/command.ts'
import { owner, type Stellar, startStellar } from '#core/testing/stellar.ts'

const root = mkdtempSync(join(tmpdir(), 'stellar-backup-'))
const passphrase = 'several words nobody guesses'
const file = join(root, 'panel.backup')
const data = join(root, 'data')
let made: Awaited<ReturnType<typeof runCommand>>
let apiKey = ''
/** The cookie of somebody who was signed in when the backup was made. */
let signedIn = ''

const plugin = `import { definePlugin } from 'stellar/plugin'\nexport default definePlugin({ name: 'wave', summary: 'x', panel: () => ({}) })\n`

beforeAll(async () => {
  mkdirSync(join(data, 'plugins/wave/parts'), { recursive: true })
  writeFileSync(join(data, 'plugins/wave/plugin.ts'), plugin)
  writeFileSync(join(data, 'plugins/wave/parts/text.txt'), 'ä\n')
  writeFileSync(join(data, 'stellar.config.ts'), `export default { disable: ['bzflag'] }\n`)
  await using panel = await startStellar({ data, command: ['panel'] })
  apiKey = panel.api.authorization()
  const cookies = (await enter(panel)).headers.getSetCookie()
  signedIn = cookies.find((line) => line.startsWith('stellar-session='))?.split(';')[0] ?? ''
  expect((await fetch(`${panel.url}/servers`, { headers: { cookie: signedIn }, redirect: 'manual' })).status).toBe(200)
  made = await runCommand(['backup', file], {
    data,
    input: `${passphrase}\n`,
    environment: { STELLAR_URL: 'https://panel.test' },
  })
  // It did not notice, but the owner reads of it.
  const { body } = await panel.api<{ data: { action: string; via: string }[] }>('GET', '/activity')
  expect(body.data).toContainEqual(expect.objectContaining({ action: 'panel.backup', via: 'command-line' }))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const restore = (into: string, args: readonly string[] = [file], input = passphrase, environment = {}) =>
  runCommand(['restore', ...args], { data: join(root, into), input, environment })

const enter = ({ url }: Stellar) =>
  fetch(`${url}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams(owner),
    headers: { origin: url },
    redirect: 'manual',
  })
const signIn = async (panel: Stellar) => (await enter(panel)).headers.get('location')

test('a running panel is backed up into one private file that tells nothing', () => {
  expect(made).toMatchObject({ code: 0, sentences: [], stdout: expect.stringContaining(`${file} holds this panel: `) })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const bytes = readFileSync(file)
  const key = readFileSync(join(data, 'panel/secret.key'), 'utf8').trim()
  for (const secret of [owner.email, key, passphrase, 'definePlugin']) expect(bytes.includes(secret)).toBe(false)
  expect(readdirSync(root).toSorted()).toEqual(['data', 'panel.backup'])
})

const nobody = 65_534

test.skipIf(process.getuid?.() !== 0)(
  'root puts it where only root may write, of a panel that is another account’s; one that fails leaves nothing (needs root)',
  async () => {
    chmodSync(root, 0o755)
    const theirs = join(root, 'theirs')
    mkdirSync(theirs)
    chownSync(theirs, nobody, nobody)
    const own = mkdtempSync(join(tmpdir(), 'stellar-root-only-'))
    const keyFile = join(own, 'key')
    writeFileSync(keyFile, 'k'.repeat(48), { mode: 0o600 })
    const words = (name: string) => ['backup', join(own, name), '--key-file', keyFile]
    try {
      expect(await runCommand(words('none'), { data: theirs })).toMatchObject({ code: 1 })
      await runCommand(['owner', 'create', '--email', owner.email], {
        data: theirs,
        account: nobody,
        input: owner.password,
      })
      const kept = await runCommand(words('panel.backup'), { data: theirs })
      expect(kept).toMatchObject({ code: 0, sentences: [], stdout: expect.stringContaining('holds this panel: ') })
      expect(statSync(join(own, 'panel.backup'))).toMatchObject({ uid: 0, mode: 0o100600 })
      const unreadable = join(theirs, 'plugins/gone.ts')
      mkdirSync(unreadable, { recursive: true, mode: 0o700 }) // root’s: that account cannot read it
      expect(await runCommand(words('failed.backup'), { data: theirs })).toMatchObject({ code: 1 })
      expect(readdirSync(own).toSorted()).toEqual(['key', 'panel.backup'])
      const read = await restore('nowhere', ['--check', join(own, 'panel.backup'), '--key-file', keyFile])
      expect(read).toMatchObject({ code: 0, sentences: [] })
    } finally {
      rmSync(own, { recursive: true, force: true })
    }
  },
  90_000,
)

test('restored onto an empty folder, the panel has its accounts, keys, configuration and plugins', async () => {
  const restored = await restore('new')
  expect(restored).toMatchObject({ code: 0, sentences: [] })
  expect(restored.stdout).toContain('Restored onto')
  expect(restored.stdout).toContain('Was set there and is not here: STELLAR_URL=https://panel.test')
  const into = join(root, 'new')
  for (const path of [
    'panel/secret.key',
    'stellar.config.ts',
    'plugins/wave/plugin.ts',
    'plugins/wave/parts/text.txt',
  ]) {
    expect(readFileSync(join(into, path), 'utf8')).toBe(readFileSync(join(data, path), 'utf8'))
  }
  expect(statSync(join(into, 'panel/secret.key')).mode & 0o777).toBe(0o600)
  expect(readdirSync(into).filter((name) => name.startsWith('.'))).toEqual([])
  // No owner in the environment: it is the one of the backup.
  const environment = { STELLAR_OWNER_EMAIL: '', STELLAR_OWNER_PASSWORD: '', STELLAR_OWNER_API_KEY_FILE: '' }
  await using panel = await startStellar({ data: into, command: ['panel'], environment })
  expect(panel.output()).not.toContain('/setup')
  expect(await signIn(panel)).toBe('/')
  const account = await fetch(`${panel.url}/api/v1/account`, { headers: { authorization: apiKey } })
  expect(await account.json()).toMatchObject({ email: owner.email })
  // Whoever was signed out since must not be signed in by an old copy.
  const page = await fetch(`${panel.url}/servers`, { headers: { cookie: signedIn }, redirect: 'manual' })
  expect([page.status, page.headers.get('location')]).toEqual([303, '/sign-in?next=%2Fservers'])
  expect(restored.stdout).toContain('Everybody signs in again.')
}, 120_000)

test('a key file does as well as a passphrase, and a pipe as well as a file', async () => {
  const keyFile = join(root, 'key')
  writeFileSync(keyFile, `${'0123456789abcdef'.repeat(3)}\n`, { mode: 0o600 })
  const piped = join(root, 'piped.backup')
  const shell = `"${process.execPath}" --import ./core/bootstrap/tsx.mjs core/cli.ts backup - --key-file "${keyFile}" > "${piped}"`
  const { status } = spawnSync('sh', ['-c', shell], { env: { ...process.env, STELLAR_DATA: data }, timeout: 60_000 })
  expect(status).toBe(0)
  const checked = await runCommand(['restore', '--check', piped, '--key-file', keyFile], { data })
  expect(checked).toMatchObject({ code: 0, stdout: expect.stringContaining(`${piped} is whole: a panel of Stellar`) })
  const asked = await restore('x', ['--check', piped])
  expect(asked).toMatchObject({
    code: 1,
    sentences: [expect.stringContaining('was made with a key file, not with a passphrase')],
  })
}, 60_000)

describe('what is wrong is one sentence, and nothing is changed', () => {
  const bytes = () => readFileSync(file)
  const write = (name: string, content: Buffer | string) => {
    writeFileSync(join(root, name), content)
    return join(root, name)
  }

  test.each([
    ['a wrong passphrase', () => file, 'The passphrase is not the one this backup was made with.', 'no words of mine'],
    [
      'a file that was cut off',
      () => write('cut', bytes().subarray(0, -100)),
      'The backup cannot be read: it was changed or damaged.',
      passphrase,
    ],
    [
      'a changed file',
      () => {
        const copy = bytes()
        copy.writeUInt8(copy.readUInt8(copy.length - 500) ^ 4, copy.length - 500)
        return write('changed', copy)
      },
      'The backup cannot be read: it was changed or damaged.',
      passphrase,
    ],
    ['another file', () => write('other', 'PK\x03\x04 no backup'), 'This file is no backup of Stellar.', passphrase],
    [
      'a later form',
      () => write('later', 'stellar-backup 2\n{}\n'),
      'This backup was made by a newer version of Stellar',
      passphrase,
    ],
    ['no file', () => join(root, 'gone'), 'cannot be read', passphrase],
  ])(
    '%s',
    async (_, path, sentence, input) => {
      const refused = await restore('wrong', [path()], input)
      expect(refused).toMatchObject({ code: 1, stdout: '', sentences: [expect.stringContaining(sentence)] })
      expect(readdirSync(root)).not.toContain('wrong')
    },
    30_000,
  )

  test('a folder with a panel in it is not restored onto, nor a backup overwritten', async () => {
    const before = readdirSync(data, { recursive: true }).length
    const refused = await restore('data')
    expect(refused).toMatchObject({
      code: 1,
      sentences: [expect.stringContaining('There is a panel in this data folder already')],
    })
    const again = await runCommand(['backup', file], { data, input: passphrase })
    expect(again).toMatchObject({
      code: 2,
      sentences: [`stellar: ${file} is there already. Choose another name; a backup never overwrites one.`],
    })
    expect(readdirSync(data, { recursive: true })).toHaveLength(before)
  }, 30_000)

  test('a passphrase that is easily guessed, or none, makes no backup; nor does a folder without a panel', async () => {
    const target = join(root, 'never.backup')
    const short = await runCommand(['backup', target], { data, input: 'hunter2' })
    expect(short).toMatchObject({
      code: 2,
      sentences: [expect.stringContaining('must have at least 12 characters; it has 7.')],
    })
    const none = await runCommand(['backup', target], { data: join(root, 'nothing'), input: passphrase })
    expect(none).toMatchObject({ code: 1, sentences: [expect.stringContaining('There is no panel in')] })
    expect(readdirSync(root).filter((name) => name.startsWith('never') || name === 'nothing')).toEqual([])
  }, 30_000)

  const mount = (...args: string[]) => process.getuid?.() === 0 && spawnSync('mount', args).status === 0
  test('a full disk (needs the right to mount one) leaves neither half a backup nor half a panel', async (context) => {
    const disk = join(root, 'disk')
    mkdirSync(disk)
    if (!mount('-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk)) return context.skip('tmpfs cannot be mounted')
    try {
      writeFileSync(join(disk, 'filler'), Buffer.alloc(12 * 1024))
      const full = await runCommand(['backup', join(disk, 'b')], { data, input: passphrase })
      expect(full).toMatchObject({
        code: 1,
        stdout: '',
        sentences: [expect.stringContaining('The backup could not be written: the disk is full.')],
      })
      expect(readdirSync(disk)).toEqual(['filler'])
      const refused = await restore('disk/new')
      expect(refused).toMatchObject({
        code: 1,
        stdout: '',
        sentences: [expect.stringMatching(/disk (that holds .* )?is full/)],
      })
      expect(readdirSync(disk)).toEqual(['filler'])
    } finally {
      spawnSync('umount', ['--lazy', disk])
    }
  }, 60_000)
})
