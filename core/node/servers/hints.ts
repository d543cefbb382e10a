// Known problems that show in the console: each is told once a run.
import type { RunSpec } from '#core/domain/plan.ts'
import { lineMatcher } from './ready.ts'

export function watchHints(
  hints: RunSpec['hints'],
  onHint: (hint: string, line: string) => void,
): (line: string) => void {
  const waiting = new Map(hints.map(({ id, match }) => [id, lineMatcher(match)]))
  return function lookForHints(line) {
    for (const [id, matches] of waiting) {
      if (!matches(line)) continue
      waiting.delete(id)
      onHint(id, line.slice(0, 2000))
    }
  }
}
