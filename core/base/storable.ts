// Text as PostgreSQL can hold it: without U+0000 and without halves of pairs, which jsonb refuses.

/** For what programs say, where nobody could be asked to correct it: each such character becomes U+FFFD. */
export function storable<T>(value: T): T
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\0', '\ufffd').toWellFormed()
  if (Array.isArray(value)) return value.map((item: unknown) => storable(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [storable(key), storable(item)]),
  )
}
