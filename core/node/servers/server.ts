// One server on this node.
import type { ServerConsole } from './console.ts'

export interface Server {
  readonly console: ServerConsole
  write(line: string, by: string): Promise<void>
}
