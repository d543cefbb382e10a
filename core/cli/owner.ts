// `stellar owner create`: the owner's account from the command line, for machines without a browser at hand.
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { isatty } from 'node:tty'
import { parseArgs } from 'node:util'
import { InvalidInput, messageOf, PublicError } from '#core/base/errors.ts'
import { openDatabase } from '#core/db/open.ts'
import { createOwner, ownerInput } from '#core/panel/setup/create-owner.ts'
import { prepareDataFolder } from './data-folder.ts'
import { readSettings, say } from './settings.ts'

/** A password on standard input is one line of at most this many characters. */
const longestPassword = 1024

export async function owner([verb, ...args]: readonly string[]): Promise<number> {
  if (verb !== 'create')
    throw new PublicError('usage', `\`stellar owner\` needs a verb: create${verb ? `; it got “${verb}”` : ''}.`)
  const { email, name } = readArguments(args)
  if (!email)
    throw new PublicError('usage', 'The owner needs an e-mail address.', { hint: 'Add --email you@example.org.' })
  const { environment, log } = readSettings()
  const input = ownerInput.safeParse({ email, name: name ?? email.split('@')[0], password: await password() })
  if (!input.success)
    throw refused(
      new InvalidInput(Object.fromEntries(input.error.issues.map((issue) => [issue.path.join('.'), issue.message]))),
    )
  if (environment.databaseUrl === undefined) prepareDataFolder(environment.dataDirectory)
  await using database = await openDatabase({
    url: environment.databaseUrl,
    dataDirectory: environment.dataDirectory,
    log: log.with({ command: 'owner' }),
    purpose: 'command',
  })
  await createOwner(database, input.data, { via: 'command-line', address: undefined, requestId: undefined })
  say(`${input.data.email} is the owner now. The set-up pages are closed.`)
  return 0
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { email: { type: 'string' }, name: { type: 'string' } } }).values
  } catch (error) {
    throw new PublicError('usage', `${messageOf(error)}.`, { hint: 'See `stellar help`.', cause: error })
  }
}

/** Typed without an echo on a terminal, else the first line of standard input: never an argument, which others can see. */
async function password(): Promise<string> {
  const terminal = isatty(0)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: terminal ? silent : undefined, terminal })
  try {
    if (!terminal) {
      for await (const line of lines) return line.slice(0, longestPassword)
      throw new PublicError('usage', 'No password came on standard input.')
    }
    process.stdout.write('Password (it is not shown): ')
    const typed = await lines.question('')
    process.stdout.write('\n')
    return typed
  } finally {
    lines.close()
  }
}

/** One line for the terminal instead of a form. */
function refused({ fields }: InvalidInput): PublicError {
  return new PublicError(
    'invalid-input',
    Object.entries(fields)
      .map(([field, sentence]) => `${field}: ${sentence}`)
      .join(' '),
  )
}
