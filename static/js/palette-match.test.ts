// How the palette finds what was typed.
import { expect, test } from 'vitest'
import { match } from './palette-match.js'

test.each([
  ['Hearthvale SMP', 'he', [[0, 2]]],
  [
    'Hearthvale SMP',
    'smp he',
    [
      [0, 2],
      [11, 14],
    ],
  ],
  ['Iron & Oil', 'oil', [[7, 10]]],
  ['The Compound', 'pound', [[7, 12]]],
  ['Anything', '', []],
  [
    'a+b (c)',
    '+b (',
    [
      [1, 3],
      [4, 5],
    ],
  ],
])('“%s” is found by “%s”', (text, typed, parts) => {
  expect(match(text, typed)?.parts).toEqual(parts)
})

test('every typed word must be there', () => {
  expect(match('Hearthvale SMP', 'hearth proxy')).toBeUndefined()
})

test('beginnings come before middles', () => {
  const score = (text: string) => match(text, 'com')?.score ?? 0
  expect(score('Compound')).toBeGreaterThan(score('The Compound'))
  expect(score('The Compound')).toBeGreaterThan(score('Welcome'))
})

test('a letter that grows when lowered does not shift the marks', () => {
  expect(match('İstanbul', 'stan')).toEqual({ score: 1, parts: [] })
})
