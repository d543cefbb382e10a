// How fast one socket may send commands: bursts of a paste, then a steady few.

export interface Bucket {
  /** False when it is empty. */
  take(): boolean
}

export function openBucket({ size, perSecond, now }: { size: number; perSecond: number; now: () => number }): Bucket {
  let left = size
  let filledAt = now()
  return {
    take: () => {
      left = Math.min(size, left + ((now() - filledAt) / 1000) * perSecond)
      filledAt = now()
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}
