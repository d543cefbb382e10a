// Format `properties`: Java's key=value files. Keys and values are escaped as java.util.Properties reads them; comments,
// order and separators stay.
import { append, joinLines, splitLines } from './text-lines.ts'

const pair = /^([ \t\f]*)((?:\\.|[^\\ \t\f=:])+)([ \t\f]*[=:]?[ \t\f]*)(.*)$/su

export function rewriteProperties(text: string, set: ReadonlyMap<string, string>): string {
  const seen = new Set<string>()
  let continued = false
  let swallow = false
  const lines = splitLines(text).flatMap((line) => {
    const isContinuation = continued
    const isComment = !isContinuation && /^[ \t\f]*[#!]/.test(line.text)
    // A comment cannot be continued, whatever it ends with.
    continued = !isComment && /(?:^|[^\\])(?:\\\\)*\\$/.test(line.text)
    // The rest of a value that was replaced goes with it.
    if (isContinuation) return swallow ? [] : [line]
    swallow = false
    const match = isComment ? null : pair.exec(line.text)
    const key = match ? unescape(match[2] ?? '') : undefined
    const value = key === undefined ? undefined : set.get(key)
    if (!match || key === undefined || value === undefined) return [line]
    // Java takes the last of several: all of them are set, so that it does not matter.
    seen.add(key)
    swallow = continued
    return [
      { ...line, text: `${match[1] ?? ''}${match[2] ?? ''}${match[3]?.trim() ? match[3] : '='}${escapeValue(value)}` },
    ]
  })
  const missing = [...set]
    .filter(([key]) => !seen.has(key))
    .map(([key, value]) => `${escapeKey(key)}=${escapeValue(value)}`)
  // A last line that asks for one more gets an empty one, not the first of ours.
  return joinLines(append(lines, continued && missing.length > 0 ? ['', ...missing] : missing))
}

function unescape(key: string): string {
  return key.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code: string | undefined, char: string | undefined) =>
    code === undefined ? (char ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** Beyond ASCII as \uXXXX: readers differ in the encoding they expect, all of them understand this. */
function escapeValue(value: string): string {
  return value
    .replace(/\\/g, '\\\\')
    .replace(/^[ \t]/, (space) => `\\${space}`)
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/[^\u0020-\u007e\t]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function escapeKey(key: string): string {
  return escapeValue(key).replace(/[ =:#!]/g, (char) => `\\${char}`)
}
