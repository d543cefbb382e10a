// One viewer of a console: gets every frame while it keeps up, is told how many lines it missed when it does not, and
// is sent away when it stays behind.
import { gapBetween, type Run, runAfter } from './run.ts'

/** Where frames go: a browser's socket. */
export interface Outlet {
  send(bytes: Uint8Array): void
  /** A sentence for the program at the other end. */
  tell(message: Readonly<Record<string, unknown>>): void
  /** Bytes that wait to be taken. */
  buffered(): number
  close(code: number, reason: string): void
}

/** More than this waiting, and a frame is skipped. */
const mostBuffered = 256 * 1024
const slowMs = 30_000
/** Close code of a viewer that does not keep up. */
export const tooSlow = 4008

export interface Viewer {
  readonly outlet: Outlet
  /** While history is asked for, frames wait in the ring. */
  paused: boolean
  /** Number of the last line it knows of; undefined before the first. */
  last: number | undefined
}

export interface Pace {
  /** Since when its frames are skipped. */
  slowSince: number | undefined
}

/** False when it must be sent away. */
export function deliver(viewer: Viewer & Pace, frame: Run, now: number): boolean {
  if (viewer.outlet.buffered() > mostBuffered) {
    viewer.slowSince ??= now
    return now - viewer.slowSince <= slowMs
  }
  viewer.slowSince = undefined
  const fresh = viewer.last === undefined ? frame : runAfter(frame, viewer.last)
  if (!fresh) return true
  const gap = viewer.last === undefined ? undefined : gapBetween(viewer.last, startOf(fresh), now)
  if (gap) viewer.outlet.send(gap.bytes)
  viewer.outlet.send(fresh.bytes)
  viewer.last = fresh.last
  return true
}

/** The first line a run stands for: one that begins with a gap record of the node stands for the lines before it too. */
function startOf({ bytes, first }: Run): number {
  const [, count] = /^\d+ \d+ g(\d{1,15})\n/.exec(bytes.subarray(0, 60).toString('latin1')) ?? []
  return count === undefined ? first : first - Number(count) + 1
}
