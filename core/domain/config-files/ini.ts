// Format `ini`: `section.key`, or a bare key before the first section. `[/Script/Game.Mode].Max` names a section that
// holds dots. Comments, order, spacing and repeated keys of other names stay.
import { insert, joinLines, type Line, splitLines } from './text-lines.ts'

export function rewriteIni(text: string, set: ReadonlyMap<string, string>): string {
  let lines: Line[] = splitLines(text)
  for (const [path, value] of set) {
    const [section, key] = splitPath(path)
    // Space around a value means nothing, and would be taken for the separator's the next time.
    lines = setOne(lines, section, key, value.replace(/[\r\n]+/g, ' ').trim())
  }
  return joinLines(lines)
}

function splitPath(path: string): [section: string | undefined, key: string] {
  const bracketed = /^\[([^\]]*)\]\.(.+)$/s.exec(path)
  if (bracketed) return [bracketed[1] ?? '', bracketed[2] ?? '']
  const dot = path.indexOf('.')
  return dot === -1 ? [undefined, path] : [path.slice(0, dot), path.slice(dot + 1)]
}

function setOne(lines: readonly Line[], section: string | undefined, key: string, value: string): Line[] {
  let current: string | undefined
  let found = false
  /** Where a new key goes: after the last line with content in its section. */
  let end = section === undefined ? 0 : -1
  const changed = lines.map((line, index) => {
    const header = /^\s*\[([^\]]*)\]/.exec(line.text)
    if (header) current = header[1]
    if (current !== section) return line
    if (header || line.text.trim() !== '') end = index + 1
    const match = /^(\s*)([^=;#[\]\s][^=]*?)(\s*=\s*)(.*)$/.exec(line.text)
    if (header || match?.[2] !== key) return line
    found = true
    return { ...line, text: `${match[1] ?? ''}${key}${match[3] ?? '='}${value}` }
  })
  if (found) return changed
  const spaced = lines.some((line) => /^[^=;#[]+ = /.test(line.text))
  const pair = spaced ? `${key} = ${value}` : `${key}=${value}`
  if (end !== -1) return insert(changed, end, [pair])
  return insert(changed, changed.length, [`[${section ?? ''}]`, pair])
}
