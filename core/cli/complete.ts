// What may come next on the command line, a line each: the word, a tab, and what it means. A line `:files` hands over to
// the shell. Reads the same table as the parser, and asks the panel for names.
import type { Command, Commands } from './command.ts'
import { say } from './output.ts'
import { findCommand, visible } from './parse.ts'

interface Candidate {
  readonly word: string
  readonly words?: string
}

const files = ':files'

/** `typed`: the words after `stellar`; the last one is under the cursor and may be empty. */
export async function complete(commands: Commands, typed: readonly string[]): Promise<number> {
  const before = typed.slice(0, -1)
  const current = typed.at(-1) ?? ''
  for (const { word, words = '' } of await candidates(commands, before, current)) {
    if (word === files || word.toLowerCase().startsWith(current.toLowerCase()))
      say(words === '' ? word : `${word}\t${words}`)
  }
  return 0
}

async function candidates(
  commands: Commands,
  before: readonly string[],
  current: string,
): Promise<readonly Candidate[]> {
  const found = findCommand(commands, before)
  if (!found) return nextWords(commands, before)
  const { command, rest } = found
  const option = optionBefore(command, rest.at(-1))
  if (option !== undefined) return await ofPlaceholder(option, before)
  if (current.startsWith('-')) return optionsOf(command)
  const position = positionals(command, rest)
  const names = command.args ?? []
  const placeholder = names[position] ?? (names.at(-1)?.includes('...') ? names.at(-1) : undefined)
  const verbs = rest.length === 0 ? nextWords(commands, before) : []
  return [...verbs, ...(placeholder === undefined ? [] : await ofPlaceholder(placeholder, before))]
}

/** `server` before its verbs are typed, then the verbs. */
function nextWords(commands: Commands, before: readonly string[]): Candidate[] {
  const next = new Map<string, string>()
  for (const name of visible(commands)) {
    const parts = name.split(' ')
    const word = parts[before.length]
    if (word === undefined || before.some((typed, index) => typed !== parts[index])) continue
    const whole = parts.length === before.length + 1
    if (whole || !next.has(word)) next.set(word, whole ? (commands[name]?.words ?? '') : '')
  }
  return [...next].map(([word, words]) => ({ word, words }))
}

function optionsOf({ options = {} }: Command): Candidate[] {
  const shown = Object.entries(options).filter(([, { hidden }]) => !hidden)
  return [
    ...shown.map(([name, { words }]) => ({ word: `--${name}`, words })),
    { word: '--help', words: 'what it takes' },
  ]
}

/** The placeholder of the option whose value comes next. */
function optionBefore({ options = {} }: Command, last: string | undefined): string | undefined {
  if (last === undefined || !last.startsWith('-')) return undefined
  const found = Object.entries(options).find(([name, { short }]) => last === `--${name}` || last === `-${short}`)
  return found?.[1].type === 'string' ? (found[1].value ?? '') : undefined
}

/** How many arguments are typed already, values of options apart. */
function positionals(command: Command, rest: readonly string[]): number {
  return rest.filter((word, index) => !word.startsWith('-') && optionBefore(command, rest[index - 1]) === undefined)
    .length
}

async function ofPlaceholder(placeholder: string, before: readonly string[]): Promise<readonly Candidate[]> {
  const kind = placeholder.replace(/[[\].]/g, '')
  switch (kind) {
    case 'SERVER':
    case 'NODE':
    case 'BLUEPRINT':
    case 'PANEL':
      return await (await import('./client/names.ts')).namesOf(kind, before)
    case 'SHELL':
      return ['bash', 'zsh', 'fish'].map((word) => ({ word }))
    case 'STATE':
      return [
        'running',
        'stopped',
        'crashed',
        'starting',
        'stopping',
        'installing',
        'install-failed',
        'suspended',
        'unreachable',
      ].map((word) => ({ word }))
    case 'FILE':
    case 'FOLDER':
    case 'PLUGIN-FILE':
      return [{ word: files }]
    default:
      return []
  }
}
