// Bytes of the link ↔ messages and stream frames. Both ends check size before form and form before use.
//
//   text frame     one JSON message of messages.ts, at most 256 kB of UTF-8
//
//   binary frame   0        1         2         4           8
//                  +--------+---------+---------+-----------+------------------------------+
//                  | kind   | flags 0 | seq     | stream    | bytes                        |
//                  +--------+---------+---------+-----------+------------------------------+
//                    u8       u8        u16       u32         all big-endian
//
//                  1 DATA    at most 16 kB of the stream     seq grows by one a frame of a stream, from 0, mod 2^16
//                  2 CREDIT  u32: so many more bytes welcome seq 0
//                  3 END     nothing: no more will come      seq as DATA
//
// There is no GAP frame: what a console drops is a record among its data (core/domain/console.ts).
import type { z } from 'zod'
import { closeCodes } from './close-codes.ts'

export const maxTextBytes = 256 * 1024
export const maxDataBytes = 16 * 1024
const headerBytes = 8

export type Frame =
  | { readonly kind: 'data'; readonly stream: number; readonly seq: number; readonly bytes: Uint8Array }
  | { readonly kind: 'credit'; readonly stream: number; readonly bytes: number }
  | { readonly kind: 'end'; readonly stream: number; readonly seq: number }

const data = 1
const credit = 2
const end = 3

/** The other end broke the protocol: its connection is closed with this sentence, nothing else happens. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  readonly closeCode: number

  constructor(sentence: string, closeCode: number = closeCodes.protocol) {
    super(sentence)
    this.closeCode = closeCode
  }
}

/** Throws when the message is too large to be sent: whoever makes messages keeps them small. */
export function encodeMessage(message: { readonly type: string }): string {
  const text = JSON.stringify(message)
  const bytes = Buffer.byteLength(text)
  if (bytes > maxTextBytes) throw new RangeError(`a ${message.type} message of ${bytes} bytes; at most ${maxTextBytes}`)
  return text
}

export function decodeMessage<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ProtocolError(`message not understood: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`)
}

/** Bytes from outside as JSON; what it says is still unknown. */
export function parseJson(text: string): unknown {
  if (Buffer.byteLength(text) > maxTextBytes) throw new ProtocolError(`text frame over ${maxTextBytes} bytes`)
  try {
    return JSON.parse(text)
  } catch {
    throw new ProtocolError('text frame is not JSON')
  }
}

export function encodeData(stream: number, seq: number, bytes: Uint8Array): Uint8Array {
  if (bytes.length > maxDataBytes) throw new RangeError(`${bytes.length} bytes in one frame; at most ${maxDataBytes}`)
  const frame = header(data, stream, seq, bytes.length)
  frame.set(bytes, headerBytes)
  return frame
}

export function encodeCredit(stream: number, bytes: number): Uint8Array {
  const frame = header(credit, stream, 0, 4)
  frame.writeUInt32BE(bytes, headerBytes)
  return frame
}

export function encodeEnd(stream: number, seq: number): Uint8Array {
  return header(end, stream, seq, 0)
}

export function decodeFrame(frame: Uint8Array): Frame {
  if (frame.length < headerBytes) throw new ProtocolError(`binary frame of ${frame.length} bytes`)
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  if (view.getUint8(1) !== 0) throw new ProtocolError('binary frame with unknown flags')
  const seq = view.getUint16(2)
  const stream = view.getUint32(4)
  const size = frame.length - headerBytes
  switch (view.getUint8(0)) {
    case data:
      if (size === 0 || size > maxDataBytes) throw new ProtocolError(`DATA frame with ${size} bytes`)
      return { kind: 'data', stream, seq, bytes: frame.subarray(headerBytes) }
    case credit:
      if (size !== 4) throw new ProtocolError(`CREDIT frame with ${size} bytes`)
      return { kind: 'credit', stream, bytes: view.getUint32(headerBytes) }
    case end:
      if (size !== 0) throw new ProtocolError(`END frame with ${size} bytes`)
      return { kind: 'end', stream, seq }
    default:
      throw new ProtocolError(`binary frame of kind ${view.getUint8(0)}`)
  }
}

function header(kind: number, stream: number, seq: number, size: number): Buffer {
  const frame = Buffer.allocUnsafe(headerBytes + size)
  frame.writeUInt8(kind, 0)
  frame.writeUInt8(0, 1)
  frame.writeUInt16BE(seq, 2)
  frame.writeUInt32BE(stream, 4)
  return frame
}
