// What happens after a server ended by itself: whether it starts again, when, and what people are told.
import type { RunSpec } from '#core/domain/plan.ts'
import type { InstanceExit } from '#core/plugins/contributions.ts'

const longestDelaySeconds = 60

export type Ending =
  /** The game decided to end, e.g. because somebody typed its stop command. */
  | { readonly kind: 'ended'; readonly reason: string }
  | { readonly kind: 'crashed'; readonly what: string; readonly worthRestarting: boolean }

/** How an end that nobody had ordered is to be understood. */
export function judge(exit: InstanceExit, cleanExitCodes: readonly number[], wasReady: boolean): Ending {
  if (exit.outOfMemory) return { kind: 'crashed', what: 'It ran out of memory', worthRestarting: true }
  const clean = exit.code === 0 || cleanExitCodes.includes(exit.code)
  if (clean && wasReady) return { kind: 'ended', reason: 'The game ended by itself.' }
  if (clean) return { kind: 'crashed', what: 'It ended before it was ready', worthRestarting: false }
  if (exit.signal !== undefined)
    return { kind: 'crashed', what: `It was ended by ${exit.signal}`, worthRestarting: true }
  return { kind: 'crashed', what: `It ended with exit code ${exit.code}`, worthRestarting: true }
}

export type Verdict =
  | { readonly restart: true; readonly delaySeconds: number; readonly restarts: number; readonly reason: string }
  | { readonly restart: false; readonly restarts: number; readonly reason: string }

/** `earlier`: times of restarts after a crash, in milliseconds. */
export function afterCrash(
  policy: RunSpec['crash'],
  ending: { readonly what: string; readonly worthRestarting: boolean },
  earlier: readonly number[],
  now: number,
): Verdict {
  const restarts = within(policy, earlier, now).length
  if (!policy.restart || !ending.worthRestarting) {
    return { restart: false, restarts, reason: `${ending.what}. It is left off.` }
  }
  if (restarts >= policy.maxRestarts) {
    const minutes = Math.round(policy.windowSeconds / 60)
    const span = minutes >= 1 ? `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}` : `${policy.windowSeconds} seconds`
    const times = restarts === 1 ? 'once' : `${restarts} times`
    const after = restarts === 0 ? '' : ` It was restarted ${times} within ${span}, so`
    return { restart: false, restarts, reason: `${ending.what}.${after === '' ? ' It' : `${after} it`} is left off.` }
  }
  const delaySeconds = Math.min(longestDelaySeconds, policy.delaySeconds * 2 ** restarts)
  return {
    restart: true,
    delaySeconds,
    restarts: restarts + 1,
    reason: `${ending.what}. It starts again in ${delaySeconds} ${delaySeconds === 1 ? 'second' : 'seconds'} (${restarts + 1} of ${policy.maxRestarts}).`,
  }
}

/** Those that still count. */
export function within(policy: RunSpec['crash'], earlier: readonly number[], now: number): readonly number[] {
  return earlier.filter((at) => at > now - policy.windowSeconds * 1000)
}
