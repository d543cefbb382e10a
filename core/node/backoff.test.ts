import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'

test('the first attempts follow quickly', () => {
  expect(backoffMs({ attempts: 0, lastedMs: 0 }, 0)).toBe(100)
  expect(backoffMs({ attempts: 2, lastedMs: 300 }, 0)).toBe(400)
})

test('a panel that restarts within a minute is found again within a second and a half', () => {
  for (let attempts = 0; attempts < 1000; attempts += 1) {
    expect(backoffMs({ attempts, lastedMs: 59_000 }, 0)).toBeLessThanOrEqual(1500)
  }
})

test('a long outage is asked after less and less, but never more seldom than every half minute', () => {
  expect(backoffMs({ attempts: 100, lastedMs: 120_000 }, 0)).toBe(6000)
  expect(backoffMs({ attempts: 10_000, lastedMs: 86_400_000 }, 0)).toBe(30_000)
})

test('chance takes off up to half', () => {
  expect(backoffMs({ attempts: 10_000, lastedMs: 86_400_000 }, 1)).toBe(15_000)
})
