// `stellar doctor` as a process: each thing that can be wrong is found with its fix, and nothing is changed by looking.
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { migrate, migrations } from '#core/db/migrate.ts'
import { cgroup } from '#core/doctor/machine.ts'
import { runCommand } from '#core/testing/command.ts'
import { emptyDatabase } from '#core/testing/database.ts'
import { externalUrl } from '#core/testing/database-server.ts'
import { freePort } from '#core/testing/free-port.ts'
import { startStellar } from '#core/testing/stellar.ts'

const root = mkdtempSync(join(tmpdir(), 'stellar-doctor-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

interface Finding {
  readonly check: string
  readonly state: string
  readonly detail: string
  readonly fix?: string
}

async function doctor(data: string, environment: Record<string, string> = {}, account?: number) {
  const ended = await runCommand(['doctor', '--json'], { data, environment, account })
  expect(ended.sentences).toEqual([])
  const { healthy, findings } = JSON.parse(ended.stdout) as { healthy: boolean; findings: Finding[] }
  expect(ended.code).toBe(healthy ? 0 : 1)
  // Whatever is not well says what to do.
  expect(findings.filter(({ state, fix }) => state === 'problem' && !fix)).toEqual([])
  return { healthy, of: (check: string) => findings.filter((finding) => finding.check === check) }
}

test('a panel that is well has no problem but what the machine has, and does not notice', async () => {
  const data = join(root, 'well')
  const port = await freePort()
  await using panel = await startStellar({ data, command: ['panel'], environment: { STELLAR_PORT: String(port) } })
  const before = readdirSync(data, { recursive: true }).length
  const { of } = await doctor(data, { STELLAR_PORT: String(port), STELLAR_URL: panel.url })
  expect(of('settings')).toMatchObject([{ state: 'ok' }])
  expect(of('data folder')).toMatchObject([{ state: 'ok' }])
  expect(of('ports')).toMatchObject([{ state: 'ok', detail: 'The panel runs and holds them.' }])
  expect(of('database')).toMatchObject([{ state: 'ok', detail: expect.stringMatching(/^PostgreSQL 18\.\d+ answers/) }])
  expect(of('certificates')).toMatchObject([{ state: 'ok' }])
  expect(of('public address')).toMatchObject([{ state: 'ok' }])
  expect(of('docker').length + of('plugins').length).toBeGreaterThan(0)
  expect(readdirSync(data, { recursive: true })).toHaveLength(before)
  const text = await runCommand(['doctor'], { data, environment: { STELLAR_PORT: String(port) } })
  expect(text.stdout).toMatch(/^ok {7}data folder {5}/m)
}, 120_000)

test('nothing is made where nothing is, and what is in the way is named', async () => {
  const data = join(root, 'nothing/data')
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const environment = {
    STELLAR_PORT: String(port),
    STELLAR_URL: 'http://127.0.0.1:1',
    STELLAR_PROT: '1',
    STELLAR_HOST: '127.0.0.1',
  }
  const { healthy, of } = await doctor(data, environment)
  taken.close()
  expect(healthy).toBe(false)
  expect(of('settings')).toMatchObject([{ state: 'warning', fix: 'Did you mean STELLAR_PORT?' }])
  expect(of('ports')[0]).toMatchObject({
    state: 'problem',
    detail: `web, 127.0.0.1:${port}: another program uses it.`,
    fix: expect.stringContaining('STELLAR_PORT'),
  })
  expect(of('public address')).toMatchObject([
    { state: 'problem', detail: expect.stringContaining('cannot be reached from here') },
  ])
  expect(of('database')).toMatchObject([{ state: 'ok', detail: expect.stringContaining('not there yet') }])
  expect(existsSync(join(root, 'nothing'))).toBe(false)
}, 60_000)

test('settings that cannot be read, a key that others can read, and a broken plugin', async () => {
  const wrong = await doctor(join(root, 'x'), { STELLAR_PORT: 'many' })
  expect(wrong.of('settings')).toMatchObject([
    { state: 'problem', detail: expect.stringContaining('STELLAR_PORT must be a port') },
  ])
  const data = join(root, 'loose')
  for (const folder of ['panel', 'plugins']) mkdirSync(join(data, folder), { recursive: true })
  writeFileSync(join(data, 'panel/secret.key'), 'x', { mode: 0o644 })
  writeFileSync(join(data, 'plugins/broken.ts'), 'export const it = (\n')
  const { of } = await doctor(data)
  expect(of('data folder')).toMatchObject([{ state: 'problem', fix: `chmod 600 ${join(data, 'panel/secret.key')}` }])
  expect(of('plugins')).toMatchObject([{ state: 'problem', detail: expect.stringMatching(/^broken: broken\.ts/) }])
  expect(statSync(join(data, 'panel/secret.key')).mode & 0o777).toBe(0o644)
}, 60_000)

test.skipIf(process.getuid?.() !== 0)(
  'a folder that belongs to somebody else (needs root to become nobody)',
  async () => {
    chmodSync(root, 0o755)
    const data = join(root, 'theirs')
    mkdirSync(data, { mode: 0o755 })
    const { of } = await doctor(data, {}, 65_534)
    expect(of('data folder')).toMatchObject([
      { state: 'problem', detail: `This account may not write to ${data}.`, fix: expect.stringContaining('chown') },
    ])
  },
  60_000,
)

test.skipIf(externalUrl() === undefined)(
  'a database that is away, or of a newer version (needs STELLAR_TEST_DATABASE_URL)',
  async () => {
    const data = join(root, 'elsewhere')
    const away = await doctor(data, { DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/panel' })
    expect(away.of('database')).toMatchObject([
      {
        state: 'problem',
        detail: expect.stringContaining('127.0.0.1:1'),
        fix: expect.stringContaining('DATABASE_URL'),
      },
    ])
    expect(JSON.stringify(away.of('database'))).not.toContain('hunter2')
    await using database = await emptyDatabase('external')
    await migrate(database.target, silentLog, [...migrations(), { name: '9999_future', sql: 'select 1' }])
    const url = 'url' in database.target ? database.target.url : ''
    const newer = await doctor(data, { DATABASE_URL: url })
    expect(newer.of('database')).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('a newer version of Stellar (9999_future)') },
    ])
  },
  60_000,
)

test('a kernel that does not limit memory is a problem; both kinds of cgroup are known', async () => {
  const look = async (files: Record<string, string>) => {
    const folder = mkdtempSync(join(root, 'cgroup-'))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    return await cgroup(folder).look()
  }
  expect(await look({ 'cgroup.controllers': 'cpuset cpu io memory pids\n' })).toMatchObject([
    { state: 'ok', detail: 'Version 2, with memory, cpu, pids.' },
  ])
  expect(await look({ memory: '', cpu: '', pids: '' })).toMatchObject([
    { state: 'ok', detail: expect.stringContaining('Version 1') },
  ])
  expect(await look({ 'cgroup.controllers': 'cpu io pids\n' })).toMatchObject([
    { state: 'problem', detail: expect.stringContaining('does not limit memory') },
  ])
})
