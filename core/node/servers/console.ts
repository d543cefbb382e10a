// A server's console on the node.
import type { ConsoleSource } from '#core/node/context.ts'

export interface ServerConsole {
  read(from: { readonly after?: number; readonly tail: number }): Promise<ConsoleSource>
  history(before: number, limit: number): Promise<{ text: string; more: boolean }>
  search(query: string, limit: number): Promise<{ text: string; more: boolean }>
}
