// What a node can still promise: memory and disk are never promised twice, CPU may be, ports belong to one server.
import type { Blueprint } from '#core/domain/blueprint.ts'
import type { PortBinding } from '#core/domain/plan.ts'
import { formatBytes, formatMemory, type Resources } from '#core/domain/resources.ts'

/** A node as far as claims go. */
export interface Offer {
  readonly name: string
  readonly portFrom: number
  readonly portTo: number
  readonly memoryPercent: number
  readonly diskPercent: number
  /** Undefined until the node has connected for the first time. */
  readonly machine: { readonly cores: number; readonly memoryBytes: number; readonly diskBytes: number } | undefined
  /** Ports something else on the machine holds. */
  readonly portsTaken: readonly number[]
}

export interface Verdict {
  /** By field of the form, one sentence each; empty when it fits. */
  readonly errors: Readonly<Record<string, string>>
  readonly warnings: readonly string[]
}

export function checkCapacity(offer: Offer, promised: Resources, wanted: Resources): Verdict {
  const { machine } = offer
  if (!machine) {
    return { errors: { nodeId: `${offer.name} has not connected yet, so nobody knows what it has.` }, warnings: [] }
  }
  const errors: Record<string, string> = {}
  const memory = left(machine.memoryBytes, offer.memoryPercent, promised.memoryBytes)
  if (wanted.memoryBytes > memory.left) {
    errors['memoryMiB'] =
      `${formatMemory(wanted.memoryBytes)} does not fit: ${offer.name} has ${formatMemory(memory.left)} of ${formatMemory(memory.offered)} left.`
  }
  const disk = left(machine.diskBytes, offer.diskPercent, promised.diskBytes)
  if (wanted.diskBytes > disk.left) {
    errors['diskGB'] =
      `${formatBytes(wanted.diskBytes)} does not fit: ${offer.name} has ${formatBytes(disk.left)} of ${formatBytes(disk.offered)} left.`
  }
  const cpu = machine.cores * 100
  if (wanted.cpuPercent > cpu) {
    errors['cpuPercent'] = `${wanted.cpuPercent} % is more than the ${cpu} % that ${offer.name} has.`
  }
  const promisedCpu = promised.cpuPercent + wanted.cpuPercent
  const warnings =
    promisedCpu > cpu ? [`The servers on ${offer.name} may then use ${promisedCpu} % of its ${cpu} % CPU.`] : []
  return { errors, warnings }
}

function left(total: number, percent: number, promised: number): { left: number; offered: number } {
  const offered = Math.floor((total * percent) / 100)
  return { left: Math.max(0, offered - promised), offered }
}

export type PortChoice =
  | { readonly ports: readonly PortBinding[] }
  | { readonly errors: Readonly<Record<string, string>> }

/**
 * A port for each of the blueprint's: the one that was asked for, else the preferred one where it is free, else the
 * next free one above it, as players expect 25566 after 25565. `claimed` are those of other servers on this node.
 */
export function choosePorts(
  offer: Offer,
  definitions: Blueprint['ports'],
  chosen: Readonly<Record<string, number | undefined>>,
  claimed: ReadonlySet<number>,
): PortChoice {
  const errors: Record<string, string> = {}
  const used = new Set(claimed)
  const foreign = new Set(offer.portsTaken)
  const range = `${offer.portFrom}–${offer.portTo}`
  const inRange = (port: number) => port >= offer.portFrom && port <= offer.portTo
  const free = (port: number) => inRange(port) && !used.has(port) && !foreign.has(port)
  const found = new Map<string, number>()

  // What people asked for comes first, so that no port chosen here takes it from under them.
  for (const { name } of definitions) {
    const port = chosen[name]
    if (port === undefined) continue
    if (!inRange(port)) errors[`ports.${name}`] = `Port ${port} is outside this node’s range, ${range}.`
    else if (used.has(port))
      errors[`ports.${name}`] = `Port ${port} belongs to another server. Leave it empty to get a free one.`
    else if (foreign.has(port))
      errors[`ports.${name}`] =
        `Port ${port} is used by another program on this node. Leave it empty to get a free one.`
    else found.set(name, port)
    used.add(port)
  }
  for (const { name, label, preferred, required } of definitions) {
    if (found.has(name) || errors[`ports.${name}`] !== undefined) continue
    const port = nextFree(offer, preferred, free)
    if (port === undefined && required)
      errors[`ports.${name}`] = `No port of ${range} is left on ${offer.name} for “${label}”.`
    else if (port !== undefined) {
      found.set(name, port)
      used.add(port)
    }
  }
  if (Object.keys(errors).length > 0) return { errors }
  return {
    ports: definitions.flatMap(({ name, protocol }) =>
      found.has(name) ? [{ name, port: found.get(name) ?? 0, protocol }] : [],
    ),
  }
}

/** From `wanted` upwards and, behind the end of the range, from its start. */
function nextFree({ portFrom, portTo }: Offer, wanted: number, free: (port: number) => boolean): number | undefined {
  const start = wanted >= portFrom && wanted <= portTo ? wanted : portFrom
  for (let port = start; port <= portTo; port++) if (free(port)) return port
  for (let port = portFrom; port < start; port++) if (free(port)) return port
  return undefined
}
