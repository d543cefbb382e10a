import { existsSync } from 'node:fs'
import { lchown, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import type { Instance, RuntimeDriver } from '#core/plugins/contributions.ts'
import { listenBarely, wallClock } from '#core/testing/bare-attachment.ts'
import { measureMachineDelay, percentile } from '#core/testing/machine-delay.ts'
import { aPort, aServer, asked, follow, type KeptReport, keptReport, openTestNode } from '#core/testing/node-runtime.ts'
import { withoutTestbed } from '#core/testing/services.ts'
import { dockerDriver } from '#plugins/drivers/docker/driver.ts'
import type { Supervisor } from './supervisor.ts'

describe.skipIf(withoutTestbed)('the servers of a node, on a real Docker engine (needs the test bed)', () => {
  let directory: string
  let driver: RuntimeDriver
  let report: KeptReport
  let node: Supervisor
  let made: string[]

  beforeAll(() => {
    driver = dockerDriver({ log: silentLog })
  })
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stellar-node-'))
    made = []
    report = keptReport()
    node = await openTestNode(directory, driver, report)
  })
  afterEach(async () => {
    await node[Symbol.asyncDispose]()
    for (const id of made) await driver.purge(id)
    await rm(directory, { recursive: true, force: true })
  })
  afterAll(async () => {
    expect(await driver.servers()).toEqual(expect.not.arrayContaining(made))
  })

  const state = (id: string) => report.states(id).at(-1)
  const reaches = (id: string, wanted: string, timeout = 30_000) =>
    expect.poll(() => state(id)?.state, { timeout, interval: 20, message: JSON.stringify(state(id)) }).toBe(wanted)

  async function applied(server: DesiredServer): Promise<DesiredServer> {
    made.push(server.id)
    await node.apply(server)
    return server
  }
  async function running(changes: Parameters<typeof aServer>[1] = {}): Promise<DesiredServer> {
    const server = await applied(aServer(aPort(), { power: { want: 'running', request: 1, how: 'start' }, ...changes }))
    await reaches(server.id, 'running')
    return server
  }
  async function consoleOf(id: string, tail = 1000) {
    return follow(await node.server(id).console.read({ tail }))
  }
  /** What the engine kept of its output. */
  async function kept(instance: Instance | undefined, since = ''): Promise<string> {
    let text = ''
    if (!instance) return text
    for await (const { data } of instance.since(since, AbortSignal.timeout(5000)))
      text += new TextDecoder().decode(data)
    return text
  }
  const says = (console: { text(): string }, what: string, timeout = 15_000) =>
    expect.poll(() => console.text().includes(what), { timeout, interval: 20, message: what }).toBe(true)

  it('installs, starts, becomes ready, answers a command, moves its figures, stops, and leaves nothing when deleted', async () => {
    const script = {
      image: 'tb-base',
      entrypoint: ['/bin/sh', '-eu'],
      script: 'echo "unpacking as $(id -u)"; echo 1 > installed.txt',
      environment: {},
      timeoutSeconds: 60,
      memoryBytes: 256 * 1024 ** 2,
    }
    let server = await applied(aServer(aPort(), { install: { script } }))
    await reaches(server.id, 'stopped')
    expect(report.states(server.id).map((each) => each.state)).toEqual(['installing', 'installing', 'stopped'])
    expect(report.installs.at(-1)?.steps.map(({ name, state }) => [name, state])).toEqual([
      ['pull', 'done'],
      ['pull-installer', 'done'],
      ['script', 'done'],
      ['finish', 'done'],
    ])
    const data = join(directory, 'servers', server.id, 'data')
    expect(await readdir(data)).toEqual(['installed.txt'])
    expect((await stat(data)).uid).toBe(1000)

    server = asked(server, 'start')
    await node.apply(server)
    await reaches(server.id, 'running')
    expect(state(server.id)).toMatchObject({ revision: 2, request: 1, startedAt: expect.any(String) })
    const console = await consoleOf(server.id)
    await says(console, 'unpacking as 1000')
    await says(console, 'tb-chatter ready on port')
    await node.server(server.id).write('hello', 'Ada')
    await says(console, '> hello')
    expect(console.records.find(({ kind }) => kind === 'i')?.text).toBe('Ada\thello')
    expect(console.records.map(({ number }) => number)).toEqual(console.records.map((_, index) => index + 1))

    await node.server(server.id).write('burn 3', 'Ada')
    await expect
      .poll(() => Math.max(0, ...report.statistics.map((each) => each.cpuPercent)), { timeout: 8000 })
      .toBeGreaterThan(5)
    expect(report.statistics.at(-1)?.memoryBytes).toBeGreaterThan(1e6)

    server = asked(server, 'stop')
    await node.apply(server)
    await reaches(server.id, 'stopped')
    expect(state(server.id)?.exit).toMatchObject({ code: 0, unexpected: false })
    expect(report.states(server.id).map((each) => each.state)).not.toContain('crashed')

    await node.apply({ ...server, revision: 9, deleted: true })
    await expect.poll(() => report.facts.at(-1)?.body.kind, { timeout: 15_000 }).toBe('removed')
    expect(await driver.servers()).not.toContain(server.id)
    expect(existsSync(join(directory, 'servers', server.id))).toBe(false)
    expect(node.held()).toEqual([])
  })

  it('starts a crashed server again within its limits, then leaves it off until somebody asks', async () => {
    const server = await running()
    for (const restarts of [1, 2]) {
      await node.server(server.id).write('crash 3', 'Ada')
      await expect
        .poll(() => report.states(server.id).filter((each) => each.state === 'crashed').length, { timeout: 15_000 })
        .toBe(restarts)
      await reaches(server.id, 'running')
      expect(state(server.id)?.restarts).toBe(restarts)
    }
    await node.server(server.id).write('echo famous last words', 'Ada')
    await node.server(server.id).write('segv', 'Ada')
    await expect.poll(() => state(server.id)?.reason, { timeout: 15_000 }).toContain('left off')
    expect(state(server.id)).toMatchObject({ state: 'crashed', exit: { signal: 'SIGSEGV', unexpected: true } })
    expect(state(server.id)?.exit?.lastLines.join('\n')).toContain('famous last words')

    await node.apply(asked(server, 'start'))
    await reaches(server.id, 'running')
  })

  it('says that memory ran out', async () => {
    const server = await running({
      run: { crash: { restart: false, maxRestarts: 0, windowSeconds: 60, delaySeconds: 0 } },
    })
    await node.server(server.id).write('eat 400', 'Ada')
    await reaches(server.id, 'crashed')
    expect(state(server.id)).toMatchObject({ exit: { outOfMemory: true }, reason: expect.stringContaining('memory') })
  })

  it('takes a clean end that nobody ordered for what it is, and does not start it again', async () => {
    const server = await running()
    await node.server(server.id).write('stop', 'Ada')
    await reaches(server.id, 'stopped')
    expect(state(server.id)).toMatchObject({ exit: { code: 0, unexpected: true }, reason: 'The game ended by itself.' })
  })

  it('does one power request once, however often it arrives', async () => {
    let server = await running()
    const starts = () => report.states(server.id).filter((each) => each.state === 'starting').length
    const before = starts()
    server = asked(server, 'restart')
    await Promise.all([node.apply(server), node.apply(server), node.apply(server)])
    await expect.poll(starts, { timeout: 15_000 }).toBeGreaterThan(before)
    await reaches(server.id, 'running')
    await node.apply({ ...server, revision: server.revision + 1 })
    expect(report.states(server.id).filter((each) => each.state === 'stopping').length).toBe(1)
  })

  it('lets a kill pass a stop that waits for a game that ignores it', async () => {
    const stop = { by: { kind: 'signal', signal: 'SIGTERM' }, graceSeconds: 60, cleanExitCodes: [] } as const
    let server = aServer(aPort(), {
      power: { want: 'running', request: 1, how: 'start' },
      run: { stop: { ...stop, cleanExitCodes: [] } },
    })
    server = await applied({
      ...server,
      run: { ...server.run, environment: { ...server.run.environment, IGNORE_TERM: '1' } },
    })
    await reaches(server.id, 'running')
    server = asked(server, 'stop')
    await node.apply(server)
    await reaches(server.id, 'stopping')
    const asking = Date.now()
    await node.apply(asked(server, 'kill'))
    await reaches(server.id, 'stopped')
    expect(Date.now() - asking).toBeLessThan(10_000)
    expect(state(server.id)?.exit).toMatchObject({ signal: 'SIGKILL', unexpected: false })
  })

  it('says when a server is not ready in time, and that it became ready after all', async () => {
    const ready = { when: 'line', match: [{ text: 'it is time' }], timeoutSeconds: 1 } as const
    const server = await applied(
      aServer(aPort(), {
        power: { want: 'running', request: 1, how: 'start' },
        run: { ready: { ...ready, match: [...ready.match] } },
      }),
    )
    await reaches(server.id, 'running')
    expect(state(server.id)).toMatchObject({ notReady: true, reason: expect.stringContaining('1 seconds') })
    await node.server(server.id).write('echo it is time', 'Ada')
    await expect.poll(() => state(server.id)?.notReady, { timeout: 5000 }).toBeUndefined()
  })

  it('waits for a port where the blueprint says so, and is not fooled by Docker’s proxy', async () => {
    const port = aPort()
    const server = await applied(
      aServer(port, {
        power: { want: 'running', request: 1, how: 'start' },
        run: {
          environment: { SERVER_PORT: String(port), START_DELAY: '3' },
          ready: { when: 'port', port: 'game', timeoutSeconds: 60 },
        },
      }),
    )
    await reaches(server.id, 'starting')
    await reaches(server.id, 'running')
    const console = await consoleOf(server.id)
    expect(console.text()).toContain('ready on port')
  })

  it('cleans up after a failed installation, keeps its last lines, and installs when asked again', async () => {
    const script = {
      image: 'tb-base',
      entrypoint: ['/bin/sh', '-eu'],
      script: 'echo half > made; echo no luck; exit 4',
      environment: {},
      timeoutSeconds: 60,
      memoryBytes: 256 * 1024 ** 2,
    }
    const server = await applied(
      aServer(aPort(), { install: { script }, power: { want: 'running', request: 1, how: 'start' } }),
    )
    await reaches(server.id, 'install-failed')
    expect(state(server.id)).toMatchObject({ reason: expect.stringContaining('exit code 4'), installLog: ['no luck'] })
    expect(await readdir(join(directory, 'servers', server.id, 'data'))).toEqual([])
    expect(await driver.recover(server.id, 'install')).toBeUndefined()
    expect(await driver.recover(server.id, 'run')).toBeUndefined()

    await node.apply({
      ...server,
      revision: 2,
      install: { request: 2, script: { ...script, script: 'echo whole > made' } },
    })
    await reaches(server.id, 'running')
  })

  it('ends an install script that takes too long', async () => {
    const script = {
      image: 'tb-base',
      entrypoint: ['/bin/sh', '-eu'],
      script: 'echo zzz; sleep 60',
      environment: {},
      timeoutSeconds: 1,
      memoryBytes: 256 * 1024 ** 2,
    }
    const server = await applied(aServer(aPort(), { install: { script } }))
    await reaches(server.id, 'install-failed')
    expect(state(server.id)?.reason).toContain('within 1 seconds')
    expect(await driver.recover(server.id, 'install')).toBeUndefined()
  })

  it('calls an installation off when the server is deleted meanwhile', async () => {
    const script = {
      image: 'tb-base',
      entrypoint: ['/bin/sh', '-eu'],
      script: 'echo busy; sleep 60',
      environment: {},
      timeoutSeconds: 100,
      memoryBytes: 256 * 1024 ** 2,
    }
    const server = await applied(aServer(aPort(), { install: { script } }))
    await says(await consoleOf(server.id), 'busy')
    await node.apply({ ...server, revision: 2, deleted: true })
    await expect.poll(() => report.facts.at(-1)?.body.kind, { timeout: 15_000 }).toBe('removed')
    expect(await driver.servers()).not.toContain(server.id)
  })

  it('finds a running server again after a restart, without stopping it, and goes on with its console', async () => {
    const server = await running()
    const before = await consoleOf(server.id)
    const startedAt = state(server.id)?.startedAt
    await node.server(server.id).write('tick 1', 'Ada')
    await says(before, 'tick 1')
    const instance = await driver.recover(server.id, 'run')
    const handle = instance?.handle
    await node[Symbol.asyncDispose]()
    await expect
      .poll(() => kept(instance, startedAt), { timeout: 15_000, message: 'it talks on, and nobody listens' })
      .toContain('tick 4\n')

    report = keptReport()
    node = await openTestNode(directory, driver, report)
    await reaches(server.id, 'running')
    expect((await driver.recover(server.id, 'run'))?.handle).toBe(handle)
    expect(report.states(server.id).map((each) => each.state)).not.toContain('starting')
    expect(Date.parse(state(server.id)?.startedAt ?? '') - Date.parse(startedAt ?? '')).toBeLessThan(2000)

    const after = await consoleOf(server.id)
    await says(after, 'Stellar listens again')
    const lastBefore = before.records.at(-1)?.number ?? 0
    await node.server(server.id).write('echo still here', 'Ada')
    await says(after, 'still here')
    const numbers = after.records.map(({ number }) => number)
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index))
    expect(Math.max(...numbers)).toBeGreaterThan(lastBefore)
    // Every tick once, although nobody listened to some of them.
    const ticks = after.records.flatMap(({ text, kind }) =>
      kind === 'o' && /^tick \d+$/.test(text) ? [Number(text.slice(5))] : [],
    )
    expect(ticks.length).toBeGreaterThan(2)
    expect(ticks).toEqual(ticks.map((_, index) => index + 1))
  })

  it('leaves a game and its files alone whose state it no longer understands', async () => {
    const script = { image: 'no-such-image', entrypoint: [], script: 'exit 1', environment: {} }
    const server = await running()
    const handle = (await driver.recover(server.id, 'run'))?.handle
    await node[Symbol.asyncDispose]()
    const folder = join(directory, 'servers', server.id)
    await writeFile(join(folder, 'data/world'), 'somebody’s')
    await writeFile(join(folder, 'state.json'), '{"state":"a word of a newer Stellar"}')
    report = keptReport()
    node = await openTestNode(directory, driver, report)
    await reaches(server.id, 'running')
    expect((await driver.recover(server.id, 'run'))?.handle).toBe(handle)
    expect(report.states(server.id).map((each) => each.state)).toEqual(['running'])

    // Not even a failed installation takes them.
    const timed = { ...script, timeoutSeconds: 60, memoryBytes: 256 * 1024 ** 2 }
    await node.apply({ ...server, revision: 9, install: { request: 2, script: timed } })
    await reaches(server.id, 'install-failed')
    expect(await readdir(join(folder, 'data'))).toContain('world')
  })

  it('judges an end that happened while the node was away', async () => {
    const server = await running({
      run: { crash: { restart: false, maxRestarts: 0, windowSeconds: 60, delaySeconds: 0 } },
    })
    const instance = await driver.recover(server.id, 'run')
    await node[Symbol.asyncDispose]()
    await instance?.kill()
    await instance?.exited(AbortSignal.timeout(10_000))
    report = keptReport()
    node = await openTestNode(directory, driver, report)
    await reaches(server.id, 'crashed')
    expect(state(server.id)?.exit).toMatchObject({ signal: 'SIGKILL', unexpected: true })
  })

  it('rewrites configuration files before each start, and refuses to follow a link', async () => {
    const configFiles: DesiredServer['run']['configFiles'] = [
      { path: 'conf/server.properties', format: 'properties', create: true, set: { motd: 'hello' } },
    ]
    const server = await running({ run: { configFiles } })
    const data = join(directory, 'servers', server.id, 'data')
    const file = join(data, 'conf/server.properties')
    expect((await stat(file)).uid).toBe(1000)
    await node.apply(asked(server, 'stop'))
    await reaches(server.id, 'stopped')

    const precious = join(directory, 'precious')
    await writeFile(precious, 'secret\n')
    await rm(file)
    await symlink(precious, file)
    await lchown(file, 1000, 1000)
    await node.apply({ ...asked(asked(server, 'stop'), 'start') })
    await reaches(server.id, 'crashed')
    expect(state(server.id)?.reason).toContain('symbolic link')
    expect(await stat(precious).then(({ size }) => size)).toBe(7)
  })

  it('tells a known problem once a run', async () => {
    const hints: DesiredServer['run']['hints'] = [
      { id: 'eula', match: { text: 'accept the EULA' }, title: 'EULA', advice: 'Accept it.' },
    ]
    const server = await running({ run: { hints } })
    for (let times = 0; times < 3; times += 1)
      await node.server(server.id).write('echo you need to accept the EULA', 'Ada')
    await says(await consoleOf(server.id), 'accept the EULA')
    await expect.poll(() => report.facts.filter(({ body }) => body.kind === 'hint').length).toBe(1)
  })

  /** What a reader has got: every record, and every line it was told is missing. */
  const accounted = ({ records }: ReturnType<typeof follow>) =>
    records.reduce((sum, { kind, text }) => sum + (kind === 'g' ? Number(text) : 1), 0)

  it('shows or counts every line of a flood, whole and without a hole in the numbers, each time', async () => {
    const loud = await running()
    // Readers who look always, and ten times a second: what the second misses must be counted, too.
    for (const everyMs of [0, 100, 0]) {
      const reader = follow(await node.server(loud.id).console.read({ tail: 0 }), everyMs)
      const memory = process.memoryUsage.rss()
      // As fast as it can. What is asked after that is heard when it is done.
      await node.server(loud.id).write('flood 500000 0 60', 'Ada')
      let asked = 0
      await expect
        .poll(
          async () => {
            if (reader.records.some(({ text, kind }) => kind === 'o' && text === `after ${asked}`)) return true
            await node.server(loud.id).write(`echo after ${(asked += 1)}`, 'Ada')
            return false
          },
          { timeout: 30_000, interval: 500 },
        )
        .toBe(true)
      expect(accounted(reader)).toBe(500_000 + 1 + asked + (1 + asked))
      expect(process.memoryUsage.rss() - memory).toBeLessThan(200 * 1024 ** 2)
      let last: number | undefined
      const odd = reader.records.filter(({ kind, number, text }) => {
        const first = kind === 'g' ? number - Number(text) + 1 : number
        const follows = first === (last ?? first - 1) + 1
        last = number
        return !follows || (kind === 'o' && !/^(flood \d{7}\/0500000 x{38}|flood done 500000|after \d+)$/.test(text))
      })
      expect(odd.slice(0, 5)).toEqual([])
      expect(reader.records.some(({ kind }) => kind === 'g')).toBe(true)
    }
  })

  it('hands out a line as soon as the engine does while another server floods', async () => {
    const loud = await running()
    const quiet = await running()
    const watched = await consoleOf(quiet.id)
    const handle = (await driver.recover(quiet.id, 'run'))?.handle ?? ''
    const bare = await listenBarely(handle, /> round \d+\./)
    const delay = measureMachineDelay()
    await node.server(loud.id).write('flood 500000 100000 100', 'Ada')
    const ours = new Map<string, number>()
    for (let round = 0; round < 100; round += 1) {
      const line = `> round ${round}.`
      const echo = watched.said(line)
      await node.server(quiet.id).write(`round ${round}.`, 'Ada')
      await echo
      ours.set(line, wallClock())
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const theirs = await bare()
    const late = [...ours].map(([line, at]) => at - (theirs.get(line) ?? Number.NaN))
    expect(late.some(Number.isNaN), 'the engine handed out each').toBe(false)
    // The thread that writes to disk takes its turn in between.
    expect(percentile(late, 99)).toBeLessThan(100 + 2 * (await delay()))
  })
})
