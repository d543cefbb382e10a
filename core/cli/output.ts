// What people and programs read on standard output.
import { styleText } from 'node:util'
import { plainText } from '#core/domain/console.ts'

type Style = Parameters<typeof styleText>[0]

export interface Cell {
  readonly text: string
  readonly style?: Style
}
export type Row = readonly (string | Cell)[]

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** For the person, where standard output belongs to a program. */
export function remark(line: string): void {
  process.stderr.write(`${line}\n`)
}

export function sayJson(value: unknown): void {
  say(JSON.stringify(value, undefined, 2))
}

/** Colours where there is a terminal that wants them; none in pipes. */
export function styled(text: string, style: Style): string {
  return styleText(style, text, { stream: process.stdout })
}

export function sayTable(head: readonly string[], rows: readonly Row[]): void {
  const cells = rows.map((row) => row.map(cellOf))
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => width(row[column]?.text ?? ''))),
  )
  say(
    line(
      head.map((text) => ({ text, style: 'dim' })),
      widths,
    ),
  )
  for (const row of cells) say(line(row, widths))
}

/** Names and what belongs to them, one a line. */
export function sayFacts(facts: readonly (readonly [name: string, value: string | Cell | undefined])[]): void {
  const known = facts.filter(([, value]) => value !== undefined && value !== '')
  const widest = Math.max(...known.map(([name]) => name.length))
  for (const [name, value = ''] of known) {
    const { text, style } = cellOf(value)
    say(`${styled(name.padEnd(widest), 'dim')}  ${style ? styled(text, style) : text}`)
  }
}

/** Others chose these texts: none of them may steer the terminal. */
export function clean(text: string): string {
  return plainText(text).replace(/[\u0080-\u009f\n\t]/g, ' ')
}

function cellOf(cell: string | Cell): Cell {
  return typeof cell === 'string' ? { text: clean(cell) } : { ...cell, text: clean(cell.text) }
}

function line(cells: readonly Cell[], widths: readonly number[]): string {
  const last = cells.length - 1
  return cells
    .map(({ text, style }, column) => {
      const padding = column === last ? '' : ' '.repeat((widths[column] ?? 0) - width(text) + 2)
      return (style ? styled(text, style) : text) + padding
    })
    .join('')
}

/** Columns of a terminal, near enough: code points; wide ones count as two. */
function width(text: string): number {
  let columns = 0
  for (const point of text)
    columns +=
      /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/u.test(
        point,
      )
        ? 2
        : 1
  return columns
}
