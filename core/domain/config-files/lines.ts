// Format `lines`: a line that starts with the key is replaced whole by the value; a key that matches no line is
// appended. Where two keys fit, the longer one wins. A replaced line that would no longer start with its key is the
// blueprint's mistake: it would be appended again at each start, so it is refused.
import { PublicError } from '#core/base/errors.ts'
import { append, joinLines, splitLines } from './text-lines.ts'

export function rewriteLines(text: string, set: ReadonlyMap<string, string>): string {
  const keys = [...set.keys()].sort((a, b) => b.length - a.length)
  for (const [key, value] of set) {
    if (!value.startsWith(key)) {
      throw new PublicError('config-file', `The line for “${key}” must begin with it; it is “${value.slice(0, 60)}”.`)
    }
  }
  const seen = new Set<string>()
  const lines = splitLines(text).map((line) => {
    const key = keys.find((candidate) => line.text.startsWith(candidate))
    const value = key === undefined ? undefined : set.get(key)
    if (key === undefined || value === undefined) return line
    seen.add(key)
    return { ...line, text: oneLine(value) }
  })
  const missing = [...set].filter(([key]) => !seen.has(key)).map(([, value]) => oneLine(value))
  return joinLines(append(lines, missing))
}

function oneLine(value: string): string {
  return value.replace(/[\r\n]+/g, ' ')
}
