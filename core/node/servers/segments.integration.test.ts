import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeRecords, encodeRecord } from '#core/domain/console.ts'
import type { Block } from './record-blocks.ts'
import { openSegments } from './segments.ts'

const record = (number: number, text = `line ${number}`) => encodeRecord({ number, at: 1000 + number, kind: 'o', text })
function block(first: number, last: number): Block {
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  return { first, last, bytes: Buffer.from(numbers.map((number) => record(number)).join('')) }
}
const numbersOf = (bytes: Uint8Array) => decodeRecords(Buffer.from(bytes).toString()).map(({ number }) => number)

describe('a console on disk', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stellar-segments-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('goes on with its numbers after it was closed', async () => {
    {
      await using segments = await openSegments(directory)
      expect(segments.last).toBe(0)
      await segments.append(block(1, 3))
    }
    await using again = await openSegments(directory)
    expect(again.last).toBe(3)
    await again.append(block(4, 4))
    expect(numbersOf((await again.before(99, 10, 1e6)).bytes)).toEqual([1, 2, 3, 4])
  })

  it('keeps so many segments and removes the oldest', async () => {
    await using segments = await openSegments(directory, { segmentBytes: 200, segments: 3 })
    for (let first = 1; first < 200; first += 5) await segments.append(block(first, first + 4))
    expect((await readdir(directory)).length).toBe(3)
    const { bytes, more } = await segments.before(1e6, 1e6, 1e6)
    expect(more).toBe(false)
    const numbers = numbersOf(bytes)
    expect(numbers.at(-1)).toBe(200)
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index))
  })

  it('gives what is asked for, across segments, bounded in lines and bytes', async () => {
    await using segments = await openSegments(directory, { segmentBytes: 100, segments: 100 })
    for (let number = 1; number <= 50; number += 1) await segments.append(block(number, number))
    const asked = async (before: number, lines: number, bytes = 1e6) => {
      const run = await segments.before(before, lines, bytes)
      return [numbersOf(run.bytes), run.more] as const
    }
    expect(await asked(11, 3)).toEqual([[8, 9, 10], true])
    expect(await asked(4, 100)).toEqual([[1, 2, 3], false])
    expect(await asked(1, 100)).toEqual([[], false])
    expect(await asked(51, 100, record(50).length * 2)).toEqual([[49, 50], true])
  })

  it.each([
    ['a torn last line', (path: string) => appendFile(path, '4 1004 oline fo')],
    ['half a character', (path: string) => appendFile(path, Buffer.from([52, 32, 0xe2, 0x82]))],
    ['garbage lines', (path: string) => appendFile(path, '\0\0\0\0\n\0\0')],
    [
      'a cut in the middle of the last record',
      async (path: string) => {
        await appendFile(path, record(4))
        await truncate(path, (await readFile(path)).length - 3)
      },
    ],
  ])('is mended after %s', async (_what, damage) => {
    {
      await using segments = await openSegments(directory)
      await segments.append(block(1, 3))
    }
    await damage(join(directory, '000000000000001.log'))
    await using again = await openSegments(directory)
    expect(again.last).toBe(3)
    await again.append(block(4, 5))
    expect(numbersOf((await again.before(99, 99, 1e6)).bytes)).toEqual([1, 2, 3, 4, 5])
  })

  it('survives an empty or wholly broken newest segment, and foreign files', async () => {
    {
      await using segments = await openSegments(directory)
      await segments.append(block(1, 3))
    }
    await writeFile(join(directory, '000000000000004.log'), 'nothing that is a record')
    await writeFile(join(directory, 'notes.txt'), 'mine')
    await using again = await openSegments(directory)
    expect(again.last).toBe(3)
    expect(await readdir(directory)).toContain('notes.txt')
  })

  it('finds every record by number, whatever the numbers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 }), async (steps) => {
        const place = await mkdtemp(join(directory, 'case-'))
        await using segments = await openSegments(place, { segmentBytes: 300, segments: 1000 })
        const numbers: number[] = []
        for (const step of steps) {
          const number = (numbers.at(-1) ?? 0) + step
          numbers.push(number)
          await segments.append({ first: number, last: number, bytes: Buffer.from(record(number)) })
        }
        for (const number of numbers) {
          const { bytes } = await segments.before(number, 1000, 1e6)
          expect(numbersOf(bytes)).toEqual(numbers.filter((each) => each < number))
        }
      }),
      { numRuns: 15 },
    )
  })
})
