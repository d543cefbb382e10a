// What a server is given and what it offers to the rest of the node.
import type { Log } from '#core/base/log.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import type { Report } from '#core/node/context.ts'
import type { ImageSources, RuntimeDriver } from '#core/plugins/contributions.ts'
import type { ServerConsole } from './console.ts'
import type { Run } from './run.ts'
import type { KeptState, ServerDisk } from './server-disk.ts'

export interface ServerOptions {
  readonly desired: DesiredServer
  readonly state: KeptState
  readonly disk: ServerDisk
  readonly console: ServerConsole
  readonly driver: () => RuntimeDriver
  readonly sources: () => ImageSources
  readonly report: Report
  readonly log: Log
  /** Of this boot of the machine. */
  readonly bootId: string
  /** When the node before this one was last seen alive. */
  readonly lastAlive: number | undefined
  /** It is gone, from the disk as well. */
  readonly onRemoved: () => void
}

export interface Server extends AsyncDisposable {
  readonly id: string
  readonly desired: DesiredServer
  readonly state: KeptState
  readonly dataDirectory: string
  readonly console: ServerConsole
  /** Undefined while it does not run. */
  readonly run: Run | undefined
  /** Stored durably when it resolves. */
  apply(desired: DesiredServer): Promise<void>
  write(line: string, by: string): Promise<void>
  /** The engine is there (again), having been away since about `lostAt`: look at everything. */
  engineReturned(lostAt: number | undefined): void
}
