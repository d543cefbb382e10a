// What consoles of this process hold: the streams from nodes and the sockets of browsers. One for each panel.
import type { PanelContext } from '#core/panel/context.ts'
import { openRelay, type Relay } from './relay.ts'
import { openSockets, type Sockets } from './sockets.ts'

export interface Consoles extends AsyncDisposable {
  readonly relay: Relay
  readonly sockets: Sockets
}

/** Disposing closes each browser's socket with 1001, after which its page dials again, and ends the streams. */
export function openConsoles(context: PanelContext): Consoles {
  const relay = openRelay(context)
  const sockets = openSockets(context)
  return {
    relay,
    sockets,
    async [Symbol.asyncDispose]() {
      sockets[Symbol.dispose]()
      relay[Symbol.dispose]()
    },
  }
}
