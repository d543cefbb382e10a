import { expect, test } from 'vitest'
import { storable } from './storable.ts'

test('text that a database refuses is replaced, wherever it stands, and everything else stays', () => {
  const fact = { lines: ['a\0b', 'half \ud83d', 'whole 😀'], 'k\0': { at: 1, none: null, yes: true, gone: undefined } }
  expect(storable(fact)).toEqual({
    lines: ['a\ufffdb', 'half \ufffd', 'whole 😀'],
    'k\ufffd': { at: 1, none: null, yes: true, gone: undefined },
  })
})
