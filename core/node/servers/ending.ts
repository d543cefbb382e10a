// What an end of a run makes of a server: its next state, what is told, and when it starts again.
import type { DesiredServer } from '#core/domain/plan.ts'
import type { ObservedState } from '#core/domain/server.ts'
import type { InstanceExit } from '#core/plugins/contributions.ts'
import { isWanted } from './absence.ts'
import { afterCrash, type Ending, judge, within } from './crash-policy.ts'
import type { KeptState } from './server-disk.ts'
import type { Changes } from './state-keeper.ts'

/** Lines of the console that are kept with an end, or with an installation that failed. */
export const mostLastLines = 50

export interface Conclusion {
  readonly next: ObservedState
  readonly changes: Changes
  /** For the console. */
  readonly note: string
  /** Milliseconds since 1970. */
  readonly startAt?: number
}

export interface RunEnd {
  readonly exit: InstanceExit
  /** Somebody asked for it. */
  readonly ordered: boolean
  /** It was ended because it was not ready after so many seconds. */
  readonly lateSeconds: number | undefined
  readonly lastLines: readonly string[]
}

export function conclude(end: RunEnd, desired: DesiredServer, state: KeptState, now: number): Conclusion {
  const { exit, ordered, lateSeconds } = end
  const { code, signal, outOfMemory, at } = exit
  const kept = { code, ...(signal !== undefined && { signal }), outOfMemory, at, unexpected: !ordered }
  const base = { exit: { ...kept, lastLines: [...end.lastLines] }, startedAt: undefined, notReady: undefined }
  if (ordered) {
    const changes = { ...base, reason: undefined }
    const note = `Stopped (exit code ${code}).`
    return { next: 'stopped', changes, note, ...(isWanted(desired, state) && { startAt: now }) }
  }
  const { crash, stop } = desired.run
  const ending: Ending =
    lateSeconds === undefined
      ? judge(exit, stop.cleanExitCodes, state.state === 'running')
      : { kind: 'crashed', what: `It was not ready within ${lateSeconds} seconds`, worthRestarting: true }
  if (ending.kind === 'ended') {
    const changes = { ...base, reason: ending.reason, leftOff: true }
    return { next: 'stopped', changes, note: `${ending.reason} (exit code ${code})` }
  }
  const verdict = afterCrash(crash, ending, state.restarts, now)
  const { reason } = verdict
  if (!verdict.restart) return { next: 'crashed', changes: { ...base, reason, leftOff: true }, note: reason }
  return {
    next: 'crashed',
    changes: { ...base, reason, restarts: [...within(crash, state.restarts, now), now] },
    note: reason,
    startAt: now + verdict.delaySeconds * 1000,
  }
}
