import { describe, expect, it } from 'vitest'
import { columns, merge, readSample, roundUp, type Sample, sentence, signalOf, windowMs } from './chart-data.js'

const start = Date.parse('2026-11-22T12:00:00Z')
const sample = (seconds: number, cpuPercent = 10): Sample => ({
  at: start + seconds * 1000,
  cpuPercent,
  memoryBytes: 1,
  diskBytes: null,
  receivedPerSecond: 0,
  sentPerSecond: 0,
  players: null,
  capacity: null,
})

describe('what charts draw', () => {
  it('reads a sample as the panel sends it', () => {
    const read = readSample({
      at: '2026-11-22T12:00:00Z',
      cpuPercent: 38,
      memoryBytes: 5,
      diskBytes: null,
      players: 12,
    })
    expect(read).toMatchObject({ at: start, cpuPercent: 38, diskBytes: null, players: 12, capacity: null })
  })

  it.each([
    [undefined],
    [null],
    ['text'],
    [{}],
    [{ at: 'noon', cpuPercent: 1, memoryBytes: 1 }],
    [{ at: '2026-11-22', cpuPercent: Number.NaN, memoryBytes: 1 }],
  ])('takes %j for no sample', (value) => {
    expect(readSample(value)).toBeUndefined()
  })

  it('keeps each time once, in order, and only five minutes', () => {
    const merged = merge([sample(0), sample(200)], [sample(400), sample(200, 99), sample(100)])
    expect(merged.map(({ at }) => (at - start) / 1000)).toEqual([100, 200, 400])
    expect(merged[1]?.cpuPercent).toBe(99)
    expect((merged.at(-1)?.at ?? 0) - (merged[0]?.at ?? 0)).toBeLessThanOrEqual(windowMs)
  })

  it('leaves a hole where nothing was measured for a while', () => {
    const [times, cpu] = columns([sample(0), sample(5), sample(60)], [(each) => each.cpuPercent])
    expect(cpu).toEqual([10, 10, null, 10])
    expect(times).toHaveLength(4)
    expect(times?.[2]).toBeGreaterThan(times?.[1] ?? 0)
  })

  it.each([
    [0, 100, 100],
    [101, 100, 200],
    [230, 100, 500],
    [9_999, 100, 10_000],
  ])('scales %d, at least %d, to %d', (value, least, top) => {
    expect(roundUp(value, least)).toBe(top)
  })

  it.each([
    [0.85, 'accent'],
    [0.86, 'warn'],
    [0.96, 'bad'],
  ])('%d of the limit is %s', (share, signal) => {
    expect(signalOf(share)).toBe(signal)
  })

  it('says in a sentence what the plot shows', () => {
    expect(sentence('CPU', [29, null, 71, 38], (value) => `${value} %`)).toBe(
      'CPU, last 5 minutes: now 38 %, lowest 29 %, highest 71 %.',
    )
    expect(sentence('CPU', [null], String)).toBe('CPU, last 5 minutes: nothing measured.')
  })
})
