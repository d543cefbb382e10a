// Text into the values of typed formats: the type that is there wins, else what the text looks like.

export type Scalar = string | number | boolean | null

export function typedValue(text: string, existing: unknown): Scalar {
  if (typeof existing === 'string') return text
  if (typeof existing === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  const looksLikeNumber = /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/.test(text)
  if (looksLikeNumber) return Number(text)
  if (text === 'true' || text === 'false') return text === 'true'
  return text
}

/** `a.b[0].c` as its steps. A backslash keeps a dot: `a\.b` is one step. */
export function steps(path: string): (string | number)[] {
  return [...path.matchAll(/((?:\\.|[^.[\]\\])+)|\[(\d{1,4})\]/gs)].map((match) =>
    match[2] === undefined ? (match[1] ?? '').replace(/\\(.)/gs, '$1') : Number(match[2]),
  )
}

/** Deeper than any game's file; a bound for what recurses over it. */
export const deepest = 100
