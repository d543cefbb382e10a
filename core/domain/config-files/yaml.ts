// Format `yaml`: dotted paths. Comments and order stay, which is what the yaml package is for; the type that is there
// wins.
import { isMap, isScalar, isSeq, parseDocument } from 'yaml'
import { PublicError } from '#core/base/errors.ts'
import { deepest, steps, typedValue } from './typed.ts'

export function rewriteYaml(text: string, set: ReadonlyMap<string, string>): string {
  if (nesting(text) > deepest) throw new PublicError('config-file', `It is nested deeper than ${deepest} levels.`)
  // No merge keys, no anchors counted twice: aliases are kept as they are and never expanded here.
  const document = parseDocument(text, { version: '1.2', uniqueKeys: false })
  const [fault] = document.errors
  if (fault)
    throw new PublicError('config-file', `It is not valid YAML: ${fault.message.split('\n', 1)[0] ?? ''}`, {
      cause: fault,
    })
  if (document.contents === null || isScalar(document.contents)) document.setIn([], document.createNode({}))
  for (const [path, value] of set) {
    const way = steps(path)
    const existing = document.hasIn(way) ? document.getIn(way, true) : undefined
    if (isScalar(existing)) {
      const next = typedValue(value, existing.value)
      // The same value keeps the way it is written: quotes, 0x10, 1_000.
      if (next !== existing.value) existing.value = next
      continue
    }
    makeWay(document, way)
    document.setIn(way, typedValue(value, undefined))
  }
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const written = document.toString({ lineWidth: 0, flowCollectionPadding: false })
  return eol === '\n' ? written : written.replaceAll(/\r?\n/g, eol)
}

/** A scalar or null in the middle of the path gives way to a map. */
function makeWay(document: ReturnType<typeof parseDocument>, way: readonly (string | number)[]): void {
  for (let length = 1; length < way.length; length++) {
    const part = way.slice(0, length)
    const node: unknown = document.getIn(part, true)
    if (node !== undefined && !isMap(node) && !isSeq(node)) document.setIn(part, document.createNode({}))
  }
}

/** By indentation or by brackets, whichever is deeper; more than enough, and cheap. */
function nesting(text: string): number {
  let depth = 0
  let most = 0
  for (const [token] of text.matchAll(/[[\]{}]|^ *(?:- *)*/gm)) {
    if (token === '[' || token === '{') most = Math.max(most, ++depth)
    else if (token === ']' || token === '}') depth = Math.max(0, depth - 1)
    else most = Math.max(most, token.length / 2)
  }
  return most
}
