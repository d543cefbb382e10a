// An engine that goes away and comes back, as on an update of Docker: a further one of the test bed, never the shared.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { aPort, aServer, follow, keptReport, openTestNode } from '#core/testing/node-runtime.ts'
import { run, testbed, withoutTestbed } from '#core/testing/services.ts'
import { dockerDriver } from '#plugins/drivers/docker/driver.ts'

describe.skipIf(withoutTestbed)('a node whose Docker engine goes away (needs the test bed)', () => {
  const name = 'stlnode'
  const place =
    process.env['TESTBED_DIR'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'stellar-testbed')
  const engine = (action: string) =>
    run(join(testbed ?? '', 'services/engine.sh'), [name, action], { timeoutMs: 120_000 })
  let directory: string

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stellar-engine-'))
    await engine('start')
  }, 180_000)
  afterAll(async () => {
    await engine('clean')
    await rm(directory, { recursive: true, force: true })
  }, 180_000)

  it('says so, starts the games again when it is back, and goes on with their consoles', async () => {
    const driver = dockerDriver({ socketPath: join(place, `data/engine-${name}/docker.sock`), log: silentLog })
    const report = keptReport()
    await using node = await openTestNode(directory, driver, report)
    const server = aServer(aPort(), { power: { want: 'running', request: 1, how: 'start' } })
    await node.apply(server)
    const state = () => report.states(server.id).at(-1)
    await expect.poll(() => state()?.state, { timeout: 60_000 }).toBe('running')
    const startedAt = state()?.startedAt
    const console = follow(await node.server(server.id).console.read({ tail: 100 }))

    const pid = Number((await readFile(join(place, `run/engine-${name}.pid`), 'utf8')).split(' ')[0])
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => report.statuses.at(-1)?.driver.healthy, { timeout: 20_000 }).toBe(false)
    // The game runs on without its engine, so nothing else may be claimed.
    expect(state()?.state).toBe('running')

    await engine('start')
    await expect.poll(() => report.statuses.at(-1)?.driver.healthy, { timeout: 30_000 }).toBe(true)
    await expect
      .poll(() => state()?.state === 'running' && state()?.startedAt !== startedAt, { timeout: 60_000 })
      .toBe(true)
    await node.server(server.id).write('echo back again', 'Ada')
    await expect.poll(() => console.text().includes('back again'), { timeout: 10_000 }).toBe(true)
    const numbers = console.records.map(({ number }) => number)
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))

    await node.apply({ ...server, revision: 2, deleted: true })
    await expect.poll(() => report.facts.at(-1)?.body.kind, { timeout: 30_000 }).toBe('removed')
  }, 240_000)
})
