// One upstream stream for any number of viewers; nobody misses a line without being told how many.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { type ConsoleRecord, decodeRecords, encodeRecord } from '#core/domain/console.ts'
import type { ConsoleStream, Hub } from '#core/panel/context.ts'
import { openRelay, type Relay } from './relay.ts'
import type { Outlet } from './viewer.ts'

const server = { id: 'a', nodeId: 'n' }
let relay: Relay | undefined
afterEach(() => {
  relay?.[Symbol.dispose]()
  vi.useRealTimers()
})

/** A node that keeps every line it ever said. */
function fakeNode() {
  const lines: string[] = []
  const open = new Set<{ push: (bytes: Uint8Array) => void; end: () => void }>()
  const opened: (readonly [string, number])[] = []
  let there = true
  let histories = 0
  const run = (from: number, to = lines.length) => Buffer.from(lines.slice(from, to).join(''))
  const hub: Pick<Hub, 'connected' | 'console' | 'request'> = {
    connected: () => there,
    console: (_node, _server, from) => {
      const stream = pushed()
      opened.push('after' in from ? ['after', from.after] : ['tail', from.tail])
      open.add(stream)
      const bytes = run('after' in from ? from.after : Math.max(0, lines.length - from.tail))
      if (bytes.length > 0) stream.push(bytes)
      return {
        chunks: stream.chunks,
        [Symbol.asyncDispose]: async () => (stream.end(), void open.delete(stream)),
      } satisfies ConsoleStream
    },
    request: async (_node, method, params) => {
      if (method !== 'console.history') throw new Error(`not expected: ${method}`)
      histories++
      const { before, limit } = params as { before: number; limit: number }
      const to = Math.min(lines.length, before - 1)
      const text = run(Math.max(0, to - limit), to).toString()
      return { text, more: to > limit } as never
    },
  }
  return {
    hub,
    opened,
    streams: () => open.size,
    histories: () => histories,
    /** Each argument is one line; all in one chunk. */
    say: (...texts: string[]) => {
      const from = lines.length
      for (const text of texts) lines.push(encodeRecord({ number: lines.length + 1, at: 1, kind: 'o', text }))
      if (there) for (const stream of open) stream.push(run(from))
    },
    raw: (bytes: Uint8Array) => {
      for (const stream of open) stream.push(bytes)
    },
    go: () => {
      there = false
      for (const stream of open) stream.end()
    },
    back: () => {
      there = true
    },
  }
}

function pushed() {
  const waiting: Uint8Array[] = []
  let wake = () => {}
  let ended = false
  async function* chunks() {
    for (;;) {
      const next = waiting.shift()
      if (next) yield next
      else if (ended) return
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  return {
    chunks: chunks(),
    push: (bytes: Uint8Array) => (waiting.push(bytes), wake()),
    end: () => ((ended = true), wake()),
  }
}

function viewer() {
  const frames: Uint8Array[] = []
  const told: unknown[] = []
  const state = { buffered: 0, closed: undefined as number | undefined }
  const outlet: Outlet = {
    send: (bytes) => void frames.push(bytes),
    tell: (message) => void told.push(message),
    buffered: () => state.buffered,
    close: (code) => {
      state.closed = code
    },
  }
  const records = (): ConsoleRecord[] => decodeRecords(Buffer.concat(frames).toString())
  return {
    outlet,
    frames,
    told,
    state,
    records,
    texts: () => records().map(({ text }) => text),
    numbers: () => records().map(({ number }) => number),
  }
}

const opened = (node: ReturnType<typeof fakeNode>, now: () => number = Date.now) =>
  (relay = openRelay({ hub: node.hub, log: silentLog, now }))
const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}`)

describe('many viewers of one console', () => {
  test('share one stream and get the very same bytes', async () => {
    const node = fakeNode()
    const all = Array.from({ length: 20 }, viewer)
    const relay = opened(node)
    for (const { outlet } of all) relay.watch(server, { tail: 10 }, outlet)
    await vi.waitFor(() => expect(node.streams()).toBe(1))
    node.say('one')
    await vi.waitFor(() => expect(all.every(({ texts }) => texts().length === 1)).toBe(true))
    expect(node.opened).toHaveLength(1)
    for (const { frames } of all) expect(frames[0]).toBe(all[0]?.frames[0])
  })

  test('get what is said within a blink as one frame, the first of it at once', async () => {
    const node = fakeNode()
    const one = viewer()
    opened(node).watch(server, { tail: 10 }, one.outlet)
    await vi.waitFor(() => expect(node.streams()).toBe(1))
    for (const text of lines(50)) node.say(text)
    await vi.waitFor(() => expect(one.texts()).toHaveLength(50))
    expect(one.frames.length).toBeLessThan(5)
  })

  test('are drawn the same history: the second gets the last lines without a second stream', async () => {
    const node = fakeNode()
    node.say(...lines(100))
    const [first, second, third] = [viewer(), viewer(), viewer()]
    const relay = opened(node)
    relay.watch(server, { tail: 20 }, first.outlet)
    await vi.waitFor(() => expect(first.texts()).toHaveLength(20))
    relay.watch(server, { tail: 5 }, second.outlet)
    relay.watch(server, { tail: 50 }, third.outlet)
    await vi.waitFor(() => expect(third.texts()).toHaveLength(50))
    expect(second.numbers()).toEqual([96, 97, 98, 99, 100])
    expect(third.numbers()).toEqual(Array.from({ length: 50 }, (_, index) => index + 51))
    expect(node.opened).toHaveLength(1)
    expect(node.histories()).toBe(1)
    node.say('next')
    await vi.waitFor(() => expect(third.texts().at(-1)).toBe('next'))
    expect(third.numbers().at(-1)).toBe(101)
  })
})

describe('a viewer that comes back', () => {
  test('gets every line after the last it saw, once', async () => {
    const node = fakeNode()
    node.say(...lines(300))
    const [first, again] = [viewer(), viewer()]
    const relay = opened(node)
    relay.watch(server, { tail: 10 }, first.outlet)
    await vi.waitFor(() => expect(first.texts()).toHaveLength(10))
    relay.watch(server, { after: 120 }, again.outlet)
    node.say('new')
    await vi.waitFor(() => expect(again.numbers().at(-1)).toBe(301))
    expect(again.numbers()).toEqual(Array.from({ length: 181 }, (_, index) => index + 121))
  })

  test('after more lines than are given again is told how many are missing', async () => {
    const node = fakeNode()
    node.say(...lines(3000))
    const [first, again] = [viewer(), viewer()]
    const relay = opened(node)
    relay.watch(server, { tail: 10 }, first.outlet)
    await vi.waitFor(() => expect(first.texts()).toHaveLength(10))
    relay.watch(server, { after: 100 }, again.outlet)
    await vi.waitFor(() => expect(again.numbers().at(-1)).toBe(3000))
    expect(again.records()[0]).toMatchObject({ kind: 'g', number: 1990, text: '1890' })
    expect(again.numbers().slice(1)).toEqual(Array.from({ length: 1010 }, (_, index) => index + 1991))
  })
})

describe('a viewer that does not keep up', () => {
  test('is skipped, told the exact count, and others are not held up', async () => {
    const node = fakeNode()
    const [slow, quick] = [viewer(), viewer()]
    const relay = opened(node)
    relay.watch(server, { tail: 10 }, slow.outlet)
    relay.watch(server, { tail: 10 }, quick.outlet)
    await vi.waitFor(() => expect(node.streams()).toBe(1))
    node.say('first')
    await vi.waitFor(() => expect(slow.texts()).toHaveLength(1))
    slow.state.buffered = 300 * 1024
    node.say(...lines(500))
    await vi.waitFor(() => expect(quick.texts()).toHaveLength(501))
    slow.state.buffered = 0
    node.say('last')
    await vi.waitFor(() => expect(slow.texts().at(-1)).toBe('last'))
    expect(slow.records().map(({ kind, number, text }) => [kind, number, text])).toEqual([
      ['o', 1, 'first'],
      ['g', 501, '500'],
      ['o', 502, 'last'],
    ])
    expect(slow.state.closed).toBeUndefined()
  })

  test('for half a minute is closed with 4008, and the stream lives on', async () => {
    const node = fakeNode()
    const slow = viewer()
    let clock = 0
    opened(node, () => clock).watch(server, { tail: 10 }, slow.outlet)
    await vi.waitFor(() => expect(node.streams()).toBe(1))
    slow.state.buffered = 300 * 1024
    node.say('a')
    await new Promise((done) => setImmediate(done))
    clock = 31_000
    node.say('b')
    await vi.waitFor(() => expect(slow.state.closed).toBe(4008))
    expect(node.streams()).toBe(1)
  })

  test('a gap that the node itself tells is passed on and not counted twice', async () => {
    const node = fakeNode()
    const one = viewer()
    opened(node).watch(server, { tail: 10 }, one.outlet)
    await vi.waitFor(() => expect(node.streams()).toBe(1))
    node.raw(Buffer.from('1 1 ofirst\n'))
    node.raw(Buffer.from('41 1 g40\n42 1 olast\n'))
    await vi.waitFor(() => expect(one.texts()).toEqual(['first', '40', 'last']))
  })
})

describe('the node', () => {
  test('is gone and back: viewers are told, and no line is missing or doubled', async () => {
    const node = fakeNode()
    node.say(...lines(5))
    const one = viewer()
    opened(node).watch(server, { tail: 3 }, one.outlet)
    await vi.waitFor(() => expect(one.numbers()).toEqual([3, 4, 5]))
    node.go()
    await vi.waitFor(() =>
      expect(one.told.at(-1)).toMatchObject({ type: 'status', connected: false, since: expect.any(String) }),
    )
    node.say('while away')
    node.back()
    await vi.waitFor(() => expect(one.told.at(-1)).toMatchObject({ type: 'status', connected: true }), {
      timeout: 3000,
    })
    await vi.waitFor(() => expect(one.numbers()).toEqual([3, 4, 5, 6]))
    expect(node.opened.at(-1)).toEqual(['after', 5])
  })

  test('is left alone half a minute after the last viewer went, not before', async () => {
    vi.useFakeTimers()
    const node = fakeNode()
    const relay = opened(node)
    const watching = relay.watch(server, { tail: 3 }, viewer().outlet)
    await vi.advanceTimersByTimeAsync(10)
    watching[Symbol.dispose]()
    await vi.advanceTimersByTimeAsync(29_000)
    expect(node.streams()).toBe(1)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(node.streams()).toBe(0)
  })

  test('sends bytes that are no records: they are not passed on', async () => {
    const node = fakeNode()
    const one = viewer()
    opened(node).watch(server, { tail: 3 }, one.outlet)
    await vi.waitFor(() => expect(node.streams()).toBe(1))
    node.raw(Buffer.from('<script>alert(1)</script>\n'))
    node.raw(Buffer.from('1 1 ohalf'))
    node.say('whole')
    await vi.waitFor(() => expect(one.texts()).toEqual(['whole']))
  })
})

test('markup and escape sequences in a line are the same bytes at the other end', async () => {
  const node = fakeNode()
  const one = viewer()
  opened(node).watch(server, { tail: 3 }, one.outlet)
  await vi.waitFor(() => expect(node.streams()).toBe(1))
  node.say('\u001b]0;title\u0007<img src=x onerror=alert(1)>\u001b[31m')
  await vi.waitFor(() => expect(one.texts()).toEqual(['\u001b]0;title\u0007<img src=x onerror=alert(1)>\u001b[31m']))
})
