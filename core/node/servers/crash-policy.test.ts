import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { InstanceExit } from '#core/plugins/contributions.ts'
import { afterCrash, judge } from './crash-policy.ts'

const exit = (changes: Partial<InstanceExit>): InstanceExit => ({
  code: 0,
  outOfMemory: false,
  at: '2026-01-01T00:00:00Z',
  ...changes,
})
const policy = { restart: true, maxRestarts: 3, windowSeconds: 600, delaySeconds: 5 }
const crashed = { what: 'It ended with exit code 1', worthRestarting: true }
const now = 1_000_000_000

describe('an end that nobody ordered', () => {
  it.each([
    ['a clean exit of a ready game', exit({}), true, { kind: 'ended' }],
    ['an exit code that counts as clean', exit({ code: 42 }), true, { kind: 'ended' }],
    ['a clean exit before it was ready', exit({}), false, { kind: 'crashed', worthRestarting: false }],
    ['an exit code', exit({ code: 1 }), true, { kind: 'crashed', worthRestarting: true }],
    ['a signal', exit({ code: 139, signal: 'SIGSEGV' }), true, { kind: 'crashed', what: 'It was ended by SIGSEGV' }],
    [
      'no memory left',
      exit({ code: 137, signal: 'SIGKILL', outOfMemory: true }),
      true,
      { what: 'It ran out of memory' },
    ],
  ])('%s', (_name, how, wasReady, expected) => {
    expect(judge(how, [42], wasReady)).toMatchObject(expected)
  })
})

describe('after a crash', () => {
  it('restarts with growing delays, up to a minute', () => {
    const delays = [0, 1, 2].map((count) => afterCrash(policy, crashed, Array(count).fill(now - 1000), now))
    expect(delays).toMatchObject([{ delaySeconds: 5 }, { delaySeconds: 10 }, { delaySeconds: 20 }])
    const patient = { ...policy, maxRestarts: 10 }
    expect(afterCrash(patient, crashed, Array(9).fill(now), now)).toMatchObject({ restart: true, delaySeconds: 60 })
  })

  it('is left off after too many within the window, with the reason', () => {
    const verdict = afterCrash(policy, crashed, [now - 3000, now - 2000, now - 1000], now)
    expect(verdict).toEqual({
      restart: false,
      restarts: 3,
      reason: 'It ended with exit code 1. It was restarted 3 times within 10 minutes, so it is left off.',
    })
  })

  it('forgets restarts outside the window', () => {
    expect(afterCrash(policy, crashed, [1, 2, 3], now)).toMatchObject({ restart: true, restarts: 1 })
  })

  it('does not restart what is not to be restarted, or what would not help', () => {
    expect(afterCrash({ ...policy, restart: false }, crashed, [], now).restart).toBe(false)
    expect(afterCrash(policy, { ...crashed, worthRestarting: false }, [], now).restart).toBe(false)
  })

  it('never restarts more often within the window than allowed', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.array(fc.integer({ min: 1, max: 400_000 }), { maxLength: 40 }), (maxRestarts, gaps) => {
        const restarts: number[] = []
        let at = now
        for (const gap of gaps) {
          at += gap
          if (afterCrash({ ...policy, maxRestarts }, crashed, restarts, at).restart) restarts.push(at)
          const recent = restarts.filter((each) => each > at - policy.windowSeconds * 1000)
          expect(recent.length).toBeLessThanOrEqual(maxRestarts)
        }
      }),
    )
  })
})
