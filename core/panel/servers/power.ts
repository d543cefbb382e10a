// Start, stop, restart, kill: each becomes the next numbered request, which the node does once.
import { PublicError } from '#core/base/errors.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import { type ObservedState, offeredPower, type PowerAction } from '#core/domain/server.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { rateRules } from '#core/panel/http/rate-rules.ts'
import { sharedLimit } from '#core/panel/http/shared-limit.ts'
import { changeServer } from './change.ts'
import { portsOf } from './claims-store.ts'
import { refuseMisfit } from './desired.ts'
import { shownState } from './view.ts'
import type { ServerRecord } from './write-store.ts'

const wanted: Readonly<Record<PowerAction, DesiredServer['power']['want']>> = {
  start: 'running',
  restart: 'running',
  stop: 'stopped',
  kill: 'stopped',
}

/**
 * The same action twice before the node has taken it up, e.g. by a double click, is one request. While the node is away
 * what its last word offers is stored, and done when it is back; a later request takes the place of the one that waits.
 */
export async function power(
  context: PanelContext,
  actor: Actor,
  input: { readonly serverId: string; readonly action: PowerAction },
): Promise<ServerRecord> {
  const { serverId, action } = input
  await sharedLimit(context).take([rateRules.power, actor.userId])
  return await changeServer(context, actor, {
    serverId,
    permission: `server.${action}`,
    decide: async (row, tx) => {
      if (row.powerRequest > row.observedRequest && row.powerHow === action) return undefined
      if (!offeredPower(row.state).includes(action)) throw notOffered(row, context.hub.connected(row.nodeId))
      if (wanted[action] === 'running') refuseMisfit(row, await portsOf(tx, row.id), context.secrets)
      return {
        patch: { powerWant: wanted[action], powerHow: action, powerRequest: row.powerRequest + 1 },
        activity: { action: `server.power.${action}`, meta: { request: row.powerRequest + 1 } },
      }
    },
  })
}

function notOffered(row: ServerRecord, connected: boolean): PublicError {
  const offered = offeredPower(row.state)
  const is = connected ? `is ${words[row.state]}` : `was ${words[row.state]} when its node was last heard`
  const now = offered.length === 0 ? 'Nothing can be done until that ends.' : `Possible now: ${offered.join(', ')}.`
  return new PublicError('power-not-offered', `${row.name} ${is}. ${now}`, {
    status: 409,
    details: { state: shownState(row, connected), offered: [...offered] },
  })
}

const words: Readonly<Record<ObservedState, string>> = {
  installing: 'being installed',
  'install-failed': 'not installed',
  stopped: 'stopped',
  starting: 'starting',
  running: 'running',
  stopping: 'stopping',
  crashed: 'down after a crash',
}
