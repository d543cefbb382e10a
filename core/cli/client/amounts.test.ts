import { expect, test } from 'vitest'
import { cpu, disk, memory, pairs, whole } from './amounts.ts'

test.each([
  [memory('512'), 512],
  [memory('4GiB'), 4096],
  [memory('1.5 g'), 1536],
  [memory('2048mib'), 2048],
  [cpu('1.5'), 150],
  [cpu('150%'), 150],
  [disk('20'), 20],
  [disk('500MB'), 0.5],
  [disk('1TB'), 1000],
  [whole('lines', '7', 10), 7],
])('%d is %d', (read, expected) => {
  expect(read).toBe(expected)
})

test.each([
  () => memory('lots'),
  () => memory('4 parsecs'),
  () => memory('-1'),
  () => cpu('1GiB'),
  () => disk('1GiB'),
  () => whole('lines', '11', 10),
  () => whole('lines', '1e1', 10),
  () => pairs('set', ['NAME']),
  () => pairs('set', ['=x']),
])('%s is refused as typed wrongly', (read) => {
  expect(read).toThrow(expect.objectContaining({ exit: 2 }))
})

test('a value may hold further signs', () => {
  expect(pairs('set', ['MOTD=a=b', 'EMPTY='])).toEqual({ MOTD: 'a=b', EMPTY: '' })
})
