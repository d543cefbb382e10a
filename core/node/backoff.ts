// How long to wait before dialling again: quick at first, because most outages are a panel that restarts; at most 1.5 s
// apart in the first minute, then further and further up to half a minute; never all nodes at the same moment.
const firstMs = 100
const quickPhaseMs = 60_000
const longestQuickMs = 1500
const longestMs = 30_000

export interface Outage {
  /** Failed attempts so far. */
  readonly attempts: number
  readonly lastedMs: number
}

/** `random` between 0 and 1 takes off up to half. */
export function backoffMs({ attempts, lastedMs }: Outage, random: number): number {
  const longest =
    lastedMs < quickPhaseMs ? longestQuickMs : Math.min(longestMs, Math.max(longestQuickMs, lastedMs / 20))
  return Math.min(longest, firstMs * 2 ** Math.min(attempts, 20)) * (1 - random / 2)
}
