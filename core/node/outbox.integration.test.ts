import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { appendFileSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import type { FactBody } from '#core/protocol/messages.ts'
import { temporaryDirectory } from '#core/testing/link.ts'
import { type Outbox, openOutbox } from './outbox.ts'
import { openReport } from './report.ts'

const at = '2026-11-22T12:00:00.000Z'
const state = (revision: number): FactBody => ({ kind: 'state', state: 'running', since: at, revision, request: 0 })
const hint: FactBody = { kind: 'hint', hint: 'eula', line: 'You need to agree' }

function folder(): string {
  const directory = temporaryDirectory()
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
const open = (directory: string) => openOutbox(directory, silentLog, () => {})
const seqs = (outbox: Outbox) => outbox.after(0, Number.POSITIVE_INFINITY).map(({ seq }) => seq)
const file = (directory: string) => join(directory, 'outbox.jsonl')

test('facts are numbered, kept over restarts until they are acknowledged, and never renumbered', () => {
  const directory = folder()
  const server = randomUUID()
  using first = open(directory)
  for (let revision = 1; revision <= 5; revision += 1) first.append({ at, serverId: server, body: state(revision) })
  first.acknowledge(2)

  using second = open(directory)
  expect(second.id).toBe(first.id)
  expect(seqs(second)).toEqual([3, 4, 5])
  second.acknowledge(5)
  expect(second.size).toBe(0)

  using third = open(directory)
  expect(third.acknowledged).toBe(5)
  third.append({ at, serverId: server, body: state(6) })
  expect(seqs(third)).toEqual([6])
})

test('a torn last line is cut off, because it was never sent', () => {
  const directory = folder()
  using first = open(directory)
  first.append({ at, serverId: randomUUID(), body: state(1) })
  appendFileSync(file(directory), '{"fact":{"type":"fact","seq":2,"at":"20')
  using second = open(directory)
  expect(second.id).toBe(first.id)
  expect(seqs(second)).toEqual([1])
  second.append({ at, serverId: randomUUID(), body: state(2) })
  using third = open(directory)
  expect(seqs(third)).toEqual([1, 2])
})

test('any cut of the file leaves whole facts in order, or a new outbox', () => {
  const directory = folder()
  using first = open(directory)
  for (let revision = 1; revision <= 4; revision += 1)
    first.append({ at, serverId: randomUUID(), body: state(revision) })
  const whole = readFileSync(file(directory))
  for (let length = 0; length < whole.length; length += 7) {
    writeFileSync(file(directory), whole)
    truncateSync(file(directory), length)
    using cut = open(directory)
    const kept = seqs(cut)
    expect(kept).toEqual(kept.map((_, index) => index + 1))
    if (kept.length > 0) expect(cut.id).toBe(first.id)
  }
})

test('a damaged line in the middle starts a new outbox with what could be read', () => {
  const directory = folder()
  using first = open(directory)
  const [a, b, c] = [randomUUID(), randomUUID(), randomUUID()]
  for (const serverId of [a, b, c]) first.append({ at, serverId, body: state(1) })
  const lines = readFileSync(file(directory), 'utf8').split('\n')
  lines[2] = '\0'.repeat(100)
  writeFileSync(file(directory), lines.join('\n'))
  using second = open(directory)
  expect(second.id).not.toBe(first.id)
  expect(second.after(0, 9).map(({ seq, serverId }) => [seq, serverId])).toEqual([
    [1, a],
    [2, c],
  ])
})

test('attack 50: a panel away for long costs bounded space: the latest of each server is kept, and every removal', () => {
  const directory = folder()
  const servers = Array.from({ length: 5 }, () => randomUUID())
  const gone = randomUUID()
  using outbox = open(directory)
  outbox.append({ at, serverId: gone, body: state(1) })
  outbox.append({ at, serverId: gone, body: { kind: 'removed' } })
  for (let revision = 1; revision <= 1100; revision += 1) {
    for (const serverId of servers) outbox.append({ at, serverId, body: revision % 10 === 0 ? hint : state(revision) })
  }
  expect(outbox.size).toBeLessThanOrEqual(5001)
  expect(outbox.lastSeq).toBe(5502)
  const kept = outbox.after(0, Number.POSITIVE_INFINITY)
  for (const serverId of servers) {
    const latest = kept.findLast((fact) => fact.serverId === serverId && fact.body.kind === 'state')
    expect(latest?.body).toMatchObject({ revision: 1099 })
  }
  expect(kept.filter(({ serverId }) => serverId === gone).map(({ body }) => body.kind)).toEqual(['removed'])
  expect(kept.map(({ seq }) => seq)).toEqual(kept.map(({ seq }) => seq).sort((a, b) => a - b))
}, 60_000)

test('a long life does not grow the file', () => {
  const directory = folder()
  const serverId = randomUUID()
  const line = 'x'.repeat(2000)
  using outbox = open(directory)
  for (let number = 1; number <= 1500; number += 1) {
    outbox.append({ at, serverId, body: { ...state(number), reason: line } as FactBody })
    outbox.acknowledge(number)
  }
  expect(statSync(file(directory)).size).toBeLessThan(2 * 1024 * 1024)
}, 60_000)

test('starting over tells the latest state of every server again, under a new id', () => {
  const directory = folder()
  const [a, b] = [randomUUID(), randomUUID()]
  using outbox = open(directory)
  outbox.append({ at, serverId: a, body: state(1) })
  outbox.append({ at, serverId: a, body: state(2) })
  outbox.append({ at, serverId: b, body: state(9) })
  outbox.acknowledge(3)
  const before = outbox.id
  outbox.startOver()
  expect(outbox.id).not.toBe(before)
  using again = open(directory)
  expect(again.id).toBe(outbox.id)
  expect(again.after(0, 9)).toMatchObject([
    { seq: 1, serverId: a, body: { revision: 2 } },
    { seq: 2, serverId: b, body: { revision: 9 } },
  ])
})

test('a fact that was reported before kill -9 is there afterwards', async () => {
  const directory = folder()
  const report = new URL('./report.ts', import.meta.url).href
  const program = `
    const { openReport } = await import(${JSON.stringify(report)})
    const report = openReport(${JSON.stringify(directory)})
    const at = ${JSON.stringify(at)}
    for (let revision = 1; ; revision += 1) {
      report.fact(${JSON.stringify(randomUUID())}, { kind: 'state', state: 'running', since: at, revision, request: 0 })
      process.stdout.write(revision + '\\n')
      await new Promise((next) => setImmediate(next))
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  await new Promise<void>((enough) => {
    child.stdout.on('data', (data: Buffer) => {
      output += data.toString()
      if (output.split('\n').length > 50) enough()
    })
  })
  const gone = new Promise((exit) => child.once('close', exit))
  child.kill('SIGKILL')
  await gone
  const reported = Number(output.trimEnd().split('\n').at(-1))
  using after = open(directory)
  expect(after.lastSeq).toBeGreaterThanOrEqual(reported)
  expect(seqs(after)).toEqual(Array.from({ length: after.lastSeq }, (_, index) => index + 1))
})

test('output of any length fits into a fact', () => {
  using report = openReport(folder())
  const lastLines = Array.from({ length: 200 }, (_, number) => `${number} ${'\u001b'.repeat(20_000)}`)
  const exit = { code: 1, outOfMemory: false, at, unexpected: true, lastLines }
  const body: FactBody = { ...state(1), kind: 'state', state: 'crashed', since: at, revision: 1, request: 0, exit }
  report.fact(randomUUID(), { ...body, installLog: lastLines, reason: 'x'.repeat(9000) })
  const [fact] = report.outbox.after(0, 1)
  expect(Buffer.byteLength(JSON.stringify(fact))).toBeLessThan(256 * 1024)
  expect(fact?.body.kind === 'state' && fact.body.exit?.lastLines.at(-1)).toMatch(/^199 /)
})

test('a fact of wrong form is refused where it is made, not by the panel', () => {
  using report = openReport(folder())
  expect(() => report.fact('not an id', { kind: 'removed' })).toThrow()
  expect(report.outbox.size).toBe(0)
})

test('of values only the latest is kept, and none while nobody sends', () => {
  using report = openReport(folder())
  const step = (state: 'waiting' | 'running') => ({
    serverId: '0193d1f4-7d1c-7b6e-9a57-3f4a7a7f0b11',
    request: 1,
    steps: [{ name: 'pull' as const, state }],
    layers: [],
  })
  report.progress(step('waiting'))
  expect(report.takeLatest()).toEqual([])
  report.sender = () => {}
  report.progress(step('waiting'))
  report.progress(step('running'))
  report.stats('1', [])
  report.stats('2', [])
  expect(report.takeLatest()).toMatchObject([
    { type: 'progress', steps: [{ state: 'running' }] },
    { type: 'stats', at: '2' },
  ])
  expect(report.takeLatest()).toEqual([])
})
