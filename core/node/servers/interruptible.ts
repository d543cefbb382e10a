// The one thing a server waits for, and what is urgent enough to end that wait. This is all that may pass the lock.
import type { DesiredServer } from '#core/domain/plan.ts'
import { CalledOff } from './one-at-a-time.ts'
import type { KeptState } from './server-disk.ts'

type Waiting = 'install' | 'start' | 'stop'

export interface Interruptible {
  /** The node stops, or the server is gone. */
  readonly closed: boolean
  /** Until it is disposed of, the signal ends when something more urgent came. */
  begin(kind: Waiting): { readonly signal: AbortSignal } & Disposable
  callOff(): void
  /** A kill and a deletion end the patience of a stop; a newer wish ends a start or an installation. */
  consider(next: DesiredServer, before: DesiredServer, state: KeptState): void
  /** Ends a start or an installation. Not a stop: ending its patience would kill the game. */
  close(): void
}

export function interruptible(): Interruptible {
  let current: { readonly kind: Waiting; readonly controller: AbortController } | undefined
  let closed = false
  const callOff = () => current?.controller.abort(new CalledOff())
  return {
    get closed() {
      return closed
    },
    begin(kind) {
      const mine = { kind, controller: new AbortController() }
      current = mine
      return {
        signal: mine.controller.signal,
        [Symbol.dispose]() {
          if (current === mine) current = undefined
        },
      }
    },
    callOff,
    consider(next, before, state) {
      const newPower = next.power.request > Math.max(state.request, before.power.request)
      const off: Record<Waiting, boolean> = {
        stop: next.deleted || (newPower && next.power.how === 'kill'),
        start: next.deleted || (newPower && next.power.want === 'stopped'),
        install: next.deleted || next.install.request > before.install.request,
      }
      if (current && off[current.kind]) callOff()
    },
    close() {
      closed = true
      if (current?.kind !== 'stop') callOff()
    },
  }
}
