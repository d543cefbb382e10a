// What a page is sent: sets of <hx-partial>, made from the very partials that drew it first.
import type { Child } from 'hono/jsx'
import { ids } from '#views/ids.ts'
import type { NodeView } from '#views/models.ts'
import { HelmPower } from '#views/partials/helm-power.tsx'
import { HelmState } from '#views/partials/helm-state.tsx'
import { InstallProgressPart } from '#views/partials/install-progress.tsx'
import { ServerNotices } from '#views/partials/server-notices.tsx'
import { ServerTiles } from '#views/partials/server-tiles.tsx'
import type { Seen } from './read.ts'

/** The parts of a server's own page. Undefined: the server is gone, and nothing on its page is true any more. */
export async function drawPage(id: string, seen: Seen | undefined): Promise<string> {
  if (!seen) return await text(<Partial target={ids.serverPower(id)} swap="delete" />)
  const { view, install } = seen
  return await text(
    <>
      <Partial target={ids.serverState(id)}>
        <HelmState server={view} />
      </Partial>
      <Partial target={ids.serverPower(id)}>
        <HelmPower server={view} />
      </Partial>
      <Partial target={ids.serverNotices(id)}>
        <ServerNotices server={view} />
      </Partial>
      {install ? (
        <Partial target={ids.serverInstall(id)}>
          <InstallProgressPart server={view} install={install} />
        </Partial>
      ) : (
        <Partial target={ids.serverTiles(id)}>
          <ServerTiles server={view} />
        </Partial>
      )}
    </>,
  )
}

/** The live cells of a server's row in the list. */
export async function drawRow(id: string, seen: Seen | undefined): Promise<string> {
  return await text(<Partial target={ids.serverRow(id)} swap={seen ? 'none' : 'delete'} />)
}

export async function drawNode(node: NodeView): Promise<string> {
  return await text(<Partial target={ids.nodeCard(node.id)} swap="none" />)
}

function Partial({ target, swap = 'outerMorph', children }: { target: string; swap?: string; children?: Child }) {
  return (
    <hx-partial hx-target={`#${target}`} hx-swap={swap}>
      {children}
    </hx-partial>
  )
}

async function text(node: { toString(): string | Promise<string> }): Promise<string> {
  return await node.toString()
}
