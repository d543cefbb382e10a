// Delete a server: marked here, done by its node, gone from the list when the node says so.
import { InvalidInput } from '#core/base/errors.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { demand } from '#core/permissions/can.ts'
import { serverNotFound, visible } from './change.ts'
import { nodeEnrolled, portsOf } from './claims-store.ts'
import { desiredServer } from './desired.ts'
import { summaryOf } from './summary.ts'
import { dropServer, readServer, reviseServer } from './write-store.ts'

/** `confirmation` is the server's name as a person typed it. Deleting what is being deleted changes nothing. */
export async function remove(
  context: PanelContext,
  actor: Actor,
  input: { readonly serverId: string; readonly confirmation: string },
): Promise<void> {
  const seen = await visible(context, actor, input.serverId)
  demand(actor, 'server.delete', seen)
  await removeServer(context, actor, input.serverId, (name) => {
    if (input.confirmation.trim() !== name.trim()) throw new InvalidInput({ name: `Type “${name}” to delete it.` })
  })
}

/** Whether the actor may is settled: by the above, or because its owner's account goes. `check` throws to keep it. */
export async function removeServer(
  context: PanelContext,
  actor: Actor,
  serverId: string,
  check: (name: string) => void = () => {},
): Promise<void> {
  const { database, hub, live, plugins, secrets } = context
  const done = await database.withSystem(async (tx) => {
    const row = await readServer(tx, serverId, true)
    if (!row) throw serverNotFound()
    if (row.deletedAt !== null) return undefined
    check(row.name)
    await record(tx, actor, { action: 'server.delete', server: row })
    if (!(await nodeEnrolled(tx, row.nodeId))) {
      // No machine has ever answered for this node: nothing of the server exists anywhere else.
      await dropServer(tx, row.id)
      return { row, ports: undefined }
    }
    const marked = await reviseServer(tx, row.id, {
      deletedAt: new Date(context.now()).toISOString(),
      powerWant: 'stopped',
      powerHow: 'kill',
    })
    return { row: marked, ports: await portsOf(tx, row.id) }
  })
  if (!done) return
  if (done.ports) hub.apply(done.row.nodeId, desiredServer(done.row, done.ports, secrets))
  else plugins.emit('server.deleted', summaryOf(done.row))
  live.serverChanged(done.row.id)
}
