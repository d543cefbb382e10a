import { describe, expect, it } from 'vitest'
import { delayBefore } from './console-socket.js'

describe('the wait before a connection is tried again', () => {
  it('doubles, with some chance in it, up to half a minute', () => {
    expect([0, 1, 2, 3].map((attempt) => delayBefore(attempt, 0.5))).toEqual([500, 1000, 2000, 4000])
    expect(delayBefore(50, 0.5)).toBe(30_000)
    expect(delayBefore(1, 0)).toBeLessThan(delayBefore(1, 1))
  })
})
