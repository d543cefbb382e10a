// Lists of the API: `?limit&cursor` in, `{ data, next }` out. A cursor is opaque; what it holds is the key of the last
// item, so that a list stays whole while items come and go.
import { z } from 'zod'
import { InvalidInput } from '#core/base/errors.ts'

const mostPerPage = 200

/** Spread into a route's query: `z.object({ ...pageQuery, state: … })`. */
export const pageQuery = {
  limit: z.coerce
    .number()
    .pipe(z.int().min(1).max(mostPerPage))
    .default(100)
    .meta({ description: `How many items at most, 1 to ${mostPerPage}.` }),
  cursor: z.string().max(200).optional().meta({ description: '`next` of the page before.' }),
}

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    data: z.array(item),
    next: z.string().nullable().meta({ description: 'Give it as `cursor` for the next page; null on the last one.' }),
  })

/** `rows` holds one more than `limit` when there is a next page. */
export function pageFrom<T>(rows: readonly T[], limit: number, keyOf: (row: T) => string) {
  const data = rows.slice(0, limit)
  const last = data.at(-1)
  return { data, next: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null }
}

/** Of a list that is short enough for one page: all of it, and nothing after it. */
export function onePage<T>(all: readonly T[], cursor: string | undefined) {
  return pageFrom(cursor === undefined ? all : [], Math.max(1, all.length), () => '')
}

export function encodeCursor(key: string): string {
  return Buffer.from(key).toString('base64url')
}

export function decodeCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined
  const key = Buffer.from(cursor, 'base64url').toString()
  if (key === '' || encodeCursor(key) !== cursor)
    throw new InvalidInput({ cursor: 'Give the value of “next” from the page before.' })
  return key
}
