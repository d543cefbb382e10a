// The known word somebody most likely meant, for “Did you mean …?”.

/** Undefined when nothing is near: a suggestion that is far off helps nobody. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  // One slip in a short word, up to three in a long one.
  let bestDistance = Math.min(3, Math.ceil(word.length / 3)) + 1
  for (const candidate of known) {
    const distance = slips(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

/** Letters added, left out, wrong, or swapped with their neighbour (optimal string alignment). */
function slips(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      const [left = 0, up = 0, corner = 0] = [current[column - 1], above[column], above[column - 1]]
      let least = Math.min(left + 1, up + 1, corner + (same ? 0 : 1))
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) least = Math.min(least, (before[column - 2] ?? 0) + 1)
      current.push(least)
    }
    before = above
    above = current
  }
  return above[b.length] ?? 0
}
