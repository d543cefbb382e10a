// The node's end of the link: dials the panel, says hello, does what it is told, and dials again when cut off.
import type { Log } from '#core/base/log.ts'
import type { NodeCommands } from './context.ts'
import type { NodeReport } from './report.ts'

export interface ConnectionOptions {
  /** `<data>/node`, where the identity is. */
  readonly directory: string
  /** Instead of the address that was enrolled with. */
  readonly url?: string
  readonly version: string
  readonly commands: NodeCommands
  readonly report: NodeReport
  readonly log: Log
  readonly now?: () => number
}

export interface NodeConnection extends AsyncDisposable {
  /** True between the panel's welcome and the end of the socket. */
  readonly connected: boolean
}

/** Throws PublicError `not-enrolled` when there is no identity. */
export declare function connectNode(options: ConnectionOptions): NodeConnection
