// What pages are sent: cells, each one <hx-partial>, made from the very partials that drew the page first.
import type { Child } from 'hono/jsx'
import { ids, rows } from '#views/ids.ts'
import type { NodeView } from '#views/models.ts'
import { HelmPower } from '#views/partials/helm-power.tsx'
import { HelmState } from '#views/partials/helm-state.tsx'
import { InstallProgressPart } from '#views/partials/install-progress.tsx'
import { NodeCard } from '#views/partials/node-card.tsx'
import { NodeChecks } from '#views/partials/node-checks.tsx'
import { ServerRowLive } from '#views/partials/server-live.ts'
import { ServerNotices } from '#views/partials/server-notices.tsx'
import { ServerRowPower } from '#views/partials/server-power.tsx'
import { ServerRowState } from '#views/partials/server-state.tsx'
import { ServerTiles } from '#views/partials/server-tiles.tsx'
import type { Seen } from './read.ts'

export interface Cell {
  /** Selector, which stands for one element in all pages of the panel. */
  readonly target: string
  readonly html: string
}

/** The parts of a server's own page. Undefined: the server is gone, and so is what could be done to it. */
export async function drawPage(id: string, seen: Seen | undefined): Promise<Cell[]> {
  if (!seen) return [await cell(`#${ids.serverPower(id)}`, undefined)]
  const { view, install } = seen
  return await Promise.all([
    cell(`#${ids.serverState(id)}`, <HelmState server={view} />),
    cell(`#${ids.serverPower(id)}`, <HelmPower server={view} />),
    cell(`#${ids.serverNotices(id)}`, <ServerNotices server={view} />),
    cell(`#${ids.serverInstall(id)}`, <InstallProgressPart server={view} install={install} />),
    cell(`#${ids.serverTiles(id)}`, <ServerTiles server={view} />),
  ])
}

/** The live parts of a server's row in the list. */
export async function drawRow(id: string, seen: Seen | undefined): Promise<Cell[]> {
  if (!seen) return [await cell(rows.row(id), undefined)]
  const { view } = seen
  return await Promise.all([
    cell(rows.state(id), <ServerRowState server={view} />),
    cell(rows.live(id), <ServerRowLive server={view} />),
    cell(rows.power(id), <ServerRowPower server={view} />),
  ])
}

export async function drawNode(node: NodeView): Promise<Cell[]> {
  return await Promise.all([
    cell(`#${ids.nodeCard(node.id)}`, <NodeCard node={node} />),
    cell(`#${ids.nodeChecks(node.id)}`, <NodeChecks node={node} />),
  ])
}

/** Without content the element is taken away. A page that has no such element ignores it. */
async function cell(target: string, content: Child | undefined): Promise<Cell> {
  const partial = (
    <hx-partial hx-target={target} hx-swap={content === undefined ? 'delete' : 'outerMorph'}>
      {content}
    </hx-partial>
  )
  return { target, html: await text(partial) }
}

async function text(node: { toString(): string | Promise<string> }): Promise<string> {
  return await node.toString()
}
