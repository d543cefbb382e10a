import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidInput } from '#core/base/errors.ts'
import { decodeCursor, encodeCursor, pageFrom } from './pages.ts'

describe('pages of a list', () => {
  test('walking the cursors gives every item once, in order, whatever the page size', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        (names, limit) => {
          const sorted = names.toSorted()
          const seen: string[] = []
          let cursor: string | undefined
          for (let guard = 0; guard <= sorted.length; guard++) {
            const after = decodeCursor(cursor)
            const rows = sorted.filter((name) => after === undefined || name > after).slice(0, limit + 1)
            const { data, next } = pageFrom(rows, limit, (name) => name)
            seen.push(...data)
            if (next === null) break
            cursor = next
          }
          expect(seen).toEqual(sorted)
        },
      ),
    )
  })

  test('the last page has no next one', () => {
    expect(pageFrom(['a', 'b'], 2, (x) => x).next).toBeNull()
    expect(pageFrom(['a', 'b', 'c'], 2, (x) => x)).toEqual({ data: ['a', 'b'], next: encodeCursor('b') })
  })

  test.each(['', 'not base64 ü', 'YQ==', '%%%'])('a cursor that we did not make is refused: %j', (cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(InvalidInput)
  })
})
