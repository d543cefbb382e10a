// A server as the API shows it.
import { z } from 'zod'
import { exitSchema, powerActions, shownStates } from '#core/domain/server.ts'
import { installStepSchema } from '#core/protocol/messages.ts'
import type { ServerView } from '#views/models.ts'

const shownState = z.enum(shownStates)

export const statsSchema = z.object({
  at: z.string(),
  cpuPercent: z.number().meta({ description: 'Percent of one core.' }),
  memoryBytes: z.number(),
  diskBytes: z.number().nullable(),
  receivedPerSecond: z.number(),
  sentPerSecond: z.number(),
  players: z.int().nullable(),
  capacity: z.int().nullable(),
})

export const serverSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    blueprint: z.object({ id: z.string(), name: z.string() }),
    node: z.object({ id: z.uuid(), name: z.string(), connected: z.boolean() }),
    owner: z.object({ id: z.uuid(), name: z.string() }),
    state: shownState.meta({
      description: '`unreachable`: its node cannot be asked; `lastState` is what it said last.',
    }),
    lastState: shownState,
    suspended: z
      .object({ since: z.string(), reason: z.string() })
      .nullable()
      .meta({ description: 'Off until an administrator lifts it; it can be looked at, and that is all.' }),
    since: z.string().meta({ description: 'When the state began; for `unreachable` when the node was heard last.' }),
    startedAt: z.string().nullable(),
    address: z.string(),
    ports: z.array(z.object({ name: z.string(), port: z.int(), protocol: z.enum(['tcp', 'udp', 'both']) })),
    limits: z.object({ memoryBytes: z.number(), cpuPercent: z.number(), diskBytes: z.number() }),
    stats: statsSchema.nullable(),
    exit: exitSchema.nullable().meta({ description: 'How the last run ended.' }),
    reason: z.string().nullable(),
    notReady: z.boolean(),
    restarts: z.int(),
    hint: z.object({ id: z.string(), title: z.string(), advice: z.string() }).nullable(),
    pending: z.boolean().meta({ description: 'A power action that the node has not taken up yet.' }),
    offered: z.array(z.enum(powerActions)).meta({ description: 'Power actions that make sense now.' }),
  })
  .meta({ description: 'A game server.' })
type ApiServer = z.input<typeof serverSchema>

export const installSchema = z.object({
  state: shownState,
  steps: z.array(installStepSchema.extend({ startedAt: z.string().optional(), endedAt: z.string().optional() })),
  layers: z.array(
    z.object({
      id: z.string(),
      status: z.enum(['waiting', 'downloading', 'unpacking', 'done']),
      current: z.number(),
      total: z.number(),
    }),
  ),
  log: z.array(z.string()).meta({ description: 'Last lines of a failed installation.' }),
  reason: z.string().nullable(),
})

export function fromView(view: ServerView): ApiServer {
  const { hint } = view
  return {
    id: view.id,
    name: view.name,
    blueprint: { id: view.blueprint.id, name: view.blueprint.name },
    node: view.node,
    owner: view.owner,
    state: view.state,
    lastState: view.lastState,
    suspended: view.suspended ?? null,
    since: view.since,
    startedAt: view.startedAt ?? null,
    address: view.address,
    ports: view.ports.map(({ name, port, protocol }) => ({ name, port, protocol })),
    limits: { ...view.limits },
    stats: view.stats ?? null,
    exit: view.exit ?? null,
    reason: view.reason ?? null,
    notReady: view.notReady,
    restarts: view.restarts,
    hint: hint ? { id: hint.id, title: hint.title, advice: hint.advice } : null,
    pending: view.pending,
    offered: [...view.offered],
  }
}

/** A hundred of these are below thirty kilobytes: what else there is, one asks of the server itself. */
export const listedSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    blueprintId: z.string(),
    nodeId: z.uuid(),
    state: shownState,
    address: z.string(),
    memoryBytes: z.number().meta({ description: 'Its limit.' }),
    stats: z
      .object({
        cpuPercent: z.number().meta({ description: 'In tenths.' }),
        memoryBytes: z.number(),
        players: z.int().nullable(),
      })
      .nullable(),
    pending: z.boolean(),
  })
  .meta({ description: 'A game server in a list.' })

export function fromListed(view: ServerView): z.input<typeof listedSchema> {
  const { id, name, state, address, pending, stats } = view
  return {
    id,
    name,
    blueprintId: view.blueprint.id,
    nodeId: view.node.id,
    state,
    address,
    memoryBytes: view.limits.memoryBytes,
    stats: stats
      ? { cpuPercent: Math.round(stats.cpuPercent * 10) / 10, memoryBytes: stats.memoryBytes, players: stats.players }
      : null,
    pending,
  }
}
