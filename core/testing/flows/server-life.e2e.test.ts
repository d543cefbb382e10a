// A server's whole life with the whole program: created, pulled, installed, ready, spoken to, measured, crashed,
// restarted, stopped and deleted, for real games in real containers.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chatterPlugin, testbedMirrors, writeTestPlugins } from '#core/testing/blueprints.ts'
import { run, testbed, withoutTestbed } from '#core/testing/services.ts'
import { type Stellar, startStellar } from '#core/testing/stellar.ts'

interface Server {
  readonly id: string
  readonly state: string
  readonly address: string
  readonly restarts: number
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[]
  readonly exit: {
    readonly code: number
    readonly unexpected: boolean
    readonly outOfMemory: boolean
    readonly lastLines: readonly string[]
  } | null
  readonly stats: {
    readonly memoryBytes: number
    readonly players: number | null
    readonly capacity: number | null
  } | null
}

interface Game {
  readonly blueprint: string
  readonly variables?: Readonly<Record<string, string>>
  /** A command, and what the game then prints. */
  readonly command?: readonly [string, RegExp]
  /** Players the adapter must see, where there is one. */
  readonly capacity?: number
}

const games: readonly Game[] = [
  { blueprint: 'luanti' },
  {
    blueprint: 'flying-squid',
    command: ['say hello', /\[CHAT\]: \[Server\] hello/],
    variables: { MAX_PLAYERS: '7' },
    capacity: 7,
  },
  { blueprint: 'openttd', command: ['echo hello', /hello/] },
  { blueprint: 'chatter', command: ['echo hello', /^hello$/m], variables: { MAX_PLAYERS: '9' }, capacity: 9 },
]

const elsewhere = {
  'chatter-private': '127.0.0.1:5001/private/chatter',
  'chatter-layers': '127.0.0.1:5000/tb-stellar-layers',
}

/** Text of the records, without number, time and kind. */
const texts = (records: string) => records.replace(/^\d+ \d+ [a-z]/gm, '')
const containers = (id: string) =>
  run('docker', ['ps', '-aq', '--filter', `label=stellar.server=${id}`], { timeoutMs: 20_000 })
const networks = (id: string) =>
  run('docker', ['network', 'ls', '-q', '--filter', `label=stellar.server=${id}`], { timeoutMs: 20_000 })

describe.skipIf(withoutTestbed)('a server’s life (needs the test bed)', () => {
  const data = mkdtempSync(join(tmpdir(), 'stellar-life-'))
  let stellar: Stellar

  beforeAll(async () => {
    await writeTestPlugins(data)
    // The same game from images that are not on this machine yet.
    for (const [name, image] of Object.entries(elsewhere)) {
      const source = chatterPlugin
        .replaceAll("'chatter'", `'${name}'`)
        .replace("'127.0.0.1:5000/tb-chatter'", `'${image}'`)
      writeFileSync(join(data, 'plugins', `${name}.ts`), source)
    }
    stellar = await startStellar({ data })
    const { data: nodes } = await stellar.api.until<{
      data: { id: string; connected: boolean; driver?: { healthy: boolean } }[]
    }>('/nodes', ({ data: [node] }) => node?.connected === true && node.driver?.healthy === true)
    const mirrors = Object.values(testbedMirrors)
    const { status, body } = await stellar.api('PATCH', `/nodes/${nodes[0]?.id}`, {
      publicAddress: '127.0.0.1',
      mirrors: mirrors.filter(({ from }, index) => mirrors.findIndex((other) => other.from === from) === index),
    })
    expect(status, JSON.stringify(body)).toBe(200)
  })
  afterAll(async () => {
    const { body } = await stellar.api<{ data: { id: string; name: string }[] }>('GET', '/servers')
    for (const { id, name } of body.data) await stellar.api('DELETE', `/servers/${id}?name=${encodeURIComponent(name)}`)
    await stellar.api.until<{ data: unknown[] }>('/servers', ({ data: left }) => left.length === 0)
    await stellar.stop()
    rmSync(data, { recursive: true, force: true })
  })

  const reach = (id: string, state: string, deadlineMs?: number) =>
    stellar.api.until<Server>(`/servers/${id}`, (server) => server.state === state, deadlineMs)
  const printed = (id: string, pattern: RegExp) =>
    stellar.api.until<{ text: string }>(`/servers/${id}/console?limit=400`, ({ text }) => pattern.test(texts(text)))
  const create = async (body: Record<string, unknown>): Promise<string> => {
    const answer = await stellar.api<Server & { detail?: string }>('POST', '/servers', body)
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return answer.body.id
  }
  const power = async (id: string, action: string) =>
    expect((await stellar.api('POST', `/servers/${id}/power`, { action })).status).toBe(202)

  // The games side by side, since each is mostly waited for; what happens to one of them in turn.
  const inTurn = { concurrent: false }
  describe.concurrent.each(games)('$blueprint', ({ blueprint, command, variables = {}, capacity }) => {
    const name = `Life of ${blueprint}`
    let id = ''

    test('is created, installed, started and ready', inTurn, async () => {
      id = await create({ blueprintId: blueprint, name, variables, memoryMiB: 512 })
      const server = await reach(id, 'running', 120_000)
      expect(server.ports[0]?.port).toBeGreaterThan(1023)
      expect((await containers(id)).trim().split('\n')).toHaveLength(1)
    })

    if (command)
      test('answers a console command', inTurn, async () => {
        const [line, answer] = command
        expect((await stellar.api('POST', `/servers/${id}/console`, { command: line })).status).toBe(204)
        await printed(id, answer)
        const { body } = await stellar.api<{ data: { action: string; meta: unknown }[] }>('GET', '/activity?limit=20')
        expect(
          body.data.find(({ action }) => action.includes('command')),
          'the command is in the activity log',
        ).toBeDefined()
      })

    test('is measured', inTurn, async () => {
      const first = await stellar.api.until<Server>(
        `/servers/${id}`,
        ({ stats }) => (stats?.memoryBytes ?? 0) > 1_000_000,
      )
      expect(first.stats?.memoryBytes).toBeLessThan(512 * 1024 ** 2)
      const { recent } = await stellar.api.until<{ recent: { at: string }[] }>(
        `/servers/${id}/stats`,
        ({ recent }) => recent.length >= 3,
      )
      expect(new Set(recent.map(({ at }) => at)).size, 'each reading has a time of its own').toBe(recent.length)
    })

    if (capacity !== undefined)
      test('is asked for its players', inTurn, async () => {
        const { stats } = await stellar.api.until<Server>(
          `/servers/${id}`,
          (server) => server.stats?.capacity === capacity,
          40_000,
        )
        expect(stats?.players).toBe(0)
      })

    test('comes back after a crash, and the crash is kept', inTurn, async () => {
      await run('docker', ['kill', '--signal', 'KILL', (await containers(id)).trim()], { timeoutMs: 20_000 })
      const server = await stellar.api.until<Server>(
        `/servers/${id}`,
        ({ restarts, state }) => restarts >= 1 && state === 'running',
        90_000,
      )
      expect(server.exit).toMatchObject({ unexpected: true, code: 137 })
      expect(server.exit?.lastLines.length).toBeGreaterThan(0)
    })

    test('restarts, stops when asked, and stays stopped', inTurn, async () => {
      const before = await stellar.api<Server & { startedAt: string }>('GET', `/servers/${id}`)
      await power(id, 'restart')
      await stellar.api.until<Server & { startedAt: string | null }>(
        `/servers/${id}`,
        ({ state, startedAt }) => state === 'running' && startedAt !== before.body.startedAt,
        90_000,
      )
      await power(id, 'stop')
      const stopped = await reach(id, 'stopped', 60_000)
      expect(stopped.exit).toMatchObject({ unexpected: false })
      expect(stopped.stats).toBeNull()
    })

    test('is deleted with everything it had', inTurn, async () => {
      expect((await stellar.api('DELETE', `/servers/${id}?name=something%20else`)).status, 'the name confirms it').toBe(
        422,
      )
      expect((await stellar.api('DELETE', `/servers/${id}?name=${encodeURIComponent(name)}`)).status).toBe(202)
      await stellar.api.until<{ data: { id: string }[] }>(
        '/servers',
        ({ data: left }) => left.every((server) => server.id !== id),
        60_000,
      )
      expect(await containers(id)).toBe('')
      expect(await networks(id)).toBe('')
      expect(existsSync(join(data, 'node', 'servers', id))).toBe(false)
      const { body } = await stellar.api<{ data: { action: string; subject?: string }[] }>('GET', '/activity?limit=50')
      expect(body.data.some(({ action, subject }) => action.startsWith('server.delete') && subject === name)).toBe(true)
    })
  })

  test('a Minecraft client is answered', async () => {
    const id = await create({ blueprintId: 'flying-squid', name: 'Pinged', memoryMiB: 512 })
    const { address } = await reach(id, 'running', 120_000)
    const [host = '', port = ''] = address.split(':')
    const peers =
      (await run('bash', ['-c', `. ${testbed}/lib.sh; tb_npm peers`], { timeoutMs: 180_000 }))
        .trim()
        .split('\n')
        .at(-1) ?? ''
    const answer = await run(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import mc from 'minecraft-protocol'; console.log(JSON.stringify(await mc.ping({ host: '${host}', port: ${port} })))`,
      ],
      { timeoutMs: 30_000, cwd: peers },
    )
    expect(JSON.parse(answer)).toMatchObject({ players: { online: 0 }, version: { name: '1.16.5' } })
  })

  test('a crash loop ends: it is left off with the reason, and starts again when somebody asks', async () => {
    const id = await create({ blueprintId: 'chatter', name: 'Loop', memoryMiB: 128, variables: { START_FAIL: '3' } })
    const server = await stellar.api.until<Server & { reason: string | null }>(
      `/servers/${id}`,
      ({ state, reason }) => state === 'crashed' && reason !== null,
      60_000,
    )
    expect(server.exit).toMatchObject({ code: 3, unexpected: true })
    expect((await stellar.api('PATCH', `/servers/${id}`, { variables: { START_FAIL: '' } })).status).toBe(200)
    await power(id, 'start')
    await reach(id, 'running')
  })

  test('a server that eats more than its memory is said to have run out of it', async () => {
    const id = await create({ blueprintId: 'chatter', name: 'Eater', memoryMiB: 64 })
    await reach(id, 'running')
    await stellar.api('POST', `/servers/${id}/console`, { command: 'eat 400' })
    const { exit } = await stellar.api.until<Server>(
      `/servers/${id}`,
      (server) => server.exit?.outOfMemory === true,
      60_000,
    )
    expect(exit).toMatchObject({ unexpected: true, code: 137 })
  })

  test('a failed installation shows its last lines, leaves nothing behind and works the second time', async () => {
    const id = await create({ blueprintId: 'chatter', name: 'Failing', memoryMiB: 128, variables: { INSTALL: 'fail' } })
    await reach(id, 'install-failed')
    const { body } = await stellar.api<{ log: string[]; steps: { name: string; state: string }[]; reason: string }>(
      'GET',
      `/servers/${id}/install`,
    )
    expect(body.log).toContain('The installation fails, as asked.')
    expect(body.reason).toContain('3')
    expect(await containers(id)).toBe('')
    await stellar.api('PATCH', `/servers/${id}`, { variables: { INSTALL: 'ok' } })
    expect((await stellar.api('POST', `/servers/${id}/install`)).status).toBe(202)
    await reach(id, 'running')
  })

  test('a killed game that ignores every signal is gone at once', async () => {
    const id = await create({ blueprintId: 'chatter', name: 'Stubborn', memoryMiB: 128 })
    await reach(id, 'running')
    await stellar.api('POST', `/servers/${id}/console`, { command: 'ignore on' })
    await power(id, 'kill')
    const { exit } = await reach(id, 'stopped', 15_000)
    expect(exit).toMatchObject({ code: 137, unexpected: false })
  })

  test('an image that is only in a private registry comes with the node’s sign-in, and is refused without', async () => {
    await run('bash', [join(testbed ?? '', 'services/registry-auth.sh'), 'start'], { timeoutMs: 120_000 })
    await run('docker', ['rmi', '127.0.0.1:5001/private/chatter'], { timeoutMs: 30_000 }).catch(
      () => 'it was not there',
    )
    const { body: nodes } = await stellar.api<{ data: { id: string }[] }>('GET', '/nodes')
    const node = nodes.data[0]?.id
    const id = await create({ blueprintId: 'chatter-private', name: 'Private', memoryMiB: 128 })
    const failed = await stellar.api.until<Server & { reason: string }>(
      `/servers/${id}`,
      ({ state }) => state === 'install-failed',
    )
    expect(failed.reason).toMatch(/127\.0\.0\.1:5001/)
    const { body: change } = await stellar.api('PATCH', `/nodes/${node}`, {
      logins: [{ registry: '127.0.0.1:5001', username: 'puller', password: 'pull-secret' }],
    })
    expect(JSON.stringify(change)).not.toContain('pull-secret')
    await stellar.api('POST', `/servers/${id}/install`)
    await reach(id, 'running', 90_000)
    await stellar.api('PATCH', `/nodes/${node}`, { logins: [] })
    await run('docker', ['rmi', '127.0.0.1:5001/private/chatter'], { timeoutMs: 30_000 }).catch(
      () => 'a container still uses it',
    )
    expect(stellar.output()).not.toContain('pull-secret')
  })

  test('a new image is pulled with progress for each layer', async () => {
    const image = '127.0.0.1:5000/tb-stellar-layers'
    // Forty megabytes that no other image has, so that there is something to download.
    await buildImage(image, 'FROM tb-chatter\nUSER 0\nRUN head -c 40000000 /dev/urandom > /opt/layer\nUSER 1000\n')
    await run('docker', ['push', '--quiet', image], { timeoutMs: 120_000 })
    await run('docker', ['rmi', image], { timeoutMs: 30_000 })
    const id = await create({ blueprintId: 'chatter-layers', name: 'Layers', memoryMiB: 128 })
    const pulled = await stellar.api.until<{ layers: { status: string; total: number }[] }>(
      `/servers/${id}/install`,
      ({ layers }) => layers.some(({ total }) => total > 39_000_000),
    )
    expect(pulled.layers.length).toBeGreaterThan(1)
    await reach(id, 'running', 90_000)
  })
})

/** Builds from a Dockerfile alone, without a context. */
async function buildImage(tag: string, dockerfile: string): Promise<void> {
  const child = spawn('docker', ['build', '--quiet', '-t', tag, '-'], {
    stdio: ['pipe', 'ignore', 'inherit'],
    env: { ...process.env, DOCKER_BUILDKIT: '0' },
    timeout: 120_000,
  })
  child.stdin.end(dockerfile)
  const code = await new Promise<number | null>((done, fail) => child.once('error', fail).once('close', done))
  if (code !== 0) throw new Error(`docker build of ${tag} ended with ${code}`)
}
