// Mumble's ping, which servers up to the newest answer without a sign-in:
//
//   ask     0:u32 identifier:8
//   answer  version:u32 identifier:8 users:u32 maximum:u32 bandwidth:u32     all big-endian
import type { PlayersAnswer } from 'stellar/plugin'

export function ping(identifier: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.alloc(4), identifier])
}

/** Undefined when it does not answer the ping with that identifier. */
export function readPong(message: Uint8Array, identifier: Uint8Array): PlayersAnswer | undefined {
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength)
  if (bytes.length !== 24 || !bytes.subarray(4, 12).equals(identifier)) return undefined
  return {
    players: bytes.readUInt32BE(12),
    capacity: bytes.readUInt32BE(16),
    version: [...bytes.subarray(1, 4)].join('.'),
  }
}
