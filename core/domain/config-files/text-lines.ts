// A text as its lines, each with its own ending, so that what is not touched comes back byte for byte.

export interface Line {
  readonly text: string
  readonly ending: string
}

export function splitLines(text: string): Line[] {
  return [...text.matchAll(/([^\r\n]*)(\r\n|\n|\r|$)/g)]
    .map((match) => ({ text: match[1] ?? '', ending: match[2] ?? '' }))
    .filter((line) => line.text !== '' || line.ending !== '')
}

export function joinLines(lines: readonly Line[]): string {
  return lines.map((line) => line.text + line.ending).join('')
}

/** Appends, with the file's own kind of line ending. */
export function append(lines: readonly Line[], texts: readonly string[]): Line[] {
  return insert(lines, lines.length, texts)
}

/** Inserts before the line at `index`. */
export function insert(lines: readonly Line[], index: number, texts: readonly string[]): Line[] {
  if (texts.length === 0) return [...lines]
  const ending = lines.find((line) => line.ending !== '')?.ending ?? '\n'
  const before = lines.slice(0, index).map((line) => (line.ending === '' ? { ...line, ending } : line))
  return [...before, ...texts.map((text) => ({ text, ending })), ...lines.slice(index)]
}
