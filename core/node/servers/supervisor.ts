// All servers of a node: loads them from disk, finds their containers again, and hands each what concerns it.
import type { Log } from '#core/base/log.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import type { Report } from '#core/node/context.ts'
import type { NodeRegistry } from '#core/plugins/registry.ts'
import type { NodeSettings, NodeStatus } from '#core/protocol/messages.ts'
import type { Server } from './server.ts'

export interface SupervisorOptions {
  /** `<data>/node`. */
  readonly directory: string
  readonly registry: NodeRegistry
  readonly driverId: string
  readonly report: Report
  readonly version: string
  readonly log: Log
}

export interface Supervisor extends AsyncDisposable {
  held(): readonly { readonly id: string; readonly revision: number }[]
  status(): Promise<NodeStatus>
  /** Durable when it resolves; convergence goes on in the background. */
  apply(server: DesiredServer): Promise<void>
  settings(settings: NodeSettings): void
  /** Throws PublicError `server-not-found`. */
  server(id: string): Server
}

export declare function openSupervisor(options: SupervisorOptions): Promise<Supervisor>
