// One server with everything its own pages show.
import type { Blueprint } from '#core/domain/blueprint.ts'
import { decodeRecords } from '#core/domain/console.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { drawnNode } from '#core/panel/nodes/view.ts'
import { can } from '#core/permissions/can.ts'
import { mayOn } from '#core/permissions/may.ts'
import type { ConsoleLineView, FieldErrors, InstallView, NodeView, ServerView } from '#views/models.ts'
import { serverNotFound } from './change.ts'
import { portsOf } from './claims-store.ts'
import { misfits, shownCommand } from './desired.ts'
import { facesOf } from './face-store.ts'
import { shownVariables } from './sealed-variables.ts'
import { findServer } from './store.ts'
import { viewInstall, viewServer } from './view.ts'
import { readServer, type ServerRecord } from './write-store.ts'

export interface ServerDetail {
  readonly server: ServerView
  readonly blueprint: Blueprint
  readonly install: InstallView | undefined
  readonly image: string
  /** Without secrets. */
  readonly variables: Readonly<Record<string, string>>
  /** Secrets are drawn as dots. */
  readonly command: readonly string[]
  /** What no longer fits its blueprint, by field. */
  readonly misfits: FieldErrors
  readonly row: ServerRecord
}

export async function readDetail(context: PanelContext, actor: Actor, serverId: string): Promise<ServerDetail> {
  return await context.database.withTenant(actor.userId, async (tx) => {
    const found = await findServer(tx, serverId)
    const row = found && (await readServer(tx, serverId))
    const face = found && (await facesOf(context).of(tx, [found])).get(found.id)
    if (!found || !row || !face || !can(actor, 'server.view', row)) throw serverNotFound()
    const ports = await portsOf(tx, serverId)
    return {
      server: viewServer(found, face, context, mayOn(actor, found)),
      blueprint: row.blueprint,
      install: viewInstall(found, context.live),
      image: row.image,
      variables: shownVariables(row.blueprint, row.variables),
      command: shownCommand(row, ports),
      misfits: misfits(row, ports, context.secrets),
      row,
    }
  })
}

/** People wait for the page; without the last lines it is still a page. */
const linesDeadlineMs = 1500
const linesInPage = 200

export async function lastLines(
  { hub, log }: PanelContext,
  row: Pick<ServerRecord, 'id' | 'nodeId'>,
): Promise<{ lines: readonly ConsoleLineView[]; moreAbove: boolean }> {
  if (!hub.connected(row.nodeId)) return { lines: [], moreAbove: false }
  try {
    const before = Number.MAX_SAFE_INTEGER
    const { text, more } = await hub.request(
      row.nodeId,
      'console.history',
      { serverId: row.id, before, limit: linesInPage },
      linesDeadlineMs,
    )
    return { lines: decodeRecords(text), moreAbove: more }
  } catch (error) {
    log.debug('the last lines of a console could not be read', { serverId: row.id, error })
    return { lines: [], moreAbove: false }
  }
}

/** The node of a server that this person may see. Who may not see nodes is not told how it fetches its images. */
export async function nodeOf(context: PanelContext, actor: Actor, nodeId: string): Promise<NodeView> {
  const node = await drawnNode(context, nodeId)
  if (!node) throw serverNotFound()
  return can(actor, 'node.view', { nodeId }) ? node : { ...node, mirrors: [], logins: [] }
}
