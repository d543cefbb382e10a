// What happens when a part is away: the node, the panel, the engine. Games run on, nothing is started twice, and nobody
// is told a stale value as a live one.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeRecords } from '#core/domain/console.ts'
import { writeTestPlugins } from '#core/testing/blueprints.ts'
import { run, testbed, withoutTestbed } from '#core/testing/services.ts'
import { type Stellar, startStellar } from '#core/testing/stellar.ts'

interface Server {
  readonly id: string
  readonly state: string
  readonly lastState: string
  readonly since: string
  readonly startedAt: string | null
  readonly restarts: number
}

interface Node {
  readonly id: string
  readonly connected: boolean
  readonly driver?: { readonly healthy: boolean; readonly detail: string; readonly fix?: string }
}

/** The node that `stellar up` runs as its child. */
function nodePid(stellar: Stellar): number {
  const children = readFileSync(`/proc/${stellar.pid}/task/${stellar.pid}/children`, 'utf8').trim().split(' ')
  const pid = children.find((child) =>
    readFileSync(`/proc/${child}/cmdline`, 'utf8').split('\0').includes('--supervised'),
  )
  if (!pid) throw new Error('stellar up has no node')
  return Number(pid)
}

const containerOf = async (id: string) =>
  (await run('docker', ['ps', '-aq', '--filter', `label=stellar.server=${id}`], { timeoutMs: 20_000 })).trim()
const startOf = async (id: string) =>
  await run('docker', ['inspect', '--format', '{{.State.StartedAt}} {{.State.Pid}}', await containerOf(id)], {
    timeoutMs: 20_000,
  })

describe.skipIf(withoutTestbed)('outages (needs the test bed)', () => {
  const data = mkdtempSync(join(tmpdir(), 'stellar-outages-'))
  let stellar: Stellar
  let id = ''

  const nodeIsBack = () =>
    stellar.api.until<{ data: Node[] }>(
      '/nodes',
      ({ data: [node] }) => node?.connected === true && node.driver?.healthy === true,
    )
  const reach = (state: string) => stellar.api.until<Server>(`/servers/${id}`, (server) => server.state === state)
  const lines = async () => {
    const { body } = await stellar.api<{ text: string }>('GET', `/servers/${id}/console?limit=1000`)
    return decodeRecords(body.text)
  }

  beforeAll(async () => {
    await writeTestPlugins(data)
    stellar = await startStellar({ data })
    await nodeIsBack()
    const { status, body } = await stellar.api<Server>('POST', '/servers', {
      blueprintId: 'chatter',
      name: 'Steady',
      memoryMiB: 128,
      variables: { TICK: '1' },
    })
    expect(status, JSON.stringify(body)).toBe(201)
    id = body.id
    await reach('running')
  })
  afterAll(async () => {
    await stellar.api('DELETE', `/servers/${id}?name=Steady`)
    await stellar.api.until<{ data: unknown[] }>('/servers', ({ data: left }) => left.length === 0)
    await stellar.stop()
    rmSync(data, { recursive: true, force: true })
  })

  test('a killed node: the game runs on, the panel says unreachable, and the node takes it up again', async () => {
    const before = await startOf(id)
    const shown = await reach('running')
    process.kill(nodePid(stellar), 'SIGKILL')
    const away = await reach('unreachable')
    expect(away.lastState, 'what was true last stays known').toBe('running')
    const back = await reach('running')
    expect(back.startedAt).toBe(shown.startedAt)
    expect(back.restarts).toBe(0)
    expect(await startOf(id), 'the same process').toBe(before)
  })

  test('console numbers go on without a hole after the node was away, or the hole is marked', async () => {
    const last = (await lines()).at(-1)?.number ?? 0
    process.kill(nodePid(stellar), 'SIGKILL')
    await reach('unreachable')
    await reach('running')
    await stellar.api.until<{ text: string }>(
      `/servers/${id}/console?limit=5`,
      ({ text }) => (decodeRecords(text).at(-1)?.number ?? 0) > last + 3,
    )
    const after = await lines()
    for (const [index, record] of after.entries()) {
      const previous = after[index - 1]
      if (!previous) continue
      const missing = record.kind === 'g' ? Number(record.text) : 1
      expect(record.number - previous.number, `between ${previous.text} and ${record.text}`).toBe(missing)
    }
    expect(new Set(after.map(({ number }) => number)).size, 'no line twice').toBe(after.length)
  })

  test('a frozen panel: the node restarts what crashes, and tells when the panel is back', async () => {
    process.kill(stellar.pid, 'SIGSTOP')
    const before = await startOf(id)
    try {
      await run('docker', ['kill', '--signal', 'KILL', await containerOf(id)], { timeoutMs: 20_000 })
      const deadline = performance.now() + 30_000
      let now = before
      while (performance.now() < deadline && (now === before || now.endsWith(' 0\n')))
        now = await startOf(id).catch(() => before)
      expect(now).not.toBe(before)
    } finally {
      process.kill(stellar.pid, 'SIGCONT')
    }
    const { restarts } = await stellar.api.until<Server>(
      `/servers/${id}`,
      (server) => server.restarts === 1 && server.state === 'running',
    )
    expect(restarts).toBe(1)
  })

  test('a killed panel: the game runs on, and the next start finds server, node and sessions again', async () => {
    const before = await startOf(id)
    await stellar.stop('SIGKILL')
    expect(await startOf(id)).toBe(before)
    stellar = await startStellar({ data })
    await nodeIsBack()
    await reach('running')
    expect(await startOf(id), 'nothing was started twice').toBe(before)
  })

  test('an orderly stop leaves the game running', async () => {
    const before = await startOf(id)
    expect(await stellar.stop('SIGINT')).toBe(0)
    expect(await startOf(id)).toBe(before)
    stellar = await startStellar({ data })
    await reach('running')
    expect(await startOf(id)).toBe(before)
  })
})

describe.skipIf(withoutTestbed)('an engine that is not there yet (needs the test bed)', () => {
  const data = mkdtempSync(join(tmpdir(), 'stellar-engine-'))
  const script = join(testbed ?? '', 'services/engine.sh')
  const socket = `${process.env['TESTBED_DIR'] ?? `${process.env['XDG_CACHE_HOME'] ?? `${process.env['HOME']}/.cache`}/stellar-testbed`}/data/engine-late/docker.sock`
  const engine = (action: string) => run('bash', [script, 'late', action], { timeoutMs: 120_000 })

  afterAll(async () => {
    await engine('clean')
    rmSync(data, { recursive: true, force: true })
  })

  test('the panel starts, says what is missing and how to mend it, and takes the engine up by itself', async () => {
    await engine('stop').catch(() => 'it did not run')
    await using stellar = await startStellar({
      data,
      environment: { DOCKER_HOST: `unix://${socket}`, STELLAR_INSTALL_DOCKER: '0' },
    })
    const missing = await stellar.api.until<{ data: Node[] }>(
      '/nodes',
      ({ data: [node] }) => node?.connected === true && node.driver?.healthy === false,
    )
    expect(missing.data[0]?.driver?.detail).toMatch(/Docker/)
    expect(missing.data[0]?.driver?.fix).toBeTruthy()
    expect(stellar.output()).toMatch(/Docker does not answer/)
    await engine('start')
    await stellar.api.until<{ data: Node[] }>('/nodes', ({ data: [node] }) => node?.driver?.healthy === true, 30_000)
    await engine('stop')
    await stellar.api.until<{ data: Node[] }>('/nodes', ({ data: [node] }) => node?.driver?.healthy === false, 30_000)
  })
})
