import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeFrame, encodeCredit, maxDataBytes, ProtocolError } from './codec.ts'
import { openIncomingStreams } from './incoming-streams.ts'
import { type ByteSource, openOutgoingStreams, streamWindowBytes } from './outgoing-streams.ts'

function endless(record = 'x'.repeat(100)): ByteSource & { pulled: number } {
  const bytes = Buffer.from(record.repeat(1000))
  return {
    pulled: 0,
    ended: false,
    pull(max) {
      const some = bytes.subarray(0, max)
      this.pulled += some.length
      return some
    },
    onReadable() {},
    [Symbol.dispose]() {},
  }
}

/** A socket that takes nothing by itself. */
function stuckSocket() {
  const sent: Uint8Array[] = []
  return {
    sent,
    bufferedAmount: 0,
    send(frame: Uint8Array) {
      sent.push(frame)
      this.bufferedAmount += frame.length
    },
    streams: () => sent.map((frame) => decodeFrame(frame).stream),
  }
}

const never = (error: unknown) => {
  throw error
}

test('two floods take turns of 16 kB, and stop at the socket’s mark', () => {
  const socket = stuckSocket()
  const outgoing = openOutgoingStreams(socket, never)
  socket.bufferedAmount = 1e9
  outgoing.open(1, endless())
  outgoing.open(2, endless())
  expect(socket.sent).toEqual([])
  socket.bufferedAmount = 0
  outgoing.drained()
  expect(socket.streams()).toEqual([1, 2, 1, 2, 1, 2, 1, 2])
  expect(socket.bufferedAmount).toBeLessThanOrEqual(128 * 1024 + 8 * 8)
})

test('a quiet stream gets the next turn, however long another has been flooding', () => {
  const socket = stuckSocket()
  const outgoing = openOutgoingStreams(socket, never)
  outgoing.open(1, endless())
  let line = ''
  let wake = () => {}
  outgoing.open(2, {
    ended: false,
    pull() {
      const bytes = Buffer.from(line)
      line = ''
      return bytes
    },
    onReadable(callback) {
      wake = callback
    },
    [Symbol.dispose]() {},
  })
  line = 'hello'
  socket.sent.length = 0
  wake() // the socket is full: it waits for room, not for the flood
  socket.bufferedAmount = 0
  outgoing.drained()
  expect(socket.streams().slice(0, 2)).toContain(2)
})

test('a stream stops at its credit and goes on with what is given back', () => {
  const socket = stuckSocket()
  const outgoing = openOutgoingStreams(socket, never)
  const source = endless()
  outgoing.open(1, source)
  for (let turn = 0; turn < 10; turn += 1) {
    socket.bufferedAmount = 0
    outgoing.drained()
  }
  expect(source.pulled).toBe(streamWindowBytes)
  socket.bufferedAmount = 0
  outgoing.credit(1, 1000)
  expect(source.pulled).toBe(streamWindowBytes + 1000)
  outgoing.credit(7, 1000) // closed while it was on its way
  expect(() => outgoing.credit(1, streamWindowBytes + 1)).toThrow(ProtocolError)
})

test('a source that fails is told to whoever logs, and ends alone', () => {
  const socket = stuckSocket()
  const failures: unknown[] = []
  const outgoing = openOutgoingStreams(socket, (error) => failures.push(error))
  outgoing.open(1, { ...endless(), pull: () => new Uint8Array(maxDataBytes + 1) })
  expect(failures).toMatchObject([{ message: expect.stringContaining('16385 bytes where 16384') }])
  expect(socket.sent.map((frame) => decodeFrame(frame).kind)).toEqual(['end'])
  expect(outgoing.size).toBe(0)
})

test('whatever is sent within credit arrives whole and in order, in bounded memory', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 200 }), async (sizes) => {
      let given = 0
      const incoming = openIncomingStreams((frame) => {
        const credit = decodeFrame(frame)
        if (credit.kind === 'credit') given += credit.bytes
      })
      const stream = incoming.open(() => {})
      if (!stream) throw new Error('refused')
      const sent: Buffer[] = []
      let sentBytes = 0
      const received: Uint8Array[] = []
      const consumer = (async () => {
        for await (const chunk of stream.chunks) received.push(chunk)
      })()
      const fits = (size: number) => sentBytes + size <= streamWindowBytes + given
      for (const [seq, size] of sizes.entries()) {
        while (!fits(size)) await new Promise((taken) => setImmediate(taken))
        const bytes = Buffer.alloc(size, seq)
        incoming.data(stream.id, seq, bytes)
        sent.push(bytes)
        sentBytes += size
      }
      incoming.end(stream.id, sizes.length)
      await consumer
      expect(Buffer.concat(received).equals(Buffer.concat(sent))).toBe(true)
    }),
    { numRuns: 50 },
  )
})

test('credit goes back when bytes were taken, not when they arrived', async () => {
  const frames: Uint8Array[] = []
  const incoming = openIncomingStreams((frame) => frames.push(frame))
  const stream = incoming.open(() => {})
  if (!stream) throw new Error('refused')
  for (let seq = 0; seq < 16; seq += 1) incoming.data(stream.id, seq, new Uint8Array(maxDataBytes))
  expect(frames).toEqual([])
  const chunks = stream.chunks[Symbol.asyncIterator]()
  for (let taken = 0; taken < 9; taken += 1) await chunks.next()
  expect(frames).toEqual([encodeCredit(stream.id, streamWindowBytes / 2)])
})

test('bytes one at a time cost no more than in pages', () => {
  const incoming = openIncomingStreams(() => {})
  const stream = incoming.open(() => {})
  if (!stream) throw new Error('refused')
  for (let seq = 0; seq < 60_000; seq += 1) incoming.data(stream.id, seq, new Uint8Array(1))
  let chunks = 0
  stream.finish()
  return (async () => {
    for await (const _chunk of stream.chunks) chunks += 1
    expect(chunks).toBeLessThan(20)
  })()
})
