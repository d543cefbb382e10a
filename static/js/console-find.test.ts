import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutRuns, occurrences } from './console-find.js'

describe('finding in a line', () => {
  it.each([
    ['nothing for nothing', 'abc', '', []],
    [
      'ignoring case',
      'Emerald emerald',
      'EMERALD',
      [
        [0, 7],
        [8, 15],
      ],
    ],
    [
      'without overlap',
      'aaaa',
      'aa',
      [
        [0, 2],
        [2, 4],
      ],
    ],
    ['as text, not as an expression', 'a.c abc', 'a.c', [[0, 3]]],
    ['beside letters whose lower case is longer', 'İİ Stop', 'stop', [[3, 7]]],
  ])('%s', (_, text, query, ranges) => {
    expect(occurrences(text, query)).toEqual(ranges)
  })

  it('cuts runs only at the edges, and loses nothing', () => {
    const run = fc.record({ text: fc.string({ minLength: 1, maxLength: 6 }), style: fc.constantFrom('', 'f-red') })
    fc.assert(
      fc.property(fc.array(run, { maxLength: 8 }), fc.string({ maxLength: 2 }), (runs, query) => {
        const text = runs.map((each) => each.text).join('')
        const ranges = occurrences(text, query)
        const cut = cutRuns(runs, ranges)
        expect(cut.map((each) => each.text).join('')).toBe(text)
        const marked = cut
          .filter((each) => each.marked)
          .map((each) => each.text)
          .join('')
        expect(marked).toBe(ranges.map(([from, to]) => text.slice(from, to)).join(''))
        for (const each of cut) expect(each.text).not.toBe('')
      }),
    )
  })

  it('marks a match that lies across two colours in both', () => {
    const runs = [
      { text: 'eme', style: 'f-green' },
      { text: 'rald!', style: '' },
    ]
    expect(cutRuns(runs, occurrences('emerald!', 'emerald'))).toEqual([
      { text: 'eme', style: 'f-green', marked: true },
      { text: 'rald', style: '', marked: true },
      { text: '!', style: '', marked: false },
    ])
  })
})
