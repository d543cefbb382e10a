import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { PublicError } from '#core/base/errors.ts'
import { type Log, silentLog } from '#core/base/log.ts'
import type { BlueprintInput, GameAdapter, Notifier, RuntimeDriver } from './contributions.ts'
import { openNodeRegistry, openPanelRegistry } from './open.ts'
import { definePlugin, z } from './sdk.ts'

const blueprint = (id: string, rest: Partial<BlueprintInput> = {}): BlueprintInput => ({
  schema: 1,
  id,
  version: 1,
  name: id,
  summary: 'For a test.',
  plate: { motif: 'cube', hue: 10 },
  images: [{ label: 'One', image: 'example.test/one:1' }],
  start: ['serve'],
  ports: [{ name: 'game', label: 'Game', protocol: 'tcp', preferred: 20_000 }],
  resources: { memoryMiB: 64, minimumMemoryMiB: 64, cpuPercent: 10, diskMB: 10 },
  ready: { when: 'running' },
  stop: { by: { kind: 'signal', signal: 'SIGTERM' } },
  ...rest,
})
const withBlueprint = (name: string, id: string, rest: Partial<BlueprintInput> = {}) =>
  definePlugin({ name, summary: 'For a test.', panel: () => ({ blueprints: [blueprint(id, rest)] }) })()
const notifier = (send: Notifier['send']) =>
  definePlugin({ name: 'bell', summary: 'Rings.', panel: () => ({ notifiers: [{ id: 'bell', send }] }) })()

function recordingLog(): { log: Log; lines: string[] } {
  const lines: string[] = []
  const log: Log = {
    ...silentLog,
    warn: (sentence, fields) => void lines.push(`${sentence} ${JSON.stringify(fields)}`),
    with: () => log,
  }
  return { log, lines }
}

const summary = { id: 's', name: 'S', nodeId: 'n', blueprintId: 'b', state: 'running' } as const

describe('what plugins contribute', () => {
  test('is listed in the order of the configuration, with every default filled in', async () => {
    await using registry = await openPanelRegistry({
      plugins: [withBlueprint('two', 'draughts'), withBlueprint('one', 'chess')],
      log: silentLog,
    })
    expect(registry.all('blueprints').map(({ id }) => id)).toEqual(['draughts', 'chess'])
    expect(registry.all('blueprints')[0]).toMatchObject({ dataPath: '/data', console: { input: 'stdin' } })
    expect(registry.plugins).toMatchObject([
      { name: 'two', state: 'running', contributes: { blueprints: ['draughts'] }, source: 'built-in' },
      { name: 'one', state: 'running' },
    ])
  })

  test('is skipped where the mode has no function, which is never called', async () => {
    const setUp = vi.fn(() => ({ blueprints: [blueprint('chess')] }))
    const plugin = definePlugin({ name: 'panel-only', summary: 'x', panel: setUp })()
    await using registry = await openNodeRegistry({ plugins: [plugin], log: silentLog })
    expect(registry.plugins).toMatchObject([{ state: 'skipped', contributes: {} }])
    expect(setUp).not.toHaveBeenCalled()
  })

  test('counts as a whole: one wrong contribution leaves nothing of its plugin, and its ids stay free', async () => {
    const half = definePlugin({
      name: 'half',
      summary: 'x',
      panel: () => ({ blueprints: [blueprint('good'), { ...blueprint('bad'), version: -1 }] }),
    })()
    await using registry = await openPanelRegistry({ plugins: [half, withBlueprint('whole', 'good')], log: silentLog })
    expect(registry.all('blueprints')).toHaveLength(1)
    expect(registry.plugins).toMatchObject([
      { name: 'half', state: 'failed', reason: expect.stringContaining('Its blueprint bad is refused: version') },
      { name: 'whole', state: 'running' },
    ])
  })

  const wrong: readonly [what: string, panel: () => unknown, reason: string][] = [
    ['nothing', () => undefined, 'must return an object of contributions, not undefined'],
    ['a kind that is not there', () => ({ drivers: [] }), '“drivers” is no kind of contribution here'],
    ['no list', () => ({ blueprints: blueprint('chess') }), '“blueprints” must be a list'],
    ['a notifier without send', () => ({ notifiers: [{ id: 'bell' }] }), 'Its notifier bell is refused: send'],
    [
      'a page with a wrong path',
      () => ({ pages: [{ id: 'p', method: 'get', path: 'x', permission: 'a', handle() {} }] }),
      'path',
    ],
    ['observers that are no functions', () => ({ on: { 'server.state': 'x' } }), '“on” must be an object of functions'],
    [
      'two pages at one address',
      () => ({
        pages: ['p', 'q'].map((id) => ({ id, method: 'get', path: '/x', permission: 'node.view', handle() {} })),
      }),
      'stands where another one does: get /x',
    ],
    ['one id twice', () => ({ blueprints: [blueprint('chess'), blueprint('chess')] }), 'is there already'],
    [
      'a placeholder that nobody fills',
      () => ({ blueprints: [blueprint('chess', { start: ['{{config.token}}'] })] }),
      '{{config.token}} is neither a variable',
    ],
    [
      'a placeholder inside a shell script',
      () => ({ blueprints: [blueprint('chess', { start: ['/bin/sh', '-c', 'run {{SERVER_NAME}}'] })] }),
      'a shell script may hold no placeholders',
    ],
    [
      'a blueprint without game port',
      () => ({
        blueprints: [blueprint('chess', { ports: [{ name: 'web', label: 'W', protocol: 'tcp', preferred: 2000 }] })],
      }),
      'named game',
    ],
  ]
  test.each(wrong)('fails with one clear reason when it is %s', async (_, panel, reason) => {
    const plugin = definePlugin({ name: 'wrong', summary: 'x', panel: panel as never })()
    await using registry = await openPanelRegistry({ plugins: [plugin, withBlueprint('fine', 'fine')], log: silentLog })
    expect(registry.plugins[0]).toMatchObject({ state: 'failed', reason: expect.stringContaining(reason) })
    expect(registry.plugins[1]).toMatchObject({ state: 'running' })
  })

  test('may not repeat an id that another plugin has, nor a plugin’s name', async () => {
    await using registry = await openPanelRegistry({
      plugins: [withBlueprint('one', 'chess'), withBlueprint('two', 'chess'), withBlueprint('one', 'draughts')],
      log: silentLog,
    })
    expect(registry.plugins.map(({ state }) => state)).toEqual(['running', 'failed', 'failed'])
    expect(registry.plugins[1]?.reason).toContain('from the plugin one')
    expect(registry.plugins[2]?.reason).toContain('Another plugin is called one')
  })
})

describe('settings', () => {
  const setUp = vi.fn(({ config }: { config: { url: string } }) => ({ blueprints: [blueprint(config.url)] }))
  const strict = definePlugin({
    name: 'strict',
    summary: 'x',
    config: z.strictObject({ url: z.string().min(2) }),
    panel: setUp,
  })

  test.each([
    ['a missing one', {}, 'url'],
    ['an unknown one', { url: 'ab', uri: 'x' }, 'uri'],
    ['a wrong one', { url: 5 }, 'url'],
  ])('are refused before setup: %s', async (_, settings, named) => {
    setUp.mockClear()
    await using registry = await openPanelRegistry({ plugins: [strict(settings as never)], log: silentLog })
    expect(registry.plugins[0]).toMatchObject({ state: 'failed', reason: expect.stringContaining(named) })
    expect(setUp).not.toHaveBeenCalled()
  })

  test('reach setup validated, and are refused where a plugin takes none', async () => {
    const none = withBlueprint('none', 'none')
    await using registry = await openPanelRegistry({
      plugins: [strict({ url: 'ab' }), { source: 'built-in', plugin: { ...none, settings: { x: 1 } } }],
      log: silentLog,
    })
    expect(registry.all('blueprints').map(({ id }) => id)).toEqual(['ab'])
    expect(registry.plugins[1]).toMatchObject({ state: 'failed', reason: expect.stringContaining('takes no settings') })
  })
})

describe('setup and teardown', () => {
  const holding = (name: string, order: string[], thenThrow = false) =>
    definePlugin({
      name,
      summary: 'x',
      panel(host) {
        host.signal.addEventListener('abort', () => order.push(`${name} aborted`))
        host.use({ [Symbol.dispose]: () => void order.push(`${name} first`) })
        host.use({ [Symbol.asyncDispose]: async () => void order.push(`${name} second`) })
        if (thenThrow) throw new Error('half-way')
        return {}
      },
    })()

  test('release resources in reverse, last plugin first', async () => {
    const order: string[] = []
    const registry = await openPanelRegistry({ plugins: [holding('a', order), holding('b', order)], log: silentLog })
    expect(order).toEqual([])
    await registry[Symbol.asyncDispose]()
    expect(order).toEqual(['b second', 'b first', 'b aborted', 'a second', 'a first', 'a aborted'])
  })

  test('release at once what a setup held that throws half-way; the rest runs on', async () => {
    const order: string[] = []
    await using registry = await openPanelRegistry({
      plugins: [holding('a', order, true), withBlueprint('b', 'draughts')],
      log: silentLog,
    })
    expect(order).toEqual(['a second', 'a first', 'a aborted'])
    expect(registry.plugins).toMatchObject([{ state: 'failed', reason: 'half-way' }, { state: 'running' }])
  })

  test('give up a setup that never returns, and take nothing from it later', async () => {
    const released = vi.fn()
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const slow = definePlugin({
      name: 'slow',
      summary: 'x',
      async panel(host) {
        await late
        host.use({ [Symbol.dispose]: released })
        return { blueprints: [blueprint('late')] }
      },
    })()
    await using registry = await openPanelRegistry({
      plugins: [slow, withBlueprint('b', 'draughts')],
      log: silentLog,
      setupDeadlineMs: 30,
    })
    expect(registry.plugins[0]).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('did not return within 0.03 s'),
    })
    resolve()
    await vi.waitFor(() => expect(released).toHaveBeenCalledOnce())
    expect(registry.all('blueprints').map(({ id }) => id)).toEqual(['draughts'])
  })
})

describe('events', () => {
  test('reach every observer; one that fails or hangs is logged and stays behind', async () => {
    const heard: string[] = []
    const { log, lines } = recordingLog()
    const observer = (name: string, on: () => void | Promise<void>) =>
      definePlugin({ name, summary: 'x', panel: () => ({ on: { 'server.state': on } }) })()
    await using registry = await openPanelRegistry({
      plugins: [
        observer('breaks', () => {
          throw new Error('boom')
        }),
        observer('hangs', () => new Promise(() => {})),
        observer('hears', () => void heard.push('hears')),
      ],
      log,
      callDeadlineMs: 30,
    })
    registry.emit('server.state', { ...summary, previous: 'starting' })
    await vi.waitFor(() => expect(lines.filter((line) => line.startsWith('observer failed'))).toHaveLength(2))
    expect(heard).toEqual(['hears'])
  })

  test('are copies: an observer cannot change what the others see', async () => {
    const names: string[] = []
    const observer = (name: string) =>
      definePlugin({
        name,
        summary: 'x',
        panel: () => ({
          on: {
            'server.created': (event) => {
              names.push(event.name)
              Object.assign(event, { name: 'changed' })
            },
          },
        }),
      })()
    await using registry = await openPanelRegistry({ plugins: [observer('a'), observer('b')], log: silentLog })
    registry.emit('server.created', summary)
    await vi.waitFor(() => expect(names).toEqual(['S', 'S']))
  })
})

describe('guards', () => {
  const guard = (name: string, ask: () => void | Promise<void>) =>
    definePlugin({ name, summary: 'x', panel: () => ({ guard: { 'server.create': ask } }) })()
  const intention = { name: 'S', blueprintId: 'b', ownerId: 'o', nodeId: 'n' }

  test('are asked in order until the first refusal, whose sentence comes through', async () => {
    const asked: string[] = []
    await using registry = await openPanelRegistry({
      plugins: [
        guard('a', () => void asked.push('a')),
        guard('b', () => {
          asked.push('b')
          throw new PublicError('quota', 'You have enough servers.')
        }),
        guard('c', () => void asked.push('c')),
      ],
      log: silentLog,
    })
    await expect(registry.ask('server.create', intention)).rejects.toMatchObject({ code: 'quota' })
    expect(asked).toEqual(['a', 'b'])
  })

  test.each([
    ['throws', () => Promise.reject(new Error('boom'))],
    ['never answers', () => new Promise<void>(() => {})],
  ])('refuse when one %s: nothing passes a guard that is broken', async (_, ask) => {
    await using registry = await openPanelRegistry({
      plugins: [guard('broken', ask)],
      log: silentLog,
      callDeadlineMs: 30,
    })
    await expect(registry.ask('server.create', intention)).rejects.toMatchObject({
      code: 'plugin-failed',
      plugin: 'broken',
    })
  })
})

describe('calls into plugins', () => {
  test('end with the caller’s signal, even when the plugin ignores it', async () => {
    await using registry = await openPanelRegistry({ plugins: [notifier(() => new Promise(() => {}))], log: silentLog })
    const [bell] = registry.all('notifiers')
    await expect(bell?.send({ title: '', body: '' }, AbortSignal.timeout(20))).rejects.toMatchObject({
      code: 'plugin-failed',
    })
  })

  test('say who failed, and let a plugin’s own sentence through', async () => {
    await using registry = await openPanelRegistry({
      plugins: [
        notifier(async ({ title }) => {
          await sleep(0)
          throw title === 'public' ? new PublicError('full', 'The mailbox is full.') : new Error('ECONNRESET')
        }),
      ],
      log: silentLog,
    })
    const [bell] = registry.all('notifiers')
    const signal = new AbortController().signal
    await expect(bell?.send({ title: 'public', body: '' }, signal)).rejects.toMatchObject({ code: 'full' })
    await expect(bell?.send({ title: 'other', body: '' }, signal)).rejects.toMatchObject({
      message: 'The plugin bell failed in notifier bell: ECONNRESET',
    })
  })
})

describe('a node', () => {
  const driver: RuntimeDriver = {
    id: 'docker',
    health: async () => ({ healthy: true, detail: '' }),
    pull: async () => {},
    create: () => Promise.reject(new Error('no')),
    recover: async () => undefined,
    servers: async () => [],
    purge: async () => {},
    watch() {},
  }
  class Adapter implements GameAdapter {
    readonly id = 'chess'
    readonly #players = 2
    async query() {
      return { players: this.#players, capacity: 2 }
    }
  }

  test('finds drivers and game adapters by id; adapters may be instances of classes', async () => {
    const plugin = definePlugin({
      name: 'p',
      summary: 'x',
      node: () => ({ drivers: [driver], games: [new Adapter()] }),
    })()
    await using registry = await openNodeRegistry({ plugins: [plugin], log: silentLog })
    expect(registry.driver('docker').id).toBe('docker')
    const answer = await registry.game('chess')?.query({ host: 'x', port: 1 }, AbortSignal.timeout(100))
    expect(answer?.players).toBe(2)
    expect(registry.game('go')).toBeUndefined()
  })

  test('says which drivers there are, and which plugin failed, when one is missing', async () => {
    const broken = definePlugin({
      name: 'podman',
      summary: 'x',
      node: () => {
        throw new Error('no socket')
      },
    })()
    await using registry = await openNodeRegistry({ plugins: [broken], log: silentLog })
    expect(() => registry.driver('docker')).toThrow(
      'There is no runtime driver “docker”. No plugin contributes one. podman failed: no socket',
    )
  })
})

test('a plugin for another SDK fails with what to do, and the others run', async () => {
  const plugin = (name: string, sdk: number) => definePlugin({ name, summary: 'x', sdk, panel: () => ({}) })()
  await using registry = await openPanelRegistry({
    plugins: [plugin('newer', 2), plugin('odd', 1.5), plugin('fitting', 1)],
    log: silentLog,
  })
  expect(registry.plugins.map(({ name, state, reason }) => [name, state, reason])).toEqual([
    ['newer', 'failed', expect.stringContaining('was written for SDK 2; this Stellar has 1')],
    ['odd', 'failed', expect.stringContaining('must be the whole number of the SDK')],
    ['fitting', 'running', undefined],
  ])
})
