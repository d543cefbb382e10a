// A bucket against floods: so many messages a second, with a reserve for bursts; beyond that the connection ends.
import { ProtocolError } from '#core/protocol/codec.ts'

export function openMeter({ perSecond, burst, now }: { perSecond: number; burst: number; now: () => number }): {
  /** Throws ProtocolError when the bucket is empty. */
  count(): void
} {
  let left = burst
  let filledAt = now()
  return {
    count() {
      const at = now()
      left = Math.min(burst, left + (Math.max(0, at - filledAt) / 1000) * perSecond)
      filledAt = at
      if (left < 1) throw new ProtocolError(`more than ${perSecond} messages a second`)
      left -= 1
    },
  }
}
