// How much of a flood is worth keeping: what a person could ever look at, far below what a container can write.

/** Sustained a second, and how much may come at once: a modded game prints 50 000 lines while it starts. */
const linesPerSecond = 25_000
const bytesPerSecond = 4 * 1024 ** 2
const burst = 4

export interface IntakeLimit {
  /** False: drop this line. */
  take(bytes: number): boolean
}

export function intakeLimit(now: () => number = () => performance.now()): IntakeLimit {
  let lines = linesPerSecond * burst
  let bytes = bytesPerSecond * burst
  let at = now()
  return {
    take(size) {
      if (lines < 1 || bytes < size) {
        const seconds = (now() - at) / 1000
        at += seconds * 1000
        lines = Math.min(linesPerSecond * burst, lines + seconds * linesPerSecond)
        bytes = Math.min(bytesPerSecond * burst, bytes + seconds * bytesPerSecond)
        if (lines < 1 || bytes < size) return false
      }
      lines -= 1
      bytes -= size
      return true
    },
  }
}
