// What nodes tell the panel, one function for each kind.
import type { HubListener, PanelContext } from '#core/panel/context.ts'

/** Everything but the hub, which is made with this listener. */
export type ListenerContext = Omit<PanelContext, 'hub'>

export function createHubListener(_context: ListenerContext): HubListener {
  throw new Error('being written')
}
