// What an operator meets sooner or later, by the real process: one clear sentence and a number other than 0, or a panel that
// goes on with less; and nothing that was there is damaged. A port in use, a second panel and a folder of somebody else
// are in cli.integration.test.ts.
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { migrate, migrations } from '#core/db/migrate.ts'
import { openServer } from '#core/db/open.ts'
import { runCommand } from '#core/testing/command.ts'
import { run, testbed } from '#core/testing/services.ts'
import { startStellar } from '#core/testing/stellar.ts'

const root = mkdtempSync(join(tmpdir(), 'stellar-trouble-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const asRoot = process.getuid?.() === 0
const nobody = 65_534

async function fault(command: string, ...args: string[]): Promise<string> {
  const output = await run(join(testbed ?? '', 'faults/disk.sh'), [command, ...args], { timeoutMs: 60_000 })
  return output.trim().split('\n').at(-1) ?? ''
}

describe.skipIf(testbed === undefined || !asRoot)('a disk (needs the test bed and root)', () => {
  test('that is full refuses the start in a sentence and keeps nothing half-made; with room it starts', async () => {
    const name = `stellar-trouble-${process.pid}`
    const disk = await fault('up', name, '400')
    onTestFinished(async () => void (await fault('down', name)))
    await fault('fill', name, '4000')
    const data = join(disk, 'data')
    for (const command of ['panel', 'migrate']) {
      const refused = await runCommand([command], { data })
      expect(refused).toMatchObject({
        code: 1,
        stdout: '',
        sentences: [expect.stringMatching(/^stellar: The disk that holds \S+ is full/)],
      })
    }
    expect(readdirSync(join(data, 'panel/postgres')).filter((each) => each.endsWith('.tmp'))).toEqual([])
    await fault('free', name)
    await using panel = await startStellar({ data, command: ['panel'] })
    expect((await panel.api('GET', '/servers')).status).toBe(200)
    await panel.stop()

    // The same disk later, with a panel on it, as after an error of the hardware.
    await fault('ro', name)
    const before = readdirSync(data, { recursive: true }).length
    for (const command of [['panel'], ['up'], ['migrate'], ['owner', 'create', '--email', 'a@b.test']]) {
      const refused = await runCommand(command, { data, input: 'a horse of another colour' })
      expect(refused, command.join(' ')).toMatchObject({
        code: 1,
        stdout: '',
        sentences: [
          `stellar: The data folder ${data} cannot be used: the disk is read-only. Set STELLAR_DATA to a folder that this account may write to.`,
        ],
      })
    }
    await fault('rw', name)
    expect(readdirSync(data, { recursive: true })).toHaveLength(before)
    await using again = await startStellar({ data, command: ['panel'] })
    expect((await again.api('GET', '/servers')).status).toBe(200)
  }, 240_000)
})

test('a data folder of a newer version is refused by every command, and the newer version finds it as it was', async () => {
  const data = join(root, 'newer')
  mkdirSync(data)
  expect(await runCommand(['migrate'], { data })).toMatchObject({ code: 0 })
  const future = [...migrations(), { name: '9999_future', sql: 'create table panel.future_thing (id int)' }]
  {
    await using server = await openServer({ url: undefined, dataDirectory: data, log: silentLog })
    await migrate(server.target, silentLog, future)
  }
  for (const command of [['panel'], ['up'], ['migrate']]) {
    const refused = await runCommand(command, { data })
    expect(refused, command.join(' ')).toMatchObject({
      code: 1,
      stdout: '',
      sentences: [
        expect.stringMatching(
          /^stellar: The database was last used by a newer version of Stellar: it has the migration 9999_future/,
        ),
      ],
    })
  }
  await using server = await openServer({ url: undefined, dataDirectory: data, log: silentLog })
  await expect(migrate(server.target, silentLog, future)).resolves.toBeDefined()
  // One whose PostgreSQL this program cannot read at all.
  const other = join(root, 'other-engine')
  mkdirSync(join(other, 'panel/postgres/cluster'), { recursive: true })
  writeFileSync(join(other, 'panel/postgres/cluster/PG_VERSION'), '99\n')
  const refused = await runCommand(['panel'], { data: other })
  expect(refused).toMatchObject({
    code: 1,
    sentences: [
      expect.stringMatching(/was made by PostgreSQL 99; this program brings PostgreSQL \d+ and cannot read it/),
    ],
  })
  expect(readdirSync(join(other, 'panel/postgres/cluster'))).toEqual(['PG_VERSION'])
}, 120_000)

test('broken plugins are off, with the reason on their page; the panel and the others run', async () => {
  const data = join(root, 'plugins')
  mkdirSync(join(data, 'plugins'), { recursive: true })
  const write = (name: string, text: string) => writeFileSync(join(data, 'plugins', name), text)
  write('torn.ts', 'export const it = (\n')
  write('binary.mjs', '\u0000\u0001PK')
  write(
    'throws.ts',
    `import { definePlugin } from 'stellar/plugin'\nexport default definePlugin({ name: 'throws', summary: 'x', panel() { throw new Error('no luck') } })\n`,
  )
  write(
    'fine.ts',
    `import { definePlugin } from 'stellar/plugin'\nexport default definePlugin({ name: 'fine', summary: 'x', panel: () => ({}) })\n`,
  )
  await using panel = await startStellar({ data, command: ['panel'] })
  expect((await fetch(`${panel.url}/ready`)).status).toBe(200)
  const body = new URLSearchParams({ email: 'owner@stellar.example', password: 'correct horse battery staple' })
  const signed = await fetch(`${panel.url}/sign-in`, {
    method: 'POST',
    body,
    headers: { origin: panel.url },
    redirect: 'manual',
  })
  const cookie = signed.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  const page = await fetch(`${panel.url}/plugins`, { headers: { cookie } }).then((answer) => answer.text())
  expect(page).toContain('torn.ts')
  expect(page).toContain('throws.ts:2:')
  expect(page).toContain('no luck')
  expect(await panel.stop()).toBe(0)
}, 90_000)

test('a secret key that is lost or another one stops the start, and nothing that it sealed is thrown away', async () => {
  const data = join(root, 'key')
  await using first = await startStellar({ data: (mkdirSync(data), data), command: ['panel'] })
  await first.stop()
  const path = join(data, 'panel/secret.key')
  const other = await runCommand(['panel'], {
    data,
    environment: { STELLAR_SECRET_KEY: Buffer.alloc(32, 7).toString('base64') },
  })
  expect(other).toMatchObject({
    code: 1,
    stdout: '',
    sentences: [
      expect.stringContaining('was encrypted with another key than the present one. Put the old panel/secret.key'),
    ],
  })
  expect(statSync(path).mode & 0o777).toBe(0o600)
  await using again = await startStellar({ data, command: ['panel'] })
  expect((await again.api('GET', '/account')).status).toBe(200)
}, 120_000)

test.skipIf(!asRoot)(
  'a Docker socket that this account may not open leaves a panel that says how to mend it (needs root to become nobody)',
  async () => {
    chmodSync(root, 0o755)
    const data = join(root, 'docker')
    mkdirSync(data, { mode: 0o750 })
    const socketPath = join(root, 'docker.sock')
    const engine = createServer().listen(socketPath)
    await once(engine, 'listening')
    onTestFinished(() => void engine.close())
    chmodSync(socketPath, 0o600)
    writeFileSync(
      join(data, 'stellar.config.ts'),
      `export default { settings: { docker: { socketPath: ${JSON.stringify(socketPath)} } } }\n`,
    )
    chownSync(data, nobody, nobody)
    await using stellar = await startStellar({
      data,
      account: nobody,
      environment: { HOME: data, STELLAR_INSTALL_DOCKER: '0' },
    })
    const {
      data: [node],
    } = await stellar.api.until<{ data: { driver?: { healthy: boolean; detail: string; fix?: string } }[] }>(
      '/nodes',
      ({ data: [each] }) => each?.driver !== undefined,
    )
    expect(node?.driver).toMatchObject({
      healthy: false,
      detail: expect.stringMatching(/may not|permission|not allowed/i),
      fix: expect.stringContaining('docker'),
    })
    expect((await fetch(`${stellar.url}/ready`)).status).toBe(200)
  },
  120_000,
)
