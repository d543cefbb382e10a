// What to make of a server whose container does not run when the node comes back: pure decisions.
import type { DesiredServer } from '#core/domain/plan.ts'
import type { InstanceExit } from '#core/plugins/contributions.ts'
import type { KeptState } from './server-disk.ts'

/** An engine or machine that stops gives its containers up to 15 s, and is only then seen to be away. */
const stopMs = 20_000

/** Desired state says on, and nothing that happened since speaks against it. */
export function isWanted(desired: DesiredServer, state: KeptState): boolean {
  return desired.power.want === 'running' && desired.power.request === state.request && !state.leftOff
}

export function isLive(state: KeptState): boolean {
  return state.state === 'starting' || state.state === 'running' || state.state === 'stopping'
}

/** The run is of an earlier boot. */
export function isRebooted(state: KeptState, bootId: string): boolean {
  return state.bootId !== undefined && state.bootId !== bootId
}

/** It ended just before the engine or the machine did, or in its absence, so that ended it: nobody wanted it off. */
export function wasEndedWith(
  desired: DesiredServer,
  state: KeptState,
  lastSeen: number | undefined,
  over = Number.POSITIVE_INFINITY,
): boolean {
  if (lastSeen === undefined || !state.leftOff || state.exit?.unexpected !== true) return false
  const at = Date.parse(state.exit.at)
  if (at < lastSeen - stopMs || at > over) return false
  return desired.power.want === 'running' && desired.power.request === state.request
}

export type Absence =
  /** It ended while nobody watched: judge it as if it had ended now. */
  | { readonly kind: 'ended'; readonly exit: InstanceExit }
  /** Its run is over; `start` it again if so. */
  | { readonly kind: 'over'; readonly reason: string | undefined; readonly start: boolean }
  | { readonly kind: 'start'; readonly reason: string | undefined }
  | { readonly kind: 'nothing' }

export function judgeAbsence(
  desired: DesiredServer,
  state: KeptState,
  exit: InstanceExit | undefined,
  rebooted: boolean,
  lastAlive: number | undefined,
): Absence {
  const wanted = isWanted(desired, state)
  const reason = rebooted ? 'The machine was restarted.' : undefined
  if (isLive(state)) {
    return exit && !rebooted && state.state !== 'stopping'
      ? { kind: 'ended', exit }
      : { kind: 'over', reason, start: wanted }
  }
  // It was waiting for its next start when the node went.
  if (wanted && (state.state === 'crashed' || state.state === 'stopped')) return { kind: 'start', reason }
  if (rebooted && wasEndedWith(desired, state, lastAlive)) return { kind: 'start', reason }
  return { kind: 'nothing' }
}
