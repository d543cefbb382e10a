// Install again: after a failure, or over a server that does not run.
import { PublicError } from '#core/base/errors.ts'
import type { ObservedState } from '#core/domain/server.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { changeServer } from './change.ts'
import { portsOf } from './claims-store.ts'
import { refuseMisfit } from './desired.ts'
import type { ServerRecord } from './write-store.ts'

const possible: readonly ObservedState[] = ['install-failed', 'stopped', 'crashed']

export async function retryInstall(
  context: PanelContext,
  actor: Actor,
  input: { readonly serverId: string },
): Promise<ServerRecord> {
  return await changeServer(context, actor, {
    serverId: input.serverId,
    permission: 'server.reinstall',
    decide: async (row, tx) => {
      // A second click while the first is on its way.
      if (row.state === 'installing') return undefined
      if (!possible.includes(row.state)) {
        throw new PublicError('install-not-possible', `${row.name} runs. Stop it before it is installed again.`, {
          status: 409,
          details: { state: row.state },
        })
      }
      refuseMisfit(row, await portsOf(tx, row.id), context.secrets)
      return {
        // `installing` from now on, as with a new server: the node's next word about it replaces this.
        patch: {
          installRequest: row.installRequest + 1,
          state: 'installing',
          stateSince: new Date(context.now()).toISOString(),
          reason: null,
          installLog: null,
        },
        activity: { action: 'server.install', meta: { request: row.installRequest + 1 } },
      }
    },
  })
}
