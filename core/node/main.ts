// A node: opens the servers it knows, keeps them as the panel wants them, and holds the link. Stopping it leaves the
// game servers running.
import { join } from 'node:path'
import type { Log } from '#core/base/log.ts'
import type { NodeRegistry } from '#core/plugins/registry.ts'
import { nodeCommands } from './commands.ts'
import { connectNode } from './connection.ts'
import { openReport } from './report.ts'
import { openSupervisor } from './servers/supervisor.ts'

export interface NodeOptions {
  readonly log: Log
  /** `$STELLAR_DATA`; everything of the node lies in `node/` beneath it. */
  readonly dataDirectory: string
  /** Opened in `node` mode; closed together with the node. */
  readonly registry: NodeRegistry
  readonly version: string
  /** Where the panel's link port is, if not where the node was enrolled. */
  readonly panel?: { readonly host: string; readonly linkPort: number }
  /** Runtime driver to use; `docker` unless given. */
  readonly driver?: string
}

/** Throws PublicError `not-enrolled` when this machine has no identity yet. Disposing it takes at most ten seconds. */
export async function startNode(options: NodeOptions): Promise<AsyncDisposable> {
  const directory = join(options.dataDirectory, 'node')
  await using opening = new AsyncDisposableStack()
  opening.use(options.registry)
  const report = opening.use(openReport(directory))
  const supervisor = opening.use(
    await openSupervisor({
      directory,
      registry: options.registry,
      driverId: options.driver ?? 'docker',
      report,
      version: options.version,
      log: options.log,
    }),
  )
  opening.use(
    connectNode({
      directory,
      version: options.version,
      commands: nodeCommands(supervisor),
      report,
      log: options.log,
      ...(options.panel && { url: `https://${options.panel.host}:${options.panel.linkPort}` }),
    }),
  )
  return opening.move()
}
