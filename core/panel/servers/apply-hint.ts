// A known problem's remedy: the blueprint's hint names a variable and its value; set it and start again.
import { PublicError } from '#core/base/errors.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import { offeredPower } from '#core/domain/server.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { demand } from '#core/permissions/can.ts'
import { changeServer } from './change.ts'
import { openVariables, sealVariables } from './sealed-variables.ts'
import type { ServerRecord } from './write-store.ts'

export async function applyHint(
  context: PanelContext,
  actor: Actor,
  input: { readonly serverId: string; readonly hint: string },
): Promise<ServerRecord> {
  const { secrets } = context
  return await changeServer(context, actor, {
    serverId: input.serverId,
    permission: 'server.startup.update',
    decide: (row) => {
      const fix = row.hint === input.hint ? row.blueprint.hints.find(({ id }) => id === input.hint)?.fix : undefined
      if (!fix) {
        throw new PublicError('hint-gone', `${row.name} does not have this problem any more.`, { status: 409 })
      }
      const values = { ...openVariables(row.blueprint, row.variables, secrets), [fix.variable]: fix.value }
      const offered = offeredPower(row.state)
      const how = offered.find((action): action is 'start' | 'restart' => action === 'start' || action === 'restart')
      // It also starts the server: whoever may change a variable may not therefore start.
      if (how) demand(actor, `server.${how}`, row)
      return {
        patch: {
          variables: sealVariables(row.blueprint, values, secrets),
          hint: null,
          ...(how ? startBy(row, how) : {}),
        },
        activity: { action: 'server.hint', meta: { hint: input.hint, changed: [fix.variable] } },
      }
    },
  })
}

function startBy(row: ServerRecord, powerHow: DesiredServer['power']['how']) {
  return { powerWant: 'running' as const, powerHow, powerRequest: row.powerRequest + 1 }
}
