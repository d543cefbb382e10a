import { describe, expect, it } from 'vitest'
import { aServer } from '#core/testing/node-runtime.ts'
import { judgeAbsence, wasEndedWith } from './absence.ts'
import { conclude } from './ending.ts'
import { firstState, type KeptState } from './server-disk.ts'

const at = '2026-11-22T10:00:00.000Z'
const on = aServer(25_000, { power: { want: 'running', request: 3, how: 'start' } })
const off = aServer(25_000, { power: { want: 'stopped', request: 3, how: 'stop' } })
const was = (changes: Partial<KeptState>): KeptState => ({ ...firstState(at), installed: 1, request: 3, ...changes })
const crash = { code: 1, outOfMemory: false, at }
const unexpected = { ...crash, unexpected: true, lastLines: [] }

describe('a server whose container does not run when the node comes back', () => {
  it.each([
    ['crashed while nobody watched', on, was({ state: 'running' }), crash, false, 'ended'],
    ['ran when the machine went down', on, was({ state: 'running' }), crash, true, 'over'],
    ['was being stopped', off, was({ state: 'stopping' }), crash, false, 'over'],
    ['lost its container while running', on, was({ state: 'running' }), undefined, false, 'over'],
    ['waited for its next start', on, was({ state: 'crashed' }), undefined, false, 'start'],
    ['was left off', on, was({ state: 'crashed', leftOff: true }), undefined, false, 'nothing'],
    ['was stopped by somebody', off, was({ state: 'stopped' }), undefined, false, 'nothing'],
    ['was stopped by somebody, then the machine restarted', off, was({ state: 'stopped' }), undefined, true, 'nothing'],
    [
      'has a newer request to act on',
      aServer(1, { power: { want: 'running', request: 4, how: 'start' } }),
      was({ state: 'stopped' }),
      undefined,
      false,
      'nothing',
    ],
  ])('%s', (_name, desired, state, exit, rebooted, kind) => {
    expect(judgeAbsence(desired, state, exit, rebooted, undefined).kind).toBe(kind)
  })

  it('starts again what should run, and only that', () => {
    expect(judgeAbsence(on, was({ state: 'running' }), undefined, true, undefined)).toMatchObject({ start: true })
    expect(judgeAbsence(off, was({ state: 'stopping' }), undefined, true, undefined)).toMatchObject({ start: false })
  })

  it('was ended with the engine when it ended just before it, and not when long before', () => {
    const state = was({ state: 'stopped', leftOff: true, exit: { ...unexpected, code: 0 } })
    const then = Date.parse(at)
    expect(wasEndedWith(on, state, then + 5000)).toBe(true)
    expect(wasEndedWith(on, state, then + 60_000)).toBe(false)
    expect(wasEndedWith(off, state, then + 5000)).toBe(false)
    // The engine was back for a while when it ended: that was something else.
    expect(wasEndedWith(on, state, then - 90_000, then - 1000)).toBe(false)
    expect(wasEndedWith(on, state, undefined)).toBe(false)
  })
})

describe('the end of a run', () => {
  const end = { exit: crash, ordered: false, lateSeconds: undefined, lastLines: ['bye'] }
  const now = Date.parse(at)

  it('that was ordered is a stop, whatever the exit code', () => {
    expect(conclude({ ...end, ordered: true }, off, was({ state: 'stopping' }), now)).toMatchObject({
      next: 'stopped',
      changes: { exit: { code: 1, unexpected: false, lastLines: ['bye'] }, reason: undefined },
    })
  })

  it('that was ordered as half of a restart starts again at once', () => {
    expect(conclude({ ...end, ordered: true }, on, was({ state: 'stopping' }), now).startAt).toBe(now)
    expect(conclude({ ...end, ordered: true }, off, was({ state: 'stopping' }), now).startAt).toBeUndefined()
  })

  it('that is a crash starts again later and is counted', () => {
    const conclusion = conclude(end, on, was({ state: 'running' }), now)
    expect(conclusion).toMatchObject({ next: 'crashed', changes: { restarts: [now] }, startAt: now })
  })

  it('that came because it was not ready says so', () => {
    const conclusion = conclude({ ...end, lateSeconds: 30 }, on, was({ state: 'starting' }), now)
    expect(conclusion.changes.reason).toContain('not ready within 30 seconds')
  })
})
