// The two halves of a node and what each asks of the other: the link (connection.ts, report.ts) and the servers
// (servers/supervisor.ts). Interfaces only.
import type { DesiredServer } from '#core/domain/plan.ts'
import type {
  FactBody,
  InstallProgress,
  NodeSettings,
  NodeStatus,
  RequestParams,
  RequestResult,
  ServerStats,
} from '#core/protocol/messages.ts'

/** What the link asks of the servers. Implemented by commands.ts on top of servers/supervisor.ts. */
export interface NodeCommands {
  /** Servers this node has on its disk, with the revision it holds. */
  servers(): readonly { readonly id: string; readonly revision: number }[]
  status(): Promise<NodeStatus>
  /** Stores the desired state durably, then converges in the background. An older or equal revision changes nothing. */
  apply(server: DesiredServer): Promise<void>
  settings(settings: NodeSettings): void
  write(params: RequestParams<'console.write'>): Promise<void>
  read(params: RequestParams<'console.read'>): Promise<ConsoleSource>
  history(params: RequestParams<'console.history'>): Promise<RequestResult<'console.history'>>
  search(params: RequestParams<'console.search'>): Promise<RequestResult<'console.search'>>
}

/** Console records on their way up. The link pulls while the panel's credit lasts; what it does not pull in time is dropped here and becomes a gap record. */
export interface ConsoleSource extends Disposable {
  /** At most that many bytes, cut between records; empty when there is nothing now. */
  pull(maxBytes: number): Uint8Array
  /** Called when there is something to pull after an empty pull; once per wake-up. */
  onReadable(wake: () => void): void
  /** True when the server was removed and nothing more will come. */
  readonly ended: boolean
}

/** What the servers tell upwards. Implemented by report.ts. */
export interface Report {
  /** On disk before it returns; sent until acknowledged, in order, over restarts. */
  fact(serverId: string, body: FactBody): void
  /** The three below: the latest value wins, nothing is kept while the panel is away. */
  stats(at: string, servers: readonly ServerStats[]): void
  progress(progress: Omit<InstallProgress, 'type'>): void
  status(status: NodeStatus): void
}
