#!/usr/bin/env node
// The only entry. A mode is imported when it is asked for, so that `version` and `node` never evaluate the panel.
import { messageOf, PublicError } from '#core/base/errors.ts'

type Command = (args: readonly string[]) => Promise<number>

const commands: Readonly<Record<string, Command>> = {
  up: async (args) => plain(args, (await import('./cli/up.ts')).up),
  panel: async (args) => plain(args, (await import('./cli/panel.ts')).panel),
  node: async (args) => (await import('./cli/node.ts')).node(args),
  owner: async (args) => (await import('./cli/owner.ts')).owner(args),
  migrate: async (args) => plain(args, (await import('./cli/migrate.ts')).migrate),
  version: async () => (await import('./cli/help.ts')).version(),
  help: async () => (await import('./cli/help.ts')).help(),
}

const aliases: Readonly<Record<string, string>> = {
  '--version': 'version',
  '-v': 'version',
  '--help': 'help',
  '-h': 'help',
}

/** A command without arguments: one that is given is a mistake, e.g. a setting that belongs into the environment. */
function plain(args: readonly string[], command: () => Promise<number>): Promise<number> {
  if (args.length === 0) return command()
  throw new PublicError('usage', `This command takes no arguments; it got “${args.join(' ')}”.`, {
    hint: 'Settings come from the environment: see `stellar help`.',
  })
}

async function main([name = 'help', ...args]: readonly string[]): Promise<number> {
  const command = commands[aliases[name] ?? name]
  if (!command) {
    console.error(`stellar: there is no command “${name}”. The commands are: ${Object.keys(commands).join(', ')}.`)
    return 2
  }
  if (args.includes('--help') || args.includes('-h')) return (await import('./cli/help.ts')).help()
  try {
    return await command(args)
  } catch (error) {
    if (error instanceof PublicError) {
      console.error(`stellar: ${error.message}${error.hint ? ` ${error.hint}` : ''}`)
      return error.code === 'usage' ? 2 : 1
    }
    console.error(`stellar: this is a bug in Stellar, not your mistake: ${messageOf(error)}`)
    console.error(error)
    return 70
  }
}

process.exitCode = await main(process.argv.slice(2))
// Everything that was opened is closed. What may linger are sockets that wait for the other side's farewell, for up to
// five seconds; unreferenced, this timer keeps nobody who is done.
setTimeout(() => process.exit(), 250).unref()
