import { expect, test } from 'vitest'
import { nearest } from './nearest.ts'

test.each([
  ['pannel', ['panel', 'node', 'up'], 'panel'],
  ['sevrer list', ['server list', 'server show', 'node list'], 'server list'],
  ['STELLAR_HSOT', ['STELLAR_HOST', 'STELLAR_PORT'], 'STELLAR_HOST'],
  ['NOED', ['node', 'up'], 'node'],
  ['', ['up'], undefined],
  ['quit', ['up', 'panel', 'server'], undefined],
  ['x', [], undefined],
])('of “%s” among %j is %j', (word, known, expected) => {
  expect(nearest(word, known)).toBe(expected)
})
