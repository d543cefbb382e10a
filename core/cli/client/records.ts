// Console records as a terminal shows them, and as a program reads them.

import { styled } from '#core/cli/output.ts'
import type { ConsoleRecord } from '#core/domain/console.ts'

export interface Looks {
  readonly colours: boolean
  readonly times: boolean
}

const kinds = { o: 'output', e: 'error', i: 'command', s: 'notice', g: 'gap' } as const

export function recordText(record: ConsoleRecord, { colours, times }: Looks): string {
  const time = times ? `${new Date(record.at).toISOString()} ` : ''
  return `${colours ? styled(time, 'dim') : time}${words(record, colours)}`
}

function words({ kind, text }: ConsoleRecord, colours: boolean): string {
  const faint = (said: string) => (colours ? styled(said, 'dim') : said)
  switch (kind) {
    case 'o':
    case 'e':
      return shown(text, colours)
    case 'i': {
      const [who = '', ...command] = text.split('\t')
      return faint(`${shown(who, false)} › ${shown(command.join(' '), false)}`)
    }
    case 's':
      return faint(`— ${shown(text, false)} —`)
    case 'g':
      return faint(`— ${text} lines are missing —`)
  }
}

/** One JSON object a line. */
export function recordJson({ number, at, kind, text }: ConsoleRecord): string {
  const base = { number, at: new Date(at).toISOString(), kind: kinds[kind] }
  if (kind === 'g') return JSON.stringify({ ...base, missing: Number(text) })
  if (kind !== 'i') return JSON.stringify({ ...base, text })
  const [by = '', ...command] = text.split('\t')
  return JSON.stringify({ ...base, by, text: command.join('\t') })
}

const colour = /(\u001b\[[0-9;:]*m)/
// Everything else that could steer the terminal: other sequences, titles, single controls of seven and eight bits.
const steering =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[@-Z\\-_])|[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g

/** Colours at most: a game must not set titles, move the cursor or write into the clipboard of whoever looks. */
function shown(text: string, colours: boolean): string {
  const parts = text.split(colour)
  const safe = parts.map((part) => (colour.test(part) ? (colours ? part : '') : part.replace(steering, ''))).join('')
  return parts.length > 1 && colours ? `${safe}\u001b[0m` : safe
}
