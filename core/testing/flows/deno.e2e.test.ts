// The source tree under Deno, and the command line as a client of it: sign-in, the first page, the node, a container
// from creation to deletion.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testbedMirrors, writeTestPlugins } from '#core/testing/blueprints.ts'
import { type CommandOptions, runCommand } from '#core/testing/command.ts'
import { run, withoutTestbed } from '#core/testing/services.ts'
import { owner, type Stellar, startStellar } from '#core/testing/stellar.ts'

/** The program itself: the package's own command is a parent that passes no signal on. */
const { runInstall } = createRequire(import.meta.url)('deno/install_api.cjs') as { runInstall(): string }
const deno = runInstall()

describe.skipIf(withoutTestbed)('Stellar under Deno (needs the test bed)', () => {
  // In the tree: elsewhere Deno finds no `stellar/plugin`.
  mkdirSync('data', { recursive: true })
  const data = mkdtempSync(resolve('data', 'deno-'))
  let stellar: Stellar
  let ended = false
  const client = (line: string, options: CommandOptions = {}) =>
    runCommand(line.split(' '), {
      ...options,
      environment: {
        STELLAR_API_URL: stellar.url,
        STELLAR_API_KEY: stellar.api.authorization().replace('Bearer ', ''),
      },
    })

  beforeAll(async () => {
    await writeTestPlugins(data)
    stellar = await startStellar({
      data,
      program: [deno, 'run', '-A', 'core/cli.ts'],
      environment: { DENO_NO_UPDATE_CHECK: '1', DENO_DIR: join(data, 'deno') },
    })
    const { data: nodes } = await stellar.api.until<{
      data: { id: string; connected: boolean; driver?: { healthy: boolean } }[]
    }>('/nodes', ({ data: [node] }) => node?.connected === true && node.driver?.healthy === true)
    const { status } = await stellar.api('PATCH', `/nodes/${nodes[0]?.id}`, {
      publicAddress: '127.0.0.1',
      mirrors: Object.values(testbedMirrors).slice(0, 1),
    })
    expect(status).toBe(200)
  })
  afterAll(async () => {
    // What a failure left behind must not stay on the engine that all share.
    if (!ended) {
      await client('server delete Talker --yes')
      await stellar.api.until<{ data: unknown[] }>('/servers', ({ data: left }) => left.length === 0)
      await stellar.stop()
    }
    rmSync(data, { recursive: true, force: true })
  })

  test('shows its pages to who signs in', async () => {
    const body = new URLSearchParams({ email: owner.email, password: owner.password })
    const init = { method: 'POST', body, headers: { origin: stellar.url }, redirect: 'manual' } as const
    const signedIn = await fetch(`${stellar.url}/sign-in`, init)
    expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/'])
    const cookie = signedIn.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ')
    const page = await fetch(`${stellar.url}/servers`, { headers: { cookie } })
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('<h1')
  })

  test('runs a server from its creation to its deletion', async () => {
    const made = await client('server create Talker --blueprint chatter --memory 128MiB --wait --timeout 90')
    expect(made).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Talker is running at 127\.0\.0\.1:\d+\.\n$/),
    })
    expect(made.stderr).toMatch(/running\n$/)

    const said = await client('server console Talker', { input: 'echo hello from a pipe\n' })
    expect(said).toMatchObject({ code: 0, stderr: '' })
    expect(said.stdout).toMatch(/› echo hello from a pipe\n(.*\n)*hello from a pipe\n/)
    expect((await client('server logs Talker --search pipe')).stdout).toContain('hello from a pipe')

    expect((await client('server restart Talker --wait --timeout 60')).stdout).toBe('Talker is running.\n')
    expect((await client('server stop Talker --wait --timeout 60')).stdout).toBe('Talker is stopped.\n')
    const { id } = JSON.parse((await client('server show Talker --json')).stdout) as { id: string }
    expect((await client('server delete Talker --yes')).code).toBe(0)
    await stellar.api.until<{ data: unknown[] }>('/servers', ({ data: left }) => left.length === 0)
    const left = await run('docker', ['ps', '-aq', '--filter', `label=stellar.server=${id}`], { timeoutMs: 20_000 })
    expect(left).toBe('')
  })

  test('ends in order when it is told to', async () => {
    ended = true
    expect(await stellar.stop()).toBe(0)
  })
})
