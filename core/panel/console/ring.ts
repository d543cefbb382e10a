// The latest runs of one console, bounded: what a second viewer gets without asking the node again.
import { joinRuns, type Run, runAfter } from './run.ts'

/** Some 2 500 lines; see the table of limits in core/panel/console/README.md. */
const mostBytes = 256 * 1024

export interface Ring {
  /** Number of the oldest line it holds; undefined while it is empty. */
  readonly first: number | undefined
  add(run: Run): void
  after(number: number): Run | undefined
}

export function openRing(): Ring {
  const runs: Run[] = []
  let bytes = 0
  return {
    get first() {
      return runs[0]?.first
    },
    add: (run) => {
      runs.push(run)
      bytes += run.bytes.length
      while (bytes > mostBytes && runs.length > 1) bytes -= runs.shift()?.bytes.length ?? 0
    },
    after: (number) => joinRuns(runs.flatMap((run) => runAfter(run, number) ?? [])),
  }
}
