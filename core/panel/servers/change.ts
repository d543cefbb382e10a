// The one way in which a person changes a server: seen as that person, permitted, locked, recorded, told to the node.
import { PublicError } from '#core/base/errors.ts'
import type { Transaction } from '#core/db/database.ts'
import { type ActivityEntry, record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { type Asked, can, demand, isForServer } from '#core/permissions/can.ts'
import { portsOf } from './claims-store.ts'
import { desiredServer } from './desired.ts'
import { readServer, reviseServer, type ServerPatch, type ServerRecord } from './write-store.ts'

interface Change {
  readonly patch: ServerPatch
  readonly activity: Omit<ActivityEntry, 'server'>
}

export interface ChangeRequest {
  readonly serverId: string
  /** Of several: `decide` asks for the one that is meant. */
  readonly permission: Asked
  /** Locks what else is needed before the server is locked; runs as the system role, which sees all promises of a node. */
  readonly claims?: (tx: Transaction, row: ServerRecord) => Promise<void>
  /** Undefined: there is nothing to change, and nothing is recorded. Throws to refuse. */
  readonly decide: (row: ServerRecord, tx: Transaction) => Change | undefined | Promise<Change | undefined>
}

/** The server as it is now. The node is told after the commit; when it is away it is told when it connects. */
export async function changeServer(context: PanelContext, actor: Actor, request: ChangeRequest): Promise<ServerRecord> {
  const { database, hub, live } = context
  const work = async (tx: Transaction) => {
    const row = (await readServer(tx, request.serverId, true)) ?? (await seen(tx, actor, request))
    if (!isForServer(actor, row.id)) throw serverNotFound()
    demand(actor, request.permission, row)
    if (row.deletedAt !== null) throw serverDeleting(row.name)
    const change = await request.decide(row, tx)
    if (!change) return { row, desired: undefined }
    const changed = await reviseServer(tx, row.id, change.patch)
    await record(tx, actor, { ...change.activity, server: changed })
    // Inside the transaction: what cannot be told to the node is not stored either.
    return { row: changed, desired: desiredServer(changed, await portsOf(tx, row.id), context.secrets) }
  }
  const { claims } = request
  const { row, desired } = claims
    ? await database.withSystem(async (tx) => {
        await claims(tx, await visible(context, actor, request.serverId))
        return await work(tx)
      })
    : await database.withTenant(actor.userId, work)
  if (desired) {
    hub.apply(row.nodeId, desired)
    live.serverChanged(row.id)
  }
  return row
}

/** Nobody locks what they may not change: says which of the two it is, not theirs or not permitted. */
async function seen(tx: Transaction, actor: Actor, { serverId, permission }: ChangeRequest): Promise<never> {
  const row = await readServer(tx, serverId)
  if (!row || !can(actor, 'server.view', row)) throw serverNotFound()
  demand(actor, permission, row)
  // Their rights came in the very moment between the two looks.
  throw new PublicError('busy', 'The server could not be locked. Try again.', { status: 409 })
}

/** The server, if this person may know that it exists; else the answer is that there is none. */
export async function visible(context: PanelContext, actor: Actor, serverId: string): Promise<ServerRecord> {
  const row = await context.database.withTenant(actor.userId, (tx) => readServer(tx, serverId))
  // The database shows only what is theirs; this line says so once more.
  if (!row || !can(actor, 'server.view', row)) throw serverNotFound()
  return row
}

export function serverNotFound(): PublicError {
  return new PublicError('server-not-found', 'There is no server with this id, or it is not yours.', { status: 404 })
}

export function serverDeleting(name: string): PublicError {
  return new PublicError('server-deleting', `${name} is being deleted.`, { status: 409 })
}
