// A command of a person to a game: permitted, recorded under their name, and then given to the node. Its echo comes
// back through the console, so nothing is drawn here.
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { serverNotFound } from '#core/panel/servers/change.ts'
import { readServer } from '#core/panel/servers/write-store.ts'
import { demand } from '#core/permissions/can.ts'

const longestCommand = 1000
/** The sender's name in the console. */
const longestName = 100

export async function sendCommand(
  context: PanelContext,
  actor: Actor,
  input: { readonly serverId: string; readonly command: string },
): Promise<void> {
  const { database, hub } = context
  const line = checkCommand(input.command)
  const server = await database.withTenant(actor.userId, async (tx) => {
    const row = await readServer(tx, input.serverId)
    if (!row) throw serverNotFound()
    demand(actor, 'server.console.send', row)
    if (row.blueprint.console.input === 'none') {
      throw new PublicError('no-console-input', `${row.blueprint.name} reads no commands.`, { status: 409 })
    }
    // Before it is sent: a command that ran and is in no log would be worse than the reverse.
    await record(tx, actor, { action: 'console.command', server: row, meta: { command: line } })
    return row
  })
  const by = actor.name.slice(0, longestName)
  try {
    await hub.request(server.nodeId, 'console.write', { serverId: server.id, line, by })
  } catch (error) {
    await database.withTenant(actor.userId, (tx) =>
      record(tx, actor, { action: 'console.command', server, outcome: 'failed', meta: { command: line } }),
    )
    throw error
  }
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
