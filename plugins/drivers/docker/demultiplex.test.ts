import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { demultiplexer } from './demultiplex.ts'

function frame(source: number, data: Uint8Array): Buffer {
  const header = Buffer.alloc(8)
  header[0] = source
  header.writeUInt32BE(data.length, 4)
  return Buffer.concat([header, data])
}

it('gives every byte to its stream, wherever the socket cuts', () => {
  const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 50 })), { maxLength: 20 })
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sent, cuts) => {
      const bytes = Buffer.concat(sent.map(([source, data]) => frame(source, data)))
      const got = { stdout: [] as number[], stderr: [] as number[] }
      const push = demultiplexer((source, data) => got[source].push(...data))
      for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
        const size = cuts[turn % cuts.length] ?? 1
        push(bytes.subarray(at, at + size))
        at += size
      }
      const expected = (source: number) => sent.flatMap(([each, data]) => (each === source ? [...data] : []))
      expect(got).toEqual({ stdout: expected(1), stderr: expected(2) })
    }),
  )
})
