// What was sent last for each element, so that what looks the same is not sent again. Holds for everybody who watches:
// whoever comes later is sent everything first.
import type { Cell } from './draw.tsx'

/** A list of five hundred servers and some pages; beyond it everything is sent once more. About 1 kB each. */
const mostCells = 5000

export interface Sent {
  /** Those that look different now; from here on they count as sent. */
  changed(cells: readonly Cell[]): Cell[]
}

export function openSent(): Sent {
  const last = new Map<string, string>()
  return {
    changed: (cells) =>
      cells.filter(({ target, html }) => {
        if (last.get(target) === html) return false
        if (last.size >= mostCells) last.clear()
        last.set(target, html)
        return true
      }),
  }
}
