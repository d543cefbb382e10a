// Change a server: name, image, variables, limits. It takes effect at the next start.

import { z } from 'zod'
import { InvalidInput } from '#core/base/errors.ts'
import { planAsStored, planServer } from '#core/domain/plan-server.ts'
import { gigabytes, mebibytes, type Resources } from '#core/domain/resources.ts'
import { serverNameSchema } from '#core/domain/server.ts'
import { differences } from '#core/panel/activity/differences.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { type Asked, demand } from '#core/permissions/can.ts'
import { changeServer } from './change.ts'
import { checkCapacity } from './claims.ts'
import { lockOffer, portsOf, promisedOn } from './claims-store.ts'
import { editorOn } from './create.ts'
import { cpuPercentSchema, diskGBSchema, memoryMiBSchema, memoryShortage } from './draft.ts'
import { openVariables, sealVariables } from './sealed-variables.ts'
import type { ServerRecord } from './write-store.ts'

/** What is left out stays as it is; a secret that is empty stays too. */
export const serverUpdateSchema = z.strictObject({
  name: serverNameSchema.optional(),
  image: z.string().max(300).optional(),
  variables: z.record(z.string().max(61), z.string().max(4000)).optional(),
  memoryMiB: memoryMiBSchema.optional(),
  cpuPercent: cpuPercentSchema.optional(),
  diskGB: diskGBSchema.optional(),
})
export type ServerUpdate = z.output<typeof serverUpdateSchema>

export async function updateServer(
  context: PanelContext,
  actor: Actor,
  serverId: string,
  update: ServerUpdate,
  permission: Asked = ['server.settings.rename', 'server.startup.update', 'server.startup.image', 'server.limits'],
): Promise<ServerRecord> {
  return await changeServer(context, actor, {
    serverId,
    permission,
    // The node before the server, as when a server is made: in one order nobody waits for one another in a circle.
    claims: async (tx, row) => void (await lockOffer(tx, row.nodeId)),
    decide: async (row, tx) => {
      const resources = resourcesOf(row, update)
      if (resources) {
        // How much of the machine a server gets is for those who may hand it out.
        demand(actor, 'server.limits', row)
        const short = memoryShortage(row.blueprint, Math.round(resources.memoryBytes / mebibytes(1)))
        const offer = await lockOffer(tx, row.nodeId)
        const verdict = offer && checkCapacity(offer, await promisedOn(tx, row.nodeId, row.id), grown(row, resources))
        const errors = { ...verdict?.errors, ...(short === undefined ? {} : { memoryMiB: short }) }
        if (Object.keys(errors).length > 0) throw new InvalidInput(errors)
      }
      const name = update.name ?? row.name
      const image = update.image ?? row.image
      const previous = openVariables(row.blueprint, row.variables, context.secrets)
      const choices = {
        id: row.id,
        name,
        image,
        ports: await portsOf(tx, row.id),
        resources: resources ?? row,
      }
      // A new name or limit is not held up by what the rules have come to refuse since; a start is.
      const startup = update.variables !== undefined || image !== row.image
      const { values } = startup
        ? planServer(
            row.blueprint,
            { ...choices, variables: update.variables ?? {} },
            { previous, editor: editorOn(actor, row) },
          )
        : planAsStored(row.blueprint, { ...choices, variables: previous })
      const plain = differences(row, { name, image, ...resources })
      const changed = [
        ...Object.keys(plain.after),
        ...Object.keys(values).filter((key) => values[key] !== previous[key]),
      ]
      if (changed.length === 0) return undefined
      if (name !== row.name) demand(actor, 'server.settings.rename', row)
      if (image !== row.image) demand(actor, 'server.startup.image', row)
      if (Object.keys(values).some((key) => values[key] !== previous[key])) demand(actor, 'server.startup.update', row)
      return {
        patch: { name, image, variables: sealVariables(row.blueprint, values, context.secrets), ...resources },
        // Of variables which, not what: values may be secrets.
        activity: {
          action: 'server.update',
          meta: { changed },
          ...(Object.keys(plain.after).length === 0 ? {} : plain),
        },
      }
    },
  })
}

function resourcesOf(row: ServerRecord, update: ServerUpdate): Resources | undefined {
  const wanted = {
    memoryBytes: update.memoryMiB === undefined ? row.memoryBytes : mebibytes(update.memoryMiB),
    cpuPercent: update.cpuPercent ?? row.cpuPercent,
    diskBytes: update.diskGB === undefined ? row.diskBytes : gigabytes(update.diskGB),
  }
  const same =
    wanted.memoryBytes === row.memoryBytes && wanted.cpuPercent === row.cpuPercent && wanted.diskBytes === row.diskBytes
  return same ? undefined : wanted
}

/** What shrinks or stays always fits, even on a node whose offer was made smaller since. */
function grown(row: Resources, wanted: Resources): Resources {
  return {
    memoryBytes: wanted.memoryBytes > row.memoryBytes ? wanted.memoryBytes : 0,
    cpuPercent: wanted.cpuPercent > row.cpuPercent ? wanted.cpuPercent : 0,
    diskBytes: wanted.diskBytes > row.diskBytes ? wanted.diskBytes : 0,
  }
}
