// A command of a person to a game: permitted, given to the node, and recorded under their name. Its echo
// comes back through the console, so nothing is drawn here.
import { renewed } from '#core/auth/rights.ts'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { serverNotFound } from '#core/panel/servers/change.ts'
import { readCommandTarget } from '#core/panel/servers/write-store.ts'
import { demand, isForServer } from '#core/permissions/can.ts'

const longestCommand = 1000
/** The sender's name in the console. */
const longestName = 100

export interface CommandInput {
  readonly serverId: string
  readonly command: string
  /** For a socket, which may have been open for hours: what its person may now counts. */
  readonly rightsAnew?: boolean
}

export async function sendCommand(context: PanelContext, actor: Actor, input: CommandInput): Promise<void> {
  const { database, hub, log } = context
  const line = checkCommand(input.command)
  const [sender, server] = await Promise.all([
    input.rightsAnew ? renewed(database, actor) : actor,
    database.withTenant(actor.userId, (tx) => readCommandTarget(tx, input.serverId)),
  ])
  if (!sender) throw signedOut()
  if (!server || !isForServer(sender, server.id)) throw serverNotFound()
  demand(sender, 'server.console.send', server)
  if (server.input === 'none') {
    throw new PublicError('no-console-input', `${server.game} reads no commands.`, { status: 409 })
  }
  const write = (outcome: 'done' | 'failed') =>
    database.withTenant(sender.userId, (tx) =>
      record(tx, sender, { action: 'console.command', server, outcome, meta: { command: line } }),
    )
  // Side by side: whoever types waits for the game, and not for the disk of the database as well. The node writes the
  // command and its sender into the console's history too, so one that the database lost is still known.
  const by = sender.name.slice(0, longestName)
  const [taken, recorded] = await Promise.allSettled([
    hub.request(server.nodeId, 'console.write', { serverId: server.id, line, by }),
    write('done'),
  ])
  if (taken.status === 'rejected') {
    await write('failed')
    throw taken.reason
  }
  if (recorded.status === 'rejected') {
    log.error('a command was sent and is not in the activity log', {
      serverId: server.id,
      userId: sender.userId,
      error: recorded.reason,
    })
    throw new PublicError('command-not-recorded', 'The command was sent, but could not be recorded.', {
      status: 503,
      hint: 'The database does not answer right now. Do not send it again before you have seen whether it ran.',
      cause: recorded.reason,
    })
  }
}

function signedOut(): PublicError {
  return new PublicError('signed-out', 'Your account is no longer here.', { status: 401 })
}

function checkCommand(command: string): string {
  // Half a pair of surrogates, which JSON can carry, is no text.
  const line = command.trim().toWellFormed()
  if (line === '') throw new InvalidInput({ command: 'Type a command.' })
  if (line.length > longestCommand) {
    throw new InvalidInput({
      command: `A command has at most ${longestCommand} characters; this one has ${line.length}.`,
    })
  }
  // A line break would be a second command that nobody saw.
  if (/[\u0000-\u001f\u007f]/.test(line)) throw new InvalidInput({ command: 'A command is one line of text.' })
  return line
}
