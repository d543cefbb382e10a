// Consoles that somebody looks at: one channel a server.
import { PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { type Channel, type From, openChannel } from './channel.ts'
import type { Outlet } from './viewer.ts'

export interface Relay extends Disposable {
  /** Lines from there on, and then as they come. Dispose the result when the viewer goes. Throws `too-many-viewers`. */
  watch(server: { readonly id: string; readonly nodeId: string }, from: From, outlet: Outlet): Disposable
}

/** Fan-out costs about 15 µs a viewer and frame, thirty times a second. */
const mostViewers = 200

export function openRelay({
  hub,
  log,
  now,
}: Pick<PanelContext, 'log' | 'now'> & {
  readonly hub: Pick<PanelContext['hub'], 'connected' | 'console' | 'request'>
}): Relay {
  const channels = new Map<string, Channel>()
  return {
    watch: ({ id, nodeId }, from, outlet) => {
      let channel = channels.get(id)
      if (channel && channel.viewers >= mostViewers) {
        throw new PublicError('too-many-viewers', `${mostViewers} people look at this console already.`, {
          status: 429,
        })
      }
      if (!channel) {
        const onIdle = () => channels.delete(id)
        channel = openChannel({ hub, nodeId, serverId: id, log, now, onIdle }, from)
        channels.set(id, channel)
      }
      return channel.join(outlet, from)
    },
    [Symbol.dispose]: () => {
      for (const channel of channels.values()) channel.close()
    },
  }
}
