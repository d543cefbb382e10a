#!/usr/bin/env node
// The only entry. A mode is imported when it is asked for, so that `version` and `node` never evaluate the panel.
import { messageOf, PublicError } from '#core/base/errors.ts'
import type { Outcome } from './cli/command.ts'
import { commands, sections } from './cli/commands.ts'
import { exitOf, exits } from './cli/exit.ts'
import { findCommand, groupOf, parseCall, unknownCommand } from './cli/parse.ts'

const aliases: Readonly<Record<string, string>> = {
  '--version': 'version',
  '-v': 'version',
  '--help': 'help',
  '-h': 'help',
}

async function main([first = 'help', ...others]: readonly string[]): Promise<Outcome> {
  const words = [aliases[first] ?? first, ...others]
  const asJson = words.includes('--json')
  try {
    const found = findCommand(commands, words)
    const end = words.indexOf('--')
    const asksForHelp = words.slice(0, end === -1 ? undefined : end).some((word) => word === '--help' || word === '-h')
    if (asksForHelp && (found || groupOf(commands, first).length > 0)) {
      return await (await import('./cli/help.ts')).help(sections, found ? found.name.split(' ') : [first])
    }
    if (!found) throw unknownCommand(commands, words)
    return await found.command.run(parseCall(commands, found))
  } catch (error) {
    if (error instanceof PublicError) {
      console.error(asJson ? problem(error) : `stellar: ${error.message}${error.hint ? ` ${error.hint}` : ''}`)
      return exitOf(error)
    }
    console.error(`stellar: this is a bug in Stellar, not your mistake: ${messageOf(error)}`)
    console.error(error)
    return exits.bug
  }
}

/** As the API says it: problem details of RFC 9457. */
function problem({ code, message, hint, details }: PublicError): string {
  const detail = hint === undefined ? {} : { detail: hint }
  return JSON.stringify({ type: `urn:stellar:problem:${code}`, title: message, code, ...detail, ...details })
}

// Whoever reads may have seen enough: `stellar server list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : exits.failed))

// A promise that nothing settles any more would end the program as if all were well.
let isDone = false
process.once('beforeExit', () => {
  if (isDone) return
  console.error('stellar: this is a bug in Stellar, not your mistake: the command stopped before its end.')
  process.exitCode = exits.bug
})

// No await out here: the single executable's entry is a script, not a module.
void main(process.argv.slice(2)).then((code) => {
  isDone = true
  if (code === undefined) return
  process.exitCode = code
  // Everything that was opened is closed. What may linger are sockets that wait for the other side's farewell, for up to
  // five seconds; unreferenced, this timer keeps nobody who is done.
  setTimeout(() => process.exit(), 250).unref()
})
