// The packets of a server list ping (protocol since Minecraft 1.7):
//
//   packet    = length:varint id:varint body
//   handshake = id 0: protocol:varint host:string port:u16 next:varint(1)
//   request   = id 0, empty        answer = id 0: json:string
//   string    = length:varint utf-8
import type { PlayersAnswer } from 'stellar/plugin'
import { z } from 'stellar/plugin'

export function statusRequest(host: string, port: number): Buffer {
  const name = Buffer.from(host, 'utf8').subarray(0, 255)
  const number = Buffer.alloc(2)
  number.writeUInt16BE(port)
  // -1: which version it speaks is what we want to know.
  return packet(0x00, Buffer.concat([varint(-1), varint(name.length), name, number, varint(1)]))
}

export function packet(id: number, body: Uint8Array = Buffer.alloc(0)): Buffer {
  const content = Buffer.concat([varint(id), body])
  return Buffer.concat([varint(content.length), content])
}

/** The JSON of a status answer, undefined while it is not complete. Throws when it is something else. */
export function readPacket(received: Buffer): string | undefined {
  const length = readVarint(received, 0)
  if (!length || received.length < length.end + length.value) return undefined
  const content = received.subarray(length.end, length.end + length.value)
  const id = readVarint(content, 0)
  const size = id && readVarint(content, id.end)
  if (!id || !size || id.value !== 0 || size.value < 0 || size.end + size.value > content.length) {
    throw new Error('the answer is no server status')
  }
  return content.toString('utf8', size.end, size.end + size.value)
}

const status = z.object({
  version: z.object({ name: z.string() }).optional(),
  players: z.object({
    online: z.int().nonnegative().max(1e6),
    max: z.int().max(2 ** 31),
    sample: z.array(z.object({ name: z.string() })).nullish(),
  }),
})

export function toAnswer(json: string): PlayersAnswer {
  const { players, version } = status.parse(JSON.parse(json))
  const names = (players.sample ?? [])
    .slice(0, 100)
    .map(({ name }) => clean(name))
    .filter((name) => name !== '')
  return {
    players: players.online,
    capacity: Math.max(players.max, 0),
    ...(version && { version: clean(version.name) }),
    ...(names.length > 0 && { names }),
  }
}

/** Without colour codes and control characters, at most 64 characters. */
function clean(text: string): string {
  return text
    .replace(/§./gu, '')
    .replace(/[\u0000-\u001f\u007f]/g, '')
    .trim()
    .slice(0, 64)
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value >>> 0
  do {
    const more = rest > 0x7f
    bytes.push((rest & 0x7f) | (more ? 0x80 : 0))
    rest >>>= 7
  } while (rest > 0)
  return Buffer.from(bytes)
}

/** Undefined while it is not complete. Throws when it is longer than the five bytes it may have, or negative. */
function readVarint(bytes: Uint8Array, start: number): { value: number; end: number } | undefined {
  let value = 0
  for (let index = 0; index < 5; index++) {
    const byte = bytes[start + index]
    if (byte === undefined) return undefined
    value |= (byte & 0x7f) << (7 * index)
    if (byte > 0x7f) continue
    if (value < 0) throw new Error('the answer is no server status')
    return { value, end: start + index + 1 }
  }
  throw new Error('the answer is no server status')
}
