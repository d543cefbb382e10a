import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainText } from '#core/domain/console.ts'
import { parseAnsi, textOf } from './ansi.js'
import { hueOf, hueOfIndex } from './ansi-colour.js'

const esc = '\u001b'

describe('attack 46: text with escape sequences', () => {
  it('gives plain text as one run without a style', () => {
    expect(parseAnsi('Done (14.208s)!')).toEqual([{ text: 'Done (14.208s)!', style: '' }])
  })

  it.each([
    [
      'a basic colour',
      `${esc}[31mred${esc}[0m on`,
      [
        ['red', 'f-red'],
        [' on', ''],
      ],
    ],
    ['a bright colour', `${esc}[93mhey`, [['hey', 'f-yellow f-hi']]],
    [
      'a background',
      `${esc}[44mhey${esc}[49m.`,
      [
        ['hey', 'g-blue'],
        ['.', ''],
      ],
    ],
    ['bold and colour in one', `${esc}[1;36mhey`, [['hey', 'a-bold f-cyan']]],
    [
      'the end of bold alone',
      `${esc}[1;31ma${esc}[22mb`,
      [
        ['a', 'a-bold f-red'],
        ['b', 'f-red'],
      ],
    ],
    ['dim, italic, underline, inverse', `${esc}[2;3;4;7mx`, [['x', 'a-dim a-italic a-underline a-inverse']]],
    ['256 colours', `${esc}[38;5;196mx`, [['x', 'f-red']]],
    ['true colour', `${esc}[38;2;40;200;90mx`, [['x', 'f-green']]],
    ['true colour with colons', `${esc}[38:2::40:90:250mx`, [['x', 'f-blue f-hi']]],
    [
      'a reset without a number',
      `${esc}[31ma${esc}[mb`,
      [
        ['a', 'f-red'],
        ['b', ''],
      ],
    ],
    ['a colour cut off', `${esc}[38;2mx`, [['x', 'f-black']]],
  ])('understands %s', (_, line, expected) => {
    expect(parseAnsi(line).map(({ text, style }) => [text, style])).toEqual(expected)
  })

  it.each([
    ['cursor movements', `${esc}[2K${esc}[1Ghey`, 'hey'],
    ['a window title', `${esc}]0;pwned\u0007hey`, 'hey'],
    ['a title that ends with ST', `${esc}]2;pwned${esc}\\hey`, 'hey'],
    ['a link', `${esc}]8;;https://evil.example${esc}\\hey${esc}]8;;${esc}\\`, 'hey'],
    ['a device string', `${esc}P1;2|secret${esc}\\hey`, 'hey'],
    ['bells, backspaces and nulls', 'h\u0000e\u0007y\b', 'hey'],
    ['C1 controls', 'h\u009b31mey', 'h31mey'],
  ])('drops %s', (_, line, expected) => {
    expect(textOf(parseAnsi(line))).toBe(expected)
  })

  it('shows what a progress bar wrote last', () => {
    expect(textOf(parseAnsi('10 %\r20 %\r100 %\r'))).toBe('100 %')
  })

  it('keeps tabs, which lists are made with', () => {
    expect(textOf(parseAnsi('name\tport'))).toBe('name\tport')
  })

  it('gives up on colours in a line that changes them all the time, but not on its text', () => {
    const runs = parseAnsi(`${`${esc}[31ma${esc}[32mb`.repeat(2000)}end`)
    expect(runs.length).toBeLessThan(600)
    expect(textOf(runs)).toBe(`${'ab'.repeat(2000)}end`)
  })

  it('reads as plainText() of the core does, whatever comes', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(`${esc}[`, `${esc}]`, `${esc}P`, '\u0007', `${esc}\\`, '31m', ';', '<b>', '\t', 'text'),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const line = pieces.join('').replaceAll(/[\n\r\u0080-\u009f]/g, '')
        expect(textOf(parseAnsi(line))).toBe(plainText(line))
      }),
      { numRuns: 2000 },
    )
  })

  it('never throws and never makes a class name that is not ours', () => {
    const ours =
      /^(?:(?:a-(?:bold|dim|italic|underline|inverse|strike)|f-hi|[fg]-(?:black|red|green|yellow|blue|magenta|cyan|white))(?: |$))*$/
    const numbers = fc.array(fc.oneof(fc.integer({ min: -5, max: 300 }), fc.constantFrom(38, 48, 2, 5)), {
      maxLength: 8,
    })
    const sequences = fc.array(
      numbers.map((codes) => `${esc}[${codes.join(';')}m<i>"x'`),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(sequences, (pieces) => {
        for (const { style } of parseAnsi(pieces.join(''))) expect(style).toMatch(ours)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('colours of terminals', () => {
  it.each([
    [0, 'black'],
    [7, 'white'],
    [9, 'red-hi'],
    [21, 'blue'],
    [46, 'green'],
    [51, 'cyan'],
    [208, 'yellow'],
    [232, 'black'],
    [255, 'white'],
    [256, ''],
    [-1, ''],
    [Number.NaN, ''],
  ])('index %d is %s', (index, name) => {
    expect(hueOfIndex(index)).toBe(name)
  })

  it('takes near-greys for black or white, not for a hue', () => {
    expect(hueOf(120, 125, 118)).toBe('black')
    expect(hueOf(240, 238, 235)).toBe('white')
  })

  it('bears numbers that are no colours', () => {
    expect(hueOf(Number.NaN, 999, -4)).toBe('green')
  })
})
