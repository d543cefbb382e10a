import { expect, test } from 'vitest'
import { outline } from './spark.js'

const ysOf = (path: string) => [...path.matchAll(/L\d+ (\d+)/g)].map(([, y]) => Number(y))

test('the line rises with the readings and stays inside what is shown', () => {
  const { path, width, height } = outline('0az')
  const [low = 0, middle = 0, high = 0] = ysOf(path)
  expect(width).toBe(2)
  expect(low).toBeGreaterThan(middle)
  expect(middle).toBeGreaterThan(high)
  expect(low).toBeLessThan(height)
  expect(high).toBeGreaterThan(0)
})

test.each([
  ['t', ''],
  ['u', 'high'],
  ['z', 'full'],
])('a last reading of %s is %s', (letters, load) => expect(outline(`0${letters}`).load).toBe(load))

test.each(['', '5', '"><', '-'])('nothing is drawn of %j', (letters) => expect(outline(letters).path).toBe(''))
