// Why a link ends, as WebSocket close codes. The reason that goes with one is a sentence for the log of the other end.
export const closeCodes = {
  /** This end stops; dial again. */
  goingAway: 1001,
  /** This end could not do its part, e.g. its database is away; dial again. */
  failed: 1011,
  protocol: 4000,
  /** Another connection with the same identity took over. */
  replaced: 4001,
  /** The ends have no version of the protocol in common. */
  version: 4003,
  /** The other end does not take what it is sent. */
  slow: 4008,
  revoked: 4403,
} as const
