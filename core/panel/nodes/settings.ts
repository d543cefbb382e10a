// A node's settings: what a person may set, how it is kept, and what of it the node is told.
import { z } from 'zod'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { nodes } from '#core/db/schema/nodes.ts'
import { nameSchema } from '#core/domain/name.ts'
import { differences } from '#core/panel/activity/differences.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext, Secrets } from '#core/panel/context.ts'
import { demand } from '#core/permissions/can.ts'
import type { NodeSettings } from '#core/protocol/messages.ts'
import { nameTaken, readNode, updateNode } from './store.ts'

export type NodeRow = typeof nodes.$inferSelect

const port = z.coerce
  .number('A whole number from 1024 to 65535.')
  .pipe(z.int().min(1024, 'Ports start at 1024 here.').max(65535, 'Ports end at 65535.'))
const percent = z.coerce
  .number('A whole number from 10 to 100.')
  .pipe(z.int('A whole number from 10 to 100.').min(10, 'At least 10 %.').max(100, 'At most 100 %.'))
const reference = (example: string) =>
  z
    .string()
    .trim()
    .max(200, 'At most 200 characters.')
    .regex(
      /^[\w.-]+(?::\d+)?(?:\/[\w.-]+)*\/?(?::[\w.-]+)?$/,
      `An image reference or the beginning of one, e.g. ${example}.`,
    )

export const nodeInput = z
  .object({
    name: nameSchema('Give the node a name.'),
    publicAddress: z
      .string()
      .trim()
      .min(1, 'The host name or address that players connect to.')
      .max(255, 'At most 255 characters.')
      .regex(/^[\w.:-]+$/, 'A host name or an address, without a port.'),
    portFrom: port,
    portTo: port,
    memoryPercent: percent,
    diskPercent: percent,
    mirrors: z.array(z.object({ from: reference('docker.io/'), to: reference('registry.example:5000/') })).max(50),
    /** No password: the one that is stored for this registry and user stays. */
    logins: z
      .array(
        z.object({
          registry: z
            .string()
            .trim()
            .max(255)
            .regex(/^[\w.-]+(?::\d+)?$/, 'Host and port, e.g. registry.example:5000.'),
          username: z.string().trim().min(1, 'The user name at this registry.').max(200),
          password: z.string().max(2000).default(''),
        }),
      )
      .max(50),
  })
  .refine(({ portFrom, portTo }) => portFrom <= portTo, {
    path: ['portTo'],
    message: 'The last port lies before the first.',
  })
export type NodeInput = z.output<typeof nodeInput>

const storedLogins = z.array(z.object({ registry: z.string(), username: z.string(), password: z.string() }))
type Login = z.output<typeof storedLogins>[number]

/** What the node is told over the link. */
export function nodeSettings(row: NodeRow, secrets: Secrets): NodeSettings {
  return { portRange: { from: row.portFrom, to: row.portTo }, mirrors: row.mirrors, logins: loginsOf(row, secrets) }
}

/** Passwords included: for the link alone. */
export function loginsOf(row: Pick<NodeRow, 'registryLogins'>, secrets: Secrets): Login[] {
  return row.registryLogins === null ? [] : storedLogins.parse(JSON.parse(secrets.decrypt(row.registryLogins)))
}

/** Servers keep the ports they have, also those outside a new range. The node is told at once, or when it connects. */
export async function changeNode(
  context: PanelContext,
  actor: Actor,
  nodeId: string,
  input: NodeInput,
): Promise<NodeRow> {
  demand(actor, 'node.settings', { nodeId })
  const { database, secrets, hub, live } = context
  const row = await database.withTenant(actor.userId, async (tx) => {
    const before = await readNode(tx, nodeId, true)
    if (!before) throw nodeNotFound()
    if (await nameTaken(tx, input.name, nodeId)) throw new InvalidInput({ name: 'Another node has this name.' })
    const logins = keepPasswords(input.logins, loginsOf(before, secrets))
    const { logins: _, ...plain } = input
    const after = await updateNode(tx, nodeId, {
      ...plain,
      registryLogins: logins.length === 0 ? null : secrets.encrypt(JSON.stringify(logins)),
    })
    const changes = differences(before, plain)
    await record(tx, actor, {
      action: 'node.update',
      subject: after.name,
      meta: {
        nodeId,
        changed: Object.keys(changes.after),
        registries: logins.map(({ registry }) => registry),
      },
      ...changes,
    })
    return after
  })
  hub.settings(nodeId, nodeSettings(row, secrets))
  live.nodeChanged(nodeId)
  return row
}

function keepPasswords(wanted: NodeInput['logins'], stored: readonly Login[]): Login[] {
  return wanted.map((login, index) => {
    if (login.password !== '') return login
    const known = stored.find(({ registry, username }) => registry === login.registry && username === login.username)
    if (!known) throw new InvalidInput({ [`logins.${index}.password`]: 'The password for this registry and user.' })
    return known
  })
}

export function nodeNotFound(): PublicError {
  return new PublicError('node-not-found', 'There is no node with this id.', { status: 404 })
}
