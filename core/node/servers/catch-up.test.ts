import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type KeptLine, missingLines, overlap } from './catch-up.ts'

const kept = (texts: readonly string[], from = 1000): KeptLine[] =>
  texts.map((text, index) => ({ source: 'stdout', text, at: from + index * 50 }))
/** The node has a line a few milliseconds after the engine. */
const known = (texts: readonly string[], from = 1000) =>
  texts.map((text, index) => ({ text, at: from + index * 50 + 3 }))
const texts = (lines: readonly KeptLine[]) => lines.map(({ text }) => text)

describe('catching up', () => {
  it('goes on exactly where history ends', () => {
    const missing = missingLines(known(['a', 'b', 'c']), kept(['a', 'b', 'c', 'd', 'e']))
    expect([texts(missing.lines), missing.seamless]).toEqual([['d', 'e'], true])
  })

  it('has nothing to add when nothing was said', () => {
    expect(missingLines(known(['a', 'b']), kept(['a', 'b']))).toEqual({ lines: [], seamless: true })
  })

  it('takes everything for a console without history', () => {
    expect(texts(missingLines([], kept(['a', 'b'])).lines)).toEqual(['a', 'b'])
  })

  it('says so when the engine no longer has the place', () => {
    const missing = missingLines(known(['a', 'b']), kept(['x', 'y'], 90_000))
    expect([texts(missing.lines), missing.seamless]).toEqual([['x', 'y'], false])
  })

  it('tells repeated lines apart by their time', () => {
    const all = Array<string>(10).fill('tick')
    expect(missingLines(known(all.slice(0, 4), 1000), kept(all, 1000)).lines.length).toBe(6)
  })

  it('finds the place in any output with distinct lines, wherever it was cut', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 40 }), fc.nat(), (lines, at) => {
        const cut = 1 + (at % lines.length)
        const { lines: missing, seamless } = missingLines(known(lines.slice(0, cut)), kept(lines))
        expect([texts(missing), seamless]).toEqual([lines.slice(cut), true])
      }),
    )
  })

  it('leaves out what was already heard live', () => {
    expect(overlap([{ text: 'a' }, { text: 'b' }, { text: 'c' }], ['b', 'c', 'd'])).toBe(2)
    expect(overlap([{ text: 'a' }], ['b'])).toBe(0)
    expect(overlap([], ['b'])).toBe(0)
  })
})
