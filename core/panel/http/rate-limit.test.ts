import { describe, expect, test } from 'vitest'
import { PublicError } from '#core/base/errors.ts'
import { openRateLimit } from './rate-limit.ts'

function limit(mostKeys = 100) {
  const clock = { now: 0 }
  return { clock, limit: openRateLimit({ tries: 3, windowMs: 60_000, mostKeys, now: () => clock.now }) }
}

describe('the rate limit', () => {
  test('lets through as many failures as it has tries, then refuses with the time to wait', () => {
    const { limit: tries, clock } = limit()
    for (let i = 0; i < 3; i++) {
      tries.check('ada')
      tries.fail('ada')
    }
    clock.now = 20_000
    const refusal = refused(() => tries.check('ada'))
    expect(refusal).toMatchObject({ code: 'too-many-tries', status: 429, details: { retryAfterSeconds: 40 } })
    expect(refusal?.message).toContain('40 s')
  })

  test('never shuts out another key', () => {
    const { limit: tries } = limit()
    for (let i = 0; i < 50; i++) tries.fail('mallory')
    expect(() => tries.check('ada')).not.toThrow()
    expect(() => tries.check('ada', 'mallory')).toThrow(PublicError)
  })

  test('begins anew when the window is over', () => {
    const { limit: tries, clock } = limit()
    for (let i = 0; i < 3; i++) tries.fail('ada')
    clock.now = 60_001
    expect(() => tries.check('ada')).not.toThrow()
  })

  test('forgets a cleared key and takes an undone count back', () => {
    const { limit: tries } = limit()
    for (let i = 0; i < 3; i++) tries.fail('ada', 'bob')
    tries.clear('ada')
    tries.undo('bob')
    expect(() => tries.check('ada', 'bob')).not.toThrow()
    tries.fail('bob')
    expect(() => tries.check('bob')).toThrow(PublicError)
  })

  test('remembers a bounded number of keys and drops the oldest', () => {
    const { limit: tries } = limit(10)
    for (let i = 0; i < 3; i++) tries.fail('oldest')
    for (let i = 0; i < 10; i++) tries.fail(`key ${i}`)
    expect(() => tries.check('oldest')).not.toThrow()
  })
})

function refused(work: () => void): PublicError | undefined {
  try {
    work()
  } catch (error) {
    if (error instanceof PublicError) return error
    throw error
  }
  return undefined
}
