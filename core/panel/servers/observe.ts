// Facts of a node about one server become the row that pages show. Runs in the transaction that also remembers the
// fact's number, so that each fact counts once.
import type { Log } from '#core/base/log.ts'
import type { Transaction } from '#core/db/database.ts'
import { canMove, type ObservedState } from '#core/domain/server.ts'
import { record, systemActor } from '#core/panel/activity/record.ts'
import type { PanelContext } from '#core/panel/context.ts'
import type { Fact, StateFact } from '#core/protocol/messages.ts'
import { summaryOf } from './summary.ts'
import { dropServer, noteServer, type ServerRecord } from './write-store.ts'

/** What is told to plugins once the transaction is through; a fact that was rolled back never happened. */
export type Told = (plugins: PanelContext['plugins']) => void

export async function observe(tx: Transaction, row: ServerRecord, fact: Fact, log: Log): Promise<Told | undefined> {
  switch (fact.body.kind) {
    case 'state':
      return await observeState(tx, row, fact.at, fact.body, log)
    case 'hint': {
      const { hint } = fact.body
      const known = row.blueprint.hints.some(({ id }) => id === hint)
      if (known) await noteServer(tx, row.id, { hint })
      return undefined
    }
    case 'removed':
      return await observeRemoved(tx, row, log)
  }
}

async function observeState(
  tx: Transaction,
  row: ServerRecord,
  at: string,
  body: StateFact,
  log: Log,
): Promise<Told | undefined> {
  const previous = row.state
  if (!canMove(previous, body.state)) {
    // The node knows better than the table, e.g. after its restart; a live one that does this has a bug.
    log.warn('a server made a move that is not in the table', { serverId: row.id, from: previous, to: body.state })
  }
  const changed = await noteServer(tx, row.id, {
    state: body.state,
    stateSince: body.since,
    observedAt: at,
    observedRevision: body.revision,
    observedRequest: body.request,
    startedAt: body.startedAt ?? null,
    exit: body.exit ?? null,
    reason: body.reason ?? null,
    notReady: body.notReady ?? false,
    restarts: body.restarts ?? 0,
    installLog: body.installLog ?? null,
    // A known problem belongs to the run that showed it.
    ...(beginsAnew(previous, body.state) ? { hint: null } : {}),
  })
  await remember(tx, row, body)
  return previous === body.state
    ? undefined
    : (plugins) => plugins.emit('server.state', { ...summaryOf(changed), previous })
}

function beginsAnew(previous: ObservedState, next: ObservedState): boolean {
  return previous !== next && (next === 'starting' || next === 'installing')
}

/** What happened while nobody looked, for the activity log. */
async function remember(tx: Transaction, row: ServerRecord, body: StateFact): Promise<void> {
  const { exit } = body
  // A crash that is followed by a restart may be told together with it; one told twice keeps its time.
  if (exit?.unexpected === true && exit.at !== row.exit?.at) {
    await record(tx, systemActor, {
      action: 'server.crashed',
      server: row,
      outcome: 'failed',
      meta: { code: exit.code, signal: exit.signal, outOfMemory: exit.outOfMemory, restarts: body.restarts ?? 0 },
    })
  }
  if (row.state === 'installing' && body.state !== 'installing') {
    const failed = body.state === 'install-failed'
    await record(tx, systemActor, {
      action: failed ? 'server.install-failed' : 'server.installed',
      server: row,
      outcome: failed ? 'failed' : 'done',
      meta: failed ? { reason: body.reason } : {},
    })
  }
}

async function observeRemoved(tx: Transaction, row: ServerRecord, log: Log): Promise<Told | undefined> {
  if (row.deletedAt === null) {
    log.warn('a node says it removed a server that nobody deleted', { serverId: row.id })
    return undefined
  }
  await record(tx, systemActor, { action: 'server.deleted', server: row })
  await dropServer(tx, row.id)
  return (plugins) => plugins.emit('server.deleted', summaryOf(row))
}
