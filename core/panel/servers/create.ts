// Create a server: plugins may refuse, the choices are checked, and in one transaction the node's memory, disk and
// ports are claimed and the server stands there, installing. The node hears of it after the commit.
import { randomUUID } from 'node:crypto'
import { InvalidInput } from '#core/base/errors.ts'
import type { Transaction } from '#core/db/database.ts'
import type { Blueprint } from '#core/domain/blueprint.ts'
import type { PortBinding } from '#core/domain/plan.ts'
import { planServer, type ServerPlan } from '#core/domain/plan-server.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { can, demand, type Subject } from '#core/permissions/can.ts'
import { checkCapacity, choosePorts } from './claims.ts'
import { claimedPorts, claimPorts, lockOffer, onlyNode, promisedOn } from './claims-store.ts'
import { desiredServer } from './desired.ts'
import { type CheckedDraft, checkDraft, type ServerDraft } from './draft.ts'
import { sealVariables } from './sealed-variables.ts'
import { summaryOf } from './summary.ts'
import { insertServer, type ServerRecord } from './write-store.ts'

export interface Created {
  readonly server: ServerRecord
  /** Worth a sentence, no reason to refuse: e.g. CPU is promised twice. */
  readonly warnings: readonly string[]
}

export async function createServer(context: PanelContext, actor: Actor, draft: ServerDraft): Promise<Created> {
  demand(actor, 'server.create')
  const { database, hub, live, plugins, secrets } = context
  const blueprint = blueprintOf(context, draft.blueprintId)
  const nodeId = await database.withSystem((tx) => nodeFor(tx, draft))
  const checked = checkDraft(blueprint, draft, editorOn(actor, { nodeId }))
  demand(actor, 'server.create', { nodeId })
  const { name } = checked
  await plugins.ask('server.create', { name, blueprintId: blueprint.id, ownerId: actor.userId, nodeId })

  const { server, ports, warnings } = await database.withSystem(async (tx) => {
    const id = randomUUID()
    const claim = await claimOn(tx, nodeId, blueprint, draft, checked)
    const { plan, ports, warnings } = planOn(id, blueprint, checked, claim)
    const server = await insertServer(tx, {
      id,
      name,
      ownerId: actor.userId,
      nodeId,
      blueprintId: blueprint.id,
      blueprint,
      image: checked.image,
      variables: sealVariables(blueprint, plan.values, secrets),
      ...checked.resources,
      // The node starts it when the installation is through.
      ...(draft.startAfterInstall ? { powerWant: 'running', powerHow: 'start', powerRequest: 1 } : {}),
    })
    await claimPorts(tx, nodeId, id, ports)
    await record(tx, actor, {
      action: 'server.create',
      server,
      meta: { blueprint: blueprint.id, image: checked.image, ...checked.resources },
    })
    return { server, ports, warnings }
  })

  hub.apply(nodeId, desiredServer(server, ports, secrets))
  plugins.emit('server.created', summaryOf(server))
  live.serverChanged(server.id)
  return { server, warnings }
}

/** The plan of a draft as things stand, for the review page. Nothing is claimed. */
export async function previewServer(
  context: PanelContext,
  actor: Actor,
  draft: ServerDraft,
): Promise<{ plan: ServerPlan; nodeId: string; warnings: readonly string[] }> {
  demand(actor, 'server.create')
  const blueprint = blueprintOf(context, draft.blueprintId)
  return await context.database.withSystem(async (tx) => {
    const nodeId = await nodeFor(tx, draft)
    const checked = checkDraft(blueprint, draft, editorOn(actor, { nodeId }))
    demand(actor, 'server.create', { nodeId })
    const claim = await claimOn(tx, nodeId, blueprint, draft, checked)
    return { ...planOn(randomUUID(), blueprint, checked, claim), nodeId }
  })
}

/** What a blueprint reserves for administrators is for those who decide over limits. */
export function editorOn(actor: Actor, subject: Subject): 'admin' | 'user' {
  return can(actor, 'server.limits', subject) ? 'admin' : 'user'
}

function blueprintOf({ blueprints }: Pick<PanelContext, 'blueprints'>, id: string): Blueprint {
  const blueprint = blueprints.find((known) => known.id === id)
  if (!blueprint) throw new InvalidInput({ blueprintId: `This panel has no blueprint “${id.slice(0, 60)}”.` })
  return blueprint
}

interface Claim {
  readonly ports: readonly PortBinding[]
  readonly warnings: readonly string[]
}

/** From here to the end of the transaction the node promises nothing to anybody else. */
async function claimOn(
  tx: Transaction,
  nodeId: string,
  blueprint: Blueprint,
  draft: ServerDraft,
  { resources }: CheckedDraft,
): Promise<Claim> {
  const offer = await lockOffer(tx, nodeId)
  if (!offer) throw new InvalidInput({ nodeId: 'Choose a node.' })
  const { errors, warnings } = checkCapacity(offer, await promisedOn(tx, nodeId), resources)
  const choice = choosePorts(offer, blueprint.ports, draft.ports, await claimedPorts(tx, nodeId))
  if ('errors' in choice) throw new InvalidInput({ ...errors, ...choice.errors })
  if (Object.keys(errors).length > 0) throw new InvalidInput(errors)
  return { ports: choice.ports, warnings }
}

function planOn(id: string, blueprint: Blueprint, checked: CheckedDraft, { ports, warnings }: Claim) {
  const { name, image, values, resources } = checked
  return { plan: planServer(blueprint, { id, name, image, variables: values, ports, resources }), ports, warnings }
}

async function nodeFor(tx: Transaction, draft: ServerDraft): Promise<string> {
  const nodeId = draft.nodeId ?? (await onlyNode(tx))
  if (nodeId === undefined) throw new InvalidInput({ nodeId: 'Choose a node.' })
  return nodeId
}
