// What was typed → a command with its arguments and options, or one sentence that says what is wrong with it.
import { parseArgs } from 'node:util'
import { messageOf } from '#core/base/errors.ts'
import { nearest } from '#core/base/nearest.ts'
import type { Call, Command, Commands, Options } from './command.ts'
import { usage } from './exit.ts'

export interface Found {
  readonly name: string
  readonly command: Command
  readonly rest: readonly string[]
}

/** The command with the longest name that the words begin with: `node list` before `node`. */
export function findCommand(commands: Commands, words: readonly string[]): Found | undefined {
  const firstOption = words.findIndex((word) => word.startsWith('-'))
  const leading = firstOption === -1 ? words : words.slice(0, firstOption)
  for (let length = Math.min(leading.length, longestName(commands)); length > 0; length--) {
    const name = leading.slice(0, length).join(' ')
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (command) return { name, command, rest: words.slice(length) }
  }
  return undefined
}

const longestName = (commands: Commands): number =>
  Math.max(...Object.keys(commands).map((name) => name.split(' ').length))

/** Names of the commands that begin with this word, e.g. those of `server`. */
export function groupOf(commands: Commands, word: string): string[] {
  return visible(commands).filter((name) => name.startsWith(`${word} `))
}

export function visible(commands: Commands): string[] {
  return Object.entries(commands).flatMap(([name, { hidden }]) => (hidden ? [] : [name]))
}

export function unknownCommand(commands: Commands, words: readonly string[]): Error {
  const [first = '', second] = words.filter((word) => !word.startsWith('-'))
  const group = groupOf(commands, first)
  if (group.length > 0) {
    const verbs = group.map((name) => name.slice(first.length + 1)).join(', ')
    const meant = second === undefined ? undefined : nearest(`${first} ${second}`, group)
    return usage(
      `\`stellar ${first}\` needs a verb${second === undefined ? '' : `; “${second}” is none`}.`,
      meant ? `Did you mean \`stellar ${meant}\`?` : `There are: ${verbs}.`,
    )
  }
  const known = visible(commands)
  const meant =
    nearest([first, second].filter(Boolean).join(' '), known) ??
    nearest(first, new Set(known.map((name) => name.split(' ')[0] ?? '')))
  return usage(
    `there is no command “${first}”.`,
    meant ? `Did you mean \`stellar ${meant}\`?` : 'See `stellar help` for those that there are.',
  )
}

/** Throws `usage`. */
export function parseCall(commands: Commands, { name, command, rest }: Found): Call<Options> {
  const { options = {}, args: wanted = [] } = command
  if (wanted.length === 0 && Object.keys(options).length === 0 && rest.length > 0) {
    throw usage(
      `This command takes no arguments; it got “${rest.join(' ')}”.`,
      'Settings come from the environment: see `stellar help`.',
    )
  }
  const { values, positionals } = parsed(name, options, rest)
  const required = wanted.filter((placeholder) => !placeholder.startsWith('['))
  if (positionals.length < required.length) {
    throw usage(
      `\`stellar ${name}\` needs ${required.slice(positionals.length).join(' and ').replaceAll('...', '')}.`,
      helpOf(name),
    )
  }
  const many = wanted.at(-1)?.includes('...') ?? false
  if (!many && positionals.length > wanted.length) {
    const extra = positionals[wanted.length] ?? ''
    // `node` runs one, `node list` lists them: a verb with a slip would be taken for an argument.
    const meant = nearest(`${name} ${extra}`, groupOf(commands, name))
    throw usage(
      `\`stellar ${name}\` does not know what to do with “${extra}”.`,
      meant ? `Did you mean \`stellar ${meant}\`?` : helpOf(name),
    )
  }
  return { args: positionals, values }
}

function parsed(name: string, options: Options, rest: readonly string[]) {
  try {
    return parseArgs({
      args: [...rest],
      options: Object.fromEntries(
        Object.entries(options).map(([option, { type, short, multiple = false }]) => [
          option,
          { type, multiple, ...(short === undefined ? {} : { short }) },
        ]),
      ),
      allowPositionals: true,
    }) as { values: Call<Options>['values']; positionals: string[] }
  } catch (error) {
    const [, unknown] = /^Unknown option '(--?[^']+)'/.exec(messageOf(error)) ?? []
    if (unknown === undefined) throw usage(`${messageOf(error).split('\n')[0]}`, helpOf(name), error)
    const meant = nearest(
      unknown,
      Object.keys(options).map((option) => `--${option}`),
    )
    throw usage(
      `Unknown option ${unknown} of \`stellar ${name}\`.`,
      meant ? `Did you mean ${meant}?` : helpOf(name),
      error,
    )
  }
}

const helpOf = (name: string): string => `See \`stellar help ${name}\`.`
