// What a session needs of a WebSocket: the shape of `ws`, so that the protocol does not import it.
type RawData = Buffer | ArrayBuffer | Buffer[]

export interface LinkSocket {
  /** Bytes that were sent and have not left this process. */
  readonly bufferedAmount: number
  send(data: string | Uint8Array, sent: (error?: Error) => void): void
  ping(): void
  pong(data: Buffer): void
  close(code: number, reason: string): void
  terminate(): void
  on(event: 'message', listener: (data: RawData, isBinary: boolean) => void): unknown
  on(event: 'ping' | 'pong', listener: (data: Buffer) => void): unknown
  on(event: 'close', listener: (code: number, reason: Buffer) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** How both ends must open their WebSocket; each line is measured or closes a door. */
export const socketOptions = {
  /** Deflate costs ten times the CPU of what it saves here, and blocks on its own queue. */
  perMessageDeflate: false,
  /** A peer that pings without reading would fill our memory with pongs: the session answers, within bounds. */
  autoPong: false,
} as const

/** Why a link ends, as the WebSocket close code. The reason is a sentence for the log of the other end. */
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
