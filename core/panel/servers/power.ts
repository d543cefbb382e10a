// Start, stop, restart, kill: each becomes the next numbered request, which the node does once.
import { PublicError } from '#core/base/errors.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import { offeredPower, type PowerAction, type ShownState } from '#core/domain/server.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { changeServer } from './change.ts'
import { shownState } from './view.ts'
import type { ServerRecord } from './write-store.ts'

const wanted: Readonly<Record<PowerAction, DesiredServer['power']['want']>> = {
  start: 'running',
  restart: 'running',
  stop: 'stopped',
  kill: 'stopped',
}

/** The same action twice before the node has taken it up, e.g. by a double click, is one request. */
export async function power(
  context: PanelContext,
  actor: Actor,
  input: { readonly serverId: string; readonly action: PowerAction },
): Promise<ServerRecord> {
  const { serverId, action } = input
  return await changeServer(context, actor, {
    serverId,
    permission: 'server.power',
    decide: (row) => {
      const state = shownState(row, context.hub.connected(row.nodeId))
      if (row.powerRequest > row.observedRequest && row.powerHow === action && state !== 'unreachable') return undefined
      if (!offeredPower(state).includes(action)) throw notOffered(row, action, state)
      return {
        patch: { powerWant: wanted[action], powerHow: action, powerRequest: row.powerRequest + 1 },
        activity: { action: `server.power.${action}`, meta: { request: row.powerRequest + 1 } },
      }
    },
  })
}

function notOffered(row: ServerRecord, action: PowerAction, state: ShownState): PublicError {
  if (state === 'unreachable') {
    return new PublicError(
      'node-unreachable',
      `The node of ${row.name} is not connected, so nobody can ${action} it.`,
      {
        status: 503,
        hint: 'The node connects by itself when it is back; what it runs goes on meanwhile.',
      },
    )
  }
  const offered = offeredPower(state)
  const now = offered.length === 0 ? 'Nothing can be done until that ends.' : `Possible now: ${offered.join(', ')}.`
  return new PublicError('power-not-offered', `${row.name} is ${words[state]}. ${now}`, {
    status: 409,
    details: { state, offered: [...offered] },
  })
}

const words: Readonly<Record<ShownState, string>> = {
  installing: 'being installed',
  'install-failed': 'not installed',
  stopped: 'stopped',
  starting: 'starting',
  running: 'running',
  stopping: 'stopping',
  crashed: 'down after a crash',
  unreachable: 'out of reach',
  deleting: 'being deleted',
}
