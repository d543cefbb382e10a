// What was measured: five minutes, bounded, and silent values are not live.
import { expect, test } from 'vitest'
import { openStatsHistory } from './stats-history.ts'

const reading = (id: string, cpuPercent: number) => ({
  id,
  cpuPercent,
  memoryBytes: 1,
  diskBytes: null,
  receivedPerSecond: 2,
  sentPerSecond: 3,
  players: 4,
  capacity: null,
})

test('keeps five minutes at one reading in two seconds, oldest first', () => {
  let now = 1_000_000
  const history = openStatsHistory(() => now)
  for (let second = 0; second < 1000; second++) {
    history.add('', [reading('a', second)])
    now += 1000
  }
  const recent = history.recent('a')
  expect(recent.length).toBeGreaterThan(145)
  expect(recent.length).toBeLessThanOrEqual(150)
  expect(recent.map(({ cpuPercent }) => cpuPercent)).toEqual(
    recent.map(({ cpuPercent }) => cpuPercent).toSorted((a, b) => a - b),
  )
  expect(history.recentCpu('a')).toEqual(recent.map(({ cpuPercent }) => cpuPercent))
  expect(recent.at(-1)).toMatchObject({ id: 'a', diskBytes: null, players: 4, capacity: null, sentPerSecond: 3 })
  expect(history.latest('a')?.cpuPercent).toBe(999)
})

test('what was not heard for fifteen seconds is not live, and after five minutes it is gone', () => {
  let now = 1_000_000
  const history = openStatsHistory(() => now)
  history.add('', [reading('a', 5)])
  now += 16_000
  expect(history.latest('a')).toBeUndefined()
  expect(history.recent('a')).toHaveLength(1)
  now += 300_000
  history.sweep()
  expect(history.recent('a')).toEqual([])
})

test('a node that invents servers does not fill the memory', () => {
  const history = openStatsHistory(() => 1)
  history.add(
    '',
    Array.from({ length: 6000 }, (_, index) => reading(`s${index}`, 1)),
  )
  expect(history.latest('s4999')).toBeDefined()
  expect(history.latest('s5000')).toBeUndefined()
})
