// What was sent last for each element, and each variant of it, so that what looks the same is not sent again. Holds for everybody who watches:
// whoever comes later is sent everything first.
import type { Cell } from './draw.tsx'

/** A list of five hundred servers and some pages; beyond it everything is sent once more. About 1 kB each. */
const mostCells = 5000

export interface Sent {
  /** Those that look different now; from here on they count as sent. */
  changed(cells: readonly Cell[], variant?: string): Cell[]
}

export function openSent(): Sent {
  const last = new Map<string, string>()
  return {
    changed: (cells, variant = '') =>
      cells.filter(({ target, html }) => {
        const key = `${target} ${variant}`
        if (last.get(key) === html) return false
        if (last.size >= mostCells) last.clear()
        last.set(key, html)
        return true
      }),
  }
}
