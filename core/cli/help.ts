// What the program says about itself, from the table of commands.
import { version as number } from '#core/base/version.ts'
import { allOf, type Command, type Commands, type Section } from './command.ts'
import { findCommand, groupOf, unknownCommand } from './parse.ts'

const settings = `Settings come from the environment, or from stellar.config.ts in the data folder or beside the program:
  STELLAR_DATA         where everything is kept (./data)
  STELLAR_HOST         address the panel listens on (127.0.0.1)
  STELLAR_PORT         its port (3000)
  STELLAR_LINK_PORT    port that nodes dial (8443)
  STELLAR_URL          public address of the panel, e.g. https://panel.example
  DATABASE_URL         a PostgreSQL 15 or newer of your own instead of the embedded one
  STELLAR_OWNER_EMAIL, STELLAR_OWNER_PASSWORD   make the owner at the first start
  STELLAR_OWNER_API_KEY_FILE                    the first start writes an API key of the owner there
  STELLAR_INSTALL_DOCKER=1                      install Docker without asking (Debian, Ubuntu)
  STELLAR_LOG_LEVEL    error, warn, info, debug (info)
`

const ends = `A command ends with 0 when it is done; else with 1 when it failed, 2 when it was typed wrongly, 3 when you may not,
4 when there is no such thing, 5 when it is not possible now, 6 when panel or node cannot be reached, 7 when it took too long.
`

export async function help(sections: readonly Section[], words: readonly string[]): Promise<number> {
  const [first] = words
  const commands = allOf(sections)
  const found = findCommand(commands, words)
  if (first === undefined) process.stdout.write(overview(sections))
  else if (found) process.stdout.write(ofCommand(commands, found.name))
  else {
    const names = groupOf(commands, first)
    if (names.length === 0) throw unknownCommand(commands, words)
    process.stdout.write(list(pick(commands, names)))
  }
  return 0
}

export async function version(): Promise<number> {
  process.stdout.write(`${number}\n`)
  return 0
}

function overview(sections: readonly Section[]): string {
  const parts = sections.map((section) => `${section.title}:\n${list(section.commands)}`)
  const more = 'What a command takes: `stellar help COMMAND`, or `stellar COMMAND --help`.\n'
  return [`Stellar ${number}, a game-server control panel.\n`, ...parts, more, ends, settings].join('\n')
}

function list(shown: Commands): string {
  const rows = Object.entries(shown)
    .filter(([, { hidden }]) => !hidden)
    .map(([name, command]) => [`  ${typed(name, command)}`, command.words] as const)
  return columns(rows)
}

function ofCommand(commands: Commands, name: string): string {
  const command = commands[name]
  if (!command) throw new Error(`there is no command ${name}`)
  const options = Object.entries(command.options ?? {}).filter(([, { hidden }]) => !hidden)
  const rows = options.map(([option, { short, value, words, multiple }]) => {
    const form = `${short === undefined ? '    ' : `-${short}, `}--${option}${value === undefined ? '' : ` ${value}`}`
    return [`  ${form}`, multiple ? `${words} (more than once)` : words] as const
  })
  // `node` is a command and a group.
  const group = groupOf(commands, name)
  return [
    `${typed(name, command)}${options.length > 0 ? ' [OPTIONS]' : ''}\n\n${capital(command.words)}.\n`,
    ...(rows.length > 0 ? [columns(rows)] : []),
    ...(command.notes === undefined ? [] : [`${command.notes}\n`]),
    ...(group.length > 0 ? [`See also:\n${list(pick(commands, group))}`] : []),
  ].join('\n')
}

const typed = (name: string, { args = [] }: Command): string => ['stellar', name, ...args].join(' ')
const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

const pick = (commands: Commands, names: readonly string[]): Commands =>
  Object.fromEntries(Object.entries(commands).filter(([name]) => names.includes(name)))

/** A left side that is too wide has its words on a line of their own. */
function columns(rows: readonly (readonly [left: string, right: string])[]): string {
  const width = Math.min(38, Math.max(...rows.map(([left]) => left.length)) + 2)
  const line = ([left, right]: readonly [string, string]) =>
    left.length + 2 > width ? `${left}\n${' '.repeat(width)}${right}\n` : `${left.padEnd(width)}${right}\n`
  return rows.map(line).join('')
}
