import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { decodeRecords } from '#core/domain/console.ts'
import type { ConsoleSource } from '#core/node/context.ts'
import { openConsole, type ServerConsole } from './console.ts'

const out = (text: string) => ({ source: 'stdout', data: Buffer.from(text) }) as const
function drain(source: ConsoleSource, most = 16_384) {
  let text = ''
  for (let bytes = source.pull(most); bytes.length > 0; bytes = source.pull(most)) text += Buffer.from(bytes).toString()
  return decodeRecords(text)
}

describe('a server’s console', () => {
  let directory: string
  let console: ServerConsole
  const reopen = async () => {
    await console[Symbol.asyncDispose]()
    console = await openConsole({ directory, log: silentLog })
  }
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stellar-console-'))
    console = await openConsole({ directory, log: silentLog })
  })
  afterEach(async () => {
    await console[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })

  it('numbers lines, commands and notes in the order they came', async () => {
    console.take(out('one\ntwo\n'))
    console.command('Ada\tL', 'say hi\nstop')
    console.note('Stopped.')
    await console.settled()
    const records = drain(await console.read({ tail: 100 }))
    expect(records.map(({ number, kind, text }) => [number, kind, text])).toEqual([
      [1, 'o', 'one'],
      [2, 'o', 'two'],
      [3, 'i', 'Ada L\tsay hi stop'],
      [4, 's', 'Stopped.'],
    ])
  })

  it('goes on with its numbers and history after a restart', async () => {
    console.take(out('before\n'))
    await console.settled()
    await reopen()
    console.take(out('after\n'))
    await console.settled()
    expect(drain(await console.read({ tail: 10 })).map(({ number, text }) => [number, text])).toEqual([
      [1, 'before'],
      [2, 'after'],
    ])
  })

  it('gives a returning reader what it missed, and says what it can no longer give', async () => {
    for (let number = 1; number <= 20; number += 1) console.take(out(`line ${number}\n`))
    await console.settled()
    expect(drain(await console.read({ after: 17, tail: 0 })).map(({ number }) => number)).toEqual([18, 19, 20])
    expect(drain(await console.read({ after: 20, tail: 5 }))).toEqual([])
    // From another life of this console: the end is shown.
    expect(drain(await console.read({ after: 999, tail: 2 })).map(({ number }) => number)).toEqual([19, 20])
    for (let number = 21; number <= 6000; number += 1) console.take(out(`line ${number}\n`))
    await console.settled()
    const [gap, first] = drain(await console.read({ after: 17, tail: 0 }))
    expect(gap).toMatchObject({ kind: 'g' })
    expect(first?.number).toBe((gap?.number ?? 0) + 1)
    expect(Number(gap?.text)).toBe((gap?.number ?? 0) - 17)
  })

  it('wakes a reader once, and tells one that is too slow what it missed', async () => {
    const source = await console.read({ tail: 0 })
    let woken = 0
    source.onReadable(() => (woken += 1))
    expect(source.pull(1000).length).toBe(0)
    console.take(out('a\n'))
    await console.settled()
    console.take(out('b\n'))
    await console.settled()
    expect(woken).toBe(1)
    expect(drain(source).map(({ text }) => text)).toEqual(['a', 'b'])

    for (let line = 0; line < 100; line += 1) {
      console.take(out(`${'x'.repeat(5000)}\n`))
      await console.settled()
    }
    const records = drain(source)
    expect(records[0]).toMatchObject({ kind: 'g' })
    const lines = records.filter(({ kind }) => kind === 'o').length
    expect(lines + Number(records[0]?.text)).toBe(100)
  })

  it('never cuts a record for a reader with little credit', async () => {
    console.take(out(`${'y'.repeat(900)}\nshort\n`))
    await console.settled()
    const source = await console.read({ tail: 10 })
    expect(source.pull(100).length).toBe(0)
    expect(drain(source, 1000).map(({ text }) => text.length)).toEqual([900, 5])
  })

  it('counts what a flood loses and loses nothing silently', async () => {
    const total = 300_000
    for (let line = 0; line < total; line += 1000) console.take(out('z'.repeat(80).concat('\n').repeat(1000)))
    await console.settled()
    const history: ReturnType<typeof decodeRecords> = []
    for (let before = Number.MAX_SAFE_INTEGER; ; ) {
      const { text, more } = await console.history(before, 1000)
      history.unshift(...decodeRecords(text))
      before = history[0]?.number ?? 0
      if (!more) break
    }
    const gaps = history.reduce((sum, { kind, text }) => sum + (kind === 'g' ? Number(text) : 0), 0)
    expect(history.filter(({ kind }) => kind === 'o').length + gaps).toBe(total)
    expect(gaps).toBeGreaterThan(0)
    expect(history.at(-1)?.number).toBe(total)
  })

  it('shows a prompt that never ends its line', async () => {
    const source = await console.read({ tail: 0 })
    source.pull(10)
    const readable = new Promise<void>((resolve) => source.onReadable(resolve))
    console.take(out('password: '))
    await readable
    expect(drain(source).map(({ text }) => text)).toEqual(['password: '])
  })

  it('never tears a line whose rest is on its way, however long the flood', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      const source = await console.read({ tail: 0 })
      console.take(out('line 0 be'))
      for (let number = 1; number <= 20; number += 1) {
        vi.advanceTimersByTime(50)
        console.take(out(`gins and ends\nline ${number} be`))
      }
      await console.settled()
      const texts = drain(source).map(({ text }) => text)
      expect(texts).toEqual([
        ...Array.from({ length: 20 }, (_, number) => `line ${number} begins and ends`),
        'line 20 be',
      ])
    } finally {
      vi.useRealTimers()
    }
  })

  it('publishes what came in the very moment a write was done', async () => {
    const source = await console.read({ tail: 0 })
    source.pull(10)
    let said = 1
    const { promise: all, resolve } = Promise.withResolvers<void>()
    const seen: string[] = []
    source.onReadable(() => {
      seen.push(...drain(source).map(({ text }) => text))
      if (seen.length === 1000) return resolve()
      // Each line follows the one before it after another number of turns.
      let turns = said % 12
      const later = () => void (turns-- > 0 ? Promise.resolve().then(later) : console.take(out(`line ${++said}\n`)))
      later()
    })
    console.take(out('line 1\n'))
    await all
    expect(seen.at(-1)).toBe('line 1000')
  })

  it('searches without regard to case, newest first, bounded', async () => {
    console.take(out('Ada joined\nBob joined\nada left\n'))
    await console.settled()
    const found = await console.search('ADA', 10)
    expect(decodeRecords(found.text).map(({ text }) => text)).toEqual(['ada left', 'Ada joined'])
    expect(found.more).toBe(false)
    expect((await console.search('joined', 1)).more).toBe(true)
    expect((await console.search('100', 10)).text).toBe('')
  })

  it('keeps the last lines of a run, without those of the run before', async () => {
    console.take(out('old\n'))
    console.beginRun()
    console.take(out('\u001b[31mnew\u001b[0m\n'))
    console.note('not the game')
    expect(await console.lastLines(50)).toEqual(['new'])
  })

  it('ends for its readers when the server is removed', async () => {
    console.take(out('last\n'))
    await console.settled()
    const source = await console.read({ tail: 10 })
    console.end()
    expect(source.ended).toBe(false)
    drain(source)
    expect(source.ended).toBe(true)
  })
})
