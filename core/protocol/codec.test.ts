import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decodeFrame,
  decodeMessage,
  encodeCredit,
  encodeData,
  encodeEnd,
  encodeMessage,
  maxDataBytes,
  maxTextBytes,
  ProtocolError,
} from './codec.ts'
import { fromNodeSchema, fromPanelSchema } from './messages.ts'

const u32 = fc.integer({ min: 0, max: 0xffffffff })
const u16 = fc.integer({ min: 0, max: 0xffff })

test('every stream frame comes out as it went in', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 2000 })
  fc.assert(
    fc.property(u32, u16, bytes, u32, (stream, seq, bytes, credit) => {
      expect(decodeFrame(encodeData(stream, seq, bytes))).toEqual({
        kind: 'data',
        stream,
        seq,
        bytes: Buffer.from(bytes),
      })
      expect(decodeFrame(encodeCredit(stream, credit))).toEqual({ kind: 'credit', stream, bytes: credit })
      expect(decodeFrame(encodeEnd(stream, seq))).toEqual({ kind: 'end', stream, seq })
    }),
  )
})

test('any other bytes are a protocol error, never a crash of another kind', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        decodeFrame(bytes)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(ProtocolError)
      }
    }),
    { numRuns: 2000 },
  )
})

test('any text that is no message is a protocol error, whatever JSON it is', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(() => decodeMessage(fromNodeSchema, text)).toThrow(ProtocolError)
      expect(() => decodeMessage(fromPanelSchema, text)).toThrow(ProtocolError)
    }),
    { numRuns: 2000 },
  )
})

test('a text one byte over the limit is refused, whatever it says', () => {
  const ack = (length: number) => `{"type":"ack","seq":1${' '.repeat(length - 22)}}`
  expect(decodeMessage(fromPanelSchema, ack(maxTextBytes))).toEqual({ type: 'ack', seq: 1 })
  expect(() => decodeMessage(fromPanelSchema, ack(maxTextBytes + 1))).toThrow('over 262144 bytes')
})

test('what is too large is not sent either', () => {
  const message = { type: 'x', body: 'ä'.repeat(maxTextBytes / 2) }
  expect(() => encodeMessage(message)).toThrow(RangeError)
  expect(() => encodeData(1, 0, new Uint8Array(maxDataBytes + 1))).toThrow(RangeError)
  expect(() => decodeFrame(Buffer.concat([encodeData(1, 0, new Uint8Array(maxDataBytes)), Buffer.from('x')]))).toThrow(
    ProtocolError,
  )
})

test('a key called __proto__ changes nothing', () => {
  const text = '{"type":"request","id":1,"method":"x","params":{"__proto__":{"admin":true}},"__proto__":{"admin":true}}'
  const message = decodeMessage(fromPanelSchema, text)
  expect('admin' in message).toBe(false)
  expect('admin' in {}).toBe(false)
})

test('attack 24: of a node the panel sets its ports and where images come from; whatever else is told is dropped', () => {
  const settings = { portRange: { from: 2000, to: 3000 }, mirrors: [], logins: [] }
  const more = { dataDirectory: '/etc', paths: { root: '/' }, driver: { socket: '/tmp/x' }, allowedMounts: ['/'] }
  const sent = { type: 'settings', settings: { ...settings, ...more } }
  const told = decodeMessage(fromPanelSchema, encodeMessage(sent))
  expect(told).toEqual({ type: 'settings', settings })
})
