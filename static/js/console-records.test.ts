import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ConsoleRecord, decodeRecord as decodeInCore, encodeRecord } from '#core/domain/console.ts'
import { createRecordReader, decodeRecord, linesOf } from './console-records.js'

const bytes = (text: string) => new TextEncoder().encode(text)
const record = fc.record({
  number: fc.integer({ min: 1, max: 1_000_000_000 }),
  at: fc.integer({ min: 0, max: 2_000_000_000_000 }),
  kind: fc.constantFrom('o' as const, 'e' as const, 'i' as const, 's' as const, 'g' as const),
  text: fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', '')),
})

describe('console records in the browser', () => {
  it('are what the core encodes', () => {
    fc.assert(
      fc.property(record, (original: ConsoleRecord) => {
        expect(decodeRecord(encodeRecord(original).slice(0, -1))).toEqual(original)
      }),
    )
  })

  it('are refused where the core refuses them', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = text.replaceAll('\n', '')
        expect(decodeRecord(line)).toEqual(decodeInCore(line))
      }),
    )
  })

  it('come out once each, wherever the frames are cut', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 8 }), fc.array(fc.nat(400), { maxLength: 6 }), (records, places) => {
        const whole = bytes(records.map(encodeRecord).join(''))
        const cuts = [0, ...places.map((place) => place % (whole.length + 1)).sort((a, b) => a - b), whole.length]
        const reader = createRecordReader()
        const read = cuts.slice(1).flatMap((end, index) => reader.read(whole.slice(cuts[index], end)))
        expect(read).toEqual(records)
      }),
    )
  })

  it('bear bytes that are not UTF-8', () => {
    const reader = createRecordReader()
    const [read] = reader.read(new Uint8Array([...bytes('1 2 oa'), 0xff, 0xfe, 0xc3, 0x28, 0x0a]))
    expect(read?.text).toBe('a\ufffd\ufffd\ufffd(')
  })

  it('never grow without end when no line ends', () => {
    const reader = createRecordReader()
    for (let count = 0; count < 5; count++) expect(reader.read(bytes('x'.repeat(400_000)))).toEqual([])
    expect(reader.read(bytes('\n7 8 oback\n'))).toEqual([{ number: 7, at: 8, kind: 'o', text: 'back' }])
  })

  it.each([
    ['a line', 'o', 5, '12', 1],
    ['a gap', 'g', 500, '12', 12],
    ['a gap that claims more than there were lines', 'g', 5, '99', 5],
    ['a gap without a number', 'g', 5, 'many', 1],
  ] as const)('%s stands for its lines', (_, kind, number, text, lines) => {
    expect(linesOf({ number, at: 0, kind, text })).toBe(lines)
  })
})
