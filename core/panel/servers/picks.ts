// Nodes as the create form offers them: which ones hold this draft, why not, and which one holds it best.
import type { Blueprint } from '#core/domain/blueprint.ts'
import { gigabytes, mebibytes } from '#core/domain/resources.ts'
import type { DraftView, NodeView } from '#views/models.ts'
import { checkCapacity } from './claims.ts'

export type NodePick = NodeView & {
  readonly fits: boolean
  readonly reason?: string | undefined
  readonly best: boolean
}

export function pickNodes(
  blueprint: Blueprint,
  draft: Pick<DraftView, 'memoryMiB' | 'cpuPercent' | 'diskGB'>,
  nodes: readonly NodeView[],
): NodePick[] {
  const { resources } = blueprint
  const wanted = {
    memoryBytes: mebibytes(numberOr(draft.memoryMiB, resources.memoryMiB)),
    cpuPercent: numberOr(draft.cpuPercent, resources.cpuPercent),
    diskBytes: gigabytes(numberOr(draft.diskGB, resources.diskMB / 1000)),
  }
  const judged = nodes.map((node) => ({
    node,
    reason: whyNot(node, wanted, blueprint.ports.filter(({ required }) => required).length),
  }))
  const best = judged
    .filter(({ reason, node }) => reason === undefined && node.connected)
    .sort((a, b) => room(b.node) - room(a.node))[0]?.node
  return judged.map(({ node, reason }) => ({ ...node, fits: reason === undefined, reason, best: node === best }))
}

function whyNot(node: NodeView, wanted: Parameters<typeof checkCapacity>[2], ports: number): string | undefined {
  const { memory, cpu, disk } = node
  const machine =
    memory.total > 0 ? { cores: cpu.total / 100, memoryBytes: memory.total, diskBytes: disk.total } : undefined
  const promised = { memoryBytes: memory.promised, cpuPercent: cpu.promised, diskBytes: disk.promised }
  const { errors } = checkCapacity({ ...node, machine, portsTaken: [] }, promised, wanted)
  if (node.freePorts < ports)
    return node.freePorts === 0 ? 'No port is free.' : `Only ${node.freePorts} ports are free.`
  return Object.values(errors)[0]
}

const room = ({ memory }: NodeView): number => memory.offered - memory.promised

function numberOr(text: string, otherwise: number): number {
  const value = Number(text.replace(',', '.'))
  return text.trim() !== '' && Number.isFinite(value) && value > 0 ? value : otherwise
}
