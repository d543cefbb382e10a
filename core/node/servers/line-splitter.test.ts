import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { longestRecordText } from '#core/domain/console.ts'
import { lineSplitter } from './line-splitter.ts'

function split(pieces: readonly Uint8Array[]): Buffer[] {
  const lines: Buffer[] = []
  const splitter = lineSplitter((line) => lines.push(Buffer.from(line)))
  for (const piece of pieces) splitter.push(piece)
  splitter.flush()
  return lines
}

function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = cuts[turn % cuts.length] ?? 1
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return pieces
}

const cuts = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 10 })

describe('splitting output into lines', () => {
  it('gives the same lines wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 30 })), cuts, (texts, sizes) => {
        const lines = texts.map((text) => text.replaceAll(/[\r\n]/g, ''))
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
        expect(split(cut(bytes, sizes)).map(String)).toEqual(lines.map((line) => Buffer.from(line).toString()))
      }),
    )
  })

  it('loses no byte of what is no text, and no line feed gets in', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), cuts, (bytes, sizes) => {
        const lines = split(cut(bytes, sizes))
        expect(lines.some((line) => line.includes(10))).toBe(false)
        const without = (all: Uint8Array) => Buffer.from(all).filter((byte) => byte !== 10 && byte !== 13)
        expect(without(Buffer.concat(lines))).toEqual(without(bytes))
      }),
    )
  })

  it('cuts a line that is too long, but never within a character', () => {
    const text = '€😀ä'.repeat(5000)
    const lines = split([Buffer.from(`${text}\nnext\n`)])
    expect(lines.at(-1)?.toString()).toBe('next')
    expect(lines.slice(0, -1).map(String).join('')).toBe(text)
    expect(lines.every((line) => line.length <= longestRecordText)).toBe(true)
    expect(lines.map(String).join('')).not.toContain('\uFFFD')
  })

  it('takes a carriage return before the line feed away, and leaves others', () => {
    expect(split([Buffer.from('one\r\n50%\r100%\n')]).map(String)).toEqual(['one', '50%\r100%'])
  })

  it('holds a partial line back until it is flushed', () => {
    const lines: string[] = []
    const splitter = lineSplitter((line) => lines.push(Buffer.from(line).toString()))
    splitter.push(Buffer.from('> '))
    expect([lines, splitter.waiting]).toEqual([[], true])
    splitter.flush()
    expect([lines, splitter.waiting]).toEqual([['> '], false])
    splitter.push(Buffer.from('\nnext\n\n'))
    expect(lines, 'its late end is no line').toEqual(['> ', 'next', ''])
  })
})
