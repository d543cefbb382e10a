// Console records: one numbered line of a server's console, in the same bytes on the node's disk, on the link and in
// the browser's socket, so that nothing between them has to take them apart.
//
//   <number> SP <milliseconds since 1970> SP <kind><text> LF
//
// Numbers grow by one for each line of a server for as long as its history exists, over restarts of game and node.
// A gap record takes the number of the last line it stands for: text is the decimal count of lines that are missing.
// Text never holds LF; it may hold any other byte, escape sequences included, and is shown as text only.

export type RecordKind =
  /** standard output */
  | 'o'
  /** standard error */
  | 'e'
  /** a command that somebody sent: `<who>\t<command>` */
  | 'i'
  /** a sentence of Stellar's own: started, crashed, restored … */
  | 's'
  /** lines that are missing */
  | 'g'

export interface ConsoleRecord {
  readonly number: number
  readonly at: number
  readonly kind: RecordKind
  readonly text: string
}

/** Longest text of one record in bytes; a longer line is cut into several records. */
export const longestRecordText = 8192

export function encodeRecord({ number, at, kind, text }: ConsoleRecord): string {
  return `${number} ${at} ${kind}${text}\n`
}

const form = /^(\d{1,15}) (\d{1,15}) ([oeisg])([^\n]*)$/

/** Undefined for anything that is not a record, e.g. the torn last line of a file. */
export function decodeRecord(line: string): ConsoleRecord | undefined {
  const match = form.exec(line)
  if (!match) return undefined
  return { number: Number(match[1]), at: Number(match[2]), kind: match[3] as RecordKind, text: match[4] ?? '' }
}

export function decodeRecords(text: string): ConsoleRecord[] {
  return text.split('\n').flatMap((line) => decodeRecord(line) ?? [])
}

// Colours, cursor movements, titles (OSC), device strings (DCS and the like), and single control characters.
const controls =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[@-Z\\-_])|[\u0000-\u0008\u000b-\u001f\u007f]/g

/** Without colours, cursor movements, titles and other control sequences: what a person reads. */
export function plainText(text: string): string {
  return text.replace(controls, '')
}
