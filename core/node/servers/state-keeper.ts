// What a server is: on disk first, then told upwards.
import type { DesiredServer } from '#core/domain/plan.ts'
import type { ObservedState } from '#core/domain/server.ts'
import type { Report } from '#core/node/context.ts'
import { within } from './crash-policy.ts'
import type { KeptState, ServerDisk } from './server-disk.ts'

export interface StateKeeper {
  readonly now: KeptState
  become(next: ObservedState, changes?: Changes): Promise<void>
  /** On disk without telling anybody. */
  keep(changes: Changes): Promise<void>
  /** Tells again what is; handling it twice is harmless. */
  tell(): void
}

/** Undefined takes a value away. */
export type Changes = { readonly [Key in keyof KeptState]?: KeptState[Key] | undefined }

export function stateKeeper(
  first: KeptState,
  disk: ServerDisk,
  report: Report,
  desired: () => DesiredServer,
): StateKeeper {
  let state = first
  let saving: Promise<void> = Promise.resolve()

  /** Seen at once, on disk when it resolves; one write after the other. */
  function save(changes: Changes): Promise<void> {
    state = { ...state, ...changes } as KeptState
    const now = state
    const saved = saving.then(() => disk.saveState(now))
    saving = saved.catch(() => undefined)
    return saved
  }

  function tell(): void {
    const { id, revision, run } = desired()
    const { startedAt, exit, reason, notReady, installLog } = state
    const restarts = within(run.crash, state.restarts, Date.now()).length
    report.fact(id, {
      kind: 'state',
      state: state.state,
      since: state.since,
      revision,
      request: state.request,
      ...(startedAt !== undefined && { startedAt }),
      ...(exit && { exit }),
      ...(reason !== undefined && { reason: reason.slice(0, 2000) }),
      ...(notReady !== undefined && { notReady }),
      ...(restarts > 0 && { restarts }),
      ...(installLog && { installLog }),
    })
  }

  return {
    get now() {
      return state
    },
    async become(next, changes = {}) {
      await save({ ...changes, state: next, since: next === state.state ? state.since : new Date().toISOString() })
      tell()
    },
    keep: save,
    tell,
  }
}
