// What a session needs of a WebSocket: the shape of `ws`, so that the protocol does not import it.
import { maxTextBytes } from './codec.ts'

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
  /** A bigger frame is refused before it is read. */
  maxPayload: maxTextBytes,
  /** Deflate costs ten times the CPU of what it saves here, and blocks on its own queue. */
  perMessageDeflate: false,
  /** A peer that pings without reading would fill our memory with pongs: the session answers, within bounds. */
  autoPong: false,
} as const
