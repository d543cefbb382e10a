// Format `json`: dotted paths. The type that is there wins; indentation and the line break at the end stay.
import { messageOf, PublicError } from '#core/base/errors.ts'
import { deepest, steps, typedValue } from './typed.ts'

export function rewriteJson(text: string, set: ReadonlyMap<string, string>): string {
  if (nesting(text) > deepest) throw new PublicError('config-file', `It is nested deeper than ${deepest} levels.`)
  const document = parse(text.trim() === '' ? '{}' : text)
  let root = document
  for (const [path, value] of set) root = put(root, steps(path), value)
  const indent = /^[{[]\r?\n([ \t]+)/.exec(text.trimStart())?.[1] ?? 2
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const written = JSON.stringify(root, null, text.trim() !== '' && !text.trim().includes('\n') ? undefined : indent)
  const end = text === '' ? eol : (/\s*$/.exec(text)?.[0] ?? '')
  return (eol === '\n' ? written : written.replaceAll('\n', eol)) + end
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new PublicError('config-file', `It is not valid JSON: ${messageOf(error)}.`, { cause: error })
  }
}

/** The value with one path set: containers on the way are made where they are missing, or of another kind. */
function put(node: unknown, [step, ...rest]: readonly (string | number)[], value: string): unknown {
  if (step === undefined) return typedValue(value, node)
  if (typeof step === 'number') {
    const list: unknown[] = Array.isArray(node) ? [...(node as unknown[])] : []
    // An element is added only at the end: an index far beyond it would fill the file with nulls.
    if (step > list.length) return list
    list[step] = put(list[step], rest, value)
    return list
  }
  const entries = isObject(node) ? Object.entries(node) : []
  const index = entries.findIndex(([key]) => key === step)
  const next: [string, unknown] = [step, put(entries[index]?.[1], rest, value)]
  // fromEntries defines own properties, so that a key `__proto__` is a key like any other.
  return Object.fromEntries(index === -1 ? [...entries, next] : entries.with(index, next))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Levels of brackets outside strings. */
function nesting(text: string): number {
  let depth = 0
  let most = 0
  for (const [token] of text.matchAll(/"(?:\\.|[^"\\])*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') most = Math.max(most, ++depth)
    else if (token === ']' || token === '}') depth--
  }
  return most
}
