// What a mode does not need it does not evaluate: a panel never the Docker driver, a node never database or views.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startStellar } from './stellar.ts'

const folder = mkdtempSync(join(tmpdir(), 'stellar-modules-'))
const record = `--import=${resolve('core/testing/record-modules.mjs')}`
const loaded = (mode: string) => readFileSync(join(folder, mode), 'utf8')

describe('the modes of one program', () => {
  beforeAll(async () => {
    await using stellar = await startStellar({ environment: { NODE_OPTIONS: record, STELLAR_TEST_MODULES: folder } })
    await stellar.api.until<{ data: { connected: boolean }[] }>('/nodes', ({ data }) => data[0]?.connected === true)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('the panel never evaluates dockerode, the Docker driver or the node', () => {
    expect(loaded('up')).toContain('/core/panel/app.tsx')
    expect(loaded('up')).toContain('/plugins/drivers/docker/plugin.ts')
    expect(loaded('up')).not.toMatch(/node_modules\/dockerode/)
    expect(loaded('up')).not.toMatch(/\/plugins\/drivers\/docker\/driver\.ts/)
    // Whose node it is, is all that `up` asks the node's files.
    expect(loaded('up')).not.toMatch(/\/core\/node\/(main|commands|connection|servers)/)
  })

  test('the node never evaluates the database, the views or the panel', () => {
    expect(loaded('node')).toContain('/core/node/main.ts')
    expect(loaded('node')).toMatch(/node_modules\/dockerode/)
    expect(loaded('node')).not.toMatch(/node_modules\/(postgres|drizzle-orm)\//)
    expect(loaded('node')).not.toMatch(/\/core\/(panel|db|auth)\//)
    expect(loaded('node')).not.toMatch(/\/views\//)
  })
})

describe('the command line', () => {
  const stellar = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', './core/bootstrap/tsx.mjs', 'core/cli.ts', ...args], {
      encoding: 'utf8',
      timeout: 30_000,
    })

  test('version prints the version alone', () => {
    const { stdout, status } = stellar('version')
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(status).toBe(0)
  })

  test('help names every command', () => {
    const { stdout } = stellar('help')
    for (const command of ['up', 'panel', 'node', 'owner create', 'migrate', 'version', 'help'])
      expect(stdout).toContain(`stellar ${command}`)
  })

  test('an unknown command says which there are and ends with 2', () => {
    const { stderr, status } = stellar('pannel')
    expect(stderr).toContain('there is no command “pannel”')
    expect(stderr).toContain('panel')
    expect(status).toBe(2)
  })

  test('a wrong setting is one sentence and no stack', () => {
    const { stderr, status } = spawnSync(
      process.execPath,
      ['--import', './core/bootstrap/tsx.mjs', 'core/cli.ts', 'panel'],
      { encoding: 'utf8', timeout: 30_000, env: { ...process.env, STELLAR_PORT: 'http' } },
    )
    expect(stderr.trim()).toBe(
      'stellar: STELLAR_PORT must be a port from 0 to 65535, 0 for any free one; it is “http”.',
    )
    expect(status).toBe(1)
  })
})
