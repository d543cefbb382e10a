// A browser's WebSocket as an outlet for console frames.
import type { upgradeWebSocket } from '@hono/node-server'
import { z } from 'zod'
import type { Outlet } from './viewer.ts'

/** Sixteen kilobytes is the largest message the listener takes; a command is far smaller. */
export const fromBrowser = z.union([
  z.object({ input: z.string() }),
  z.object({ type: z.literal('command'), line: z.string() }).transform(({ line }) => ({ input: line })),
])

export type SocketEvents = NonNullable<Parameters<typeof upgradeWebSocket>[1]>
type OpenSocket = Parameters<NonNullable<SocketEvents['onOpen']>>[1]

/** What of `ws` the interface of the listener leaves out. */
interface RawSocket {
  readonly bufferedAmount: number
  send(data: Uint8Array, options: { binary: boolean }): void
  ping(): void
  terminate(): void
  on(event: 'pong', listener: () => void): void
}

export interface BrowserSocket extends Outlet {
  /** Sends a ping; false when the last one was never answered: nobody is there. */
  alive(): boolean
  terminate(): void
}

export function browserSocket(socket: OpenSocket): BrowserSocket {
  const raw = rawOf(socket)
  let answered = true
  raw?.on('pong', () => {
    answered = true
  })
  return {
    send: (bytes) => raw?.send(bytes, { binary: true }),
    tell: (message) => socket.send(JSON.stringify(message)),
    buffered: () => raw?.bufferedAmount ?? 0,
    close: (code, reason) => socket.close(code, reason),
    alive: () => {
      if (!answered) return false
      answered = false
      raw?.ping()
      return true
    },
    terminate: () => raw?.terminate(),
  }
}

function rawOf({ raw }: OpenSocket): RawSocket | undefined {
  return isRaw(raw) ? raw : undefined
}

function isRaw(raw: unknown): raw is RawSocket {
  return typeof raw === 'object' && raw !== null && 'bufferedAmount' in raw && 'terminate' in raw
}
