// Nodes and blueprints from the command line.
import { type Cell, say, sayFacts, sayJson, sayTable } from '#core/cli/output.ts'
import { formatBytes, formatMemory } from '#core/domain/resources.ts'
import { connect, type PanelChoice } from './connect.ts'
import { findNode } from './find.ts'
import { percent } from './look.ts'
import type { Blueprint, NodeShape } from './shapes.ts'

interface Common extends PanelChoice {
  readonly json?: boolean
}

export async function listNodes(values: Common): Promise<number> {
  const nodes = await connect(values).all<NodeShape>('/nodes')
  if (values.json) sayJson({ data: nodes, next: null })
  else if (nodes.length === 0) say('There are no nodes yet.')
  else {
    sayTable(
      ['NAME', 'STATE', 'ADDRESS', 'SERVERS', 'CPU', 'MEMORY', 'DISK', 'VERSION'],
      nodes.map((node) => [
        node.name,
        stateOf(node),
        node.publicAddress,
        String(node.serverCount),
        percent(node.cpu.used),
        `${formatMemory(node.memory.used)} of ${formatMemory(node.memory.total)}`,
        `${formatBytes(node.disk.used)} of ${formatBytes(node.disk.total)}`,
        node.version ?? '–',
      ]),
    )
  }
  return 0
}

export async function showNode([typed = '']: readonly string[], values: Common): Promise<number> {
  const api = connect(values)
  const { id } = await findNode(api, typed)
  const node = await api.get<NodeShape>(`/nodes/${id}`)
  if (values.json) {
    sayJson(node)
    return 0
  }
  const { memory, cpu, disk, driver } = node
  sayFacts([
    ['Name', node.name],
    ['Id', node.id],
    ['State', stateOf(node)],
    ['Last heard', node.connected ? undefined : node.lastSeenAt],
    ['Address', node.publicAddress],
    ['Ports', `${node.portFrom}–${node.portTo}, ${node.freePorts} free`],
    ['Machine', [node.hostname, node.operatingSystem, node.architecture].filter(Boolean).join(', ')],
    ['Version', node.version],
    ['Engine', driver ? { text: driver.detail, style: driver.healthy ? 'green' : 'red' } : undefined],
    ['Mend it with', driver?.fix],
    ...(driver?.warnings ?? []).map((warning) => ['Warning', warning] as const),
    ['Servers', String(node.serverCount)],
    ['CPU', `${percent(cpu.used)} used, ${percent(cpu.promised)} promised of ${percent(cpu.offered)}`],
    [
      'Memory',
      `${formatMemory(memory.used)} used, ${formatMemory(memory.promised)} promised of ${formatMemory(memory.offered)}`,
    ],
    ['Disk', `${formatBytes(disk.used)} used, ${formatBytes(disk.promised)} promised of ${formatBytes(disk.offered)}`],
  ])
  return 0
}

function stateOf({ connected, enrolled }: NodeShape): Cell {
  if (connected) return { text: 'connected', style: 'green' }
  return enrolled ? { text: 'away', style: 'yellow' } : { text: 'never connected', style: 'dim' }
}

export async function listBlueprints(values: Common): Promise<number> {
  const blueprints = await connect(values).all<Blueprint>('/blueprints')
  if (values.json) sayJson({ data: blueprints, next: null })
  else {
    sayTable(
      ['BLUEPRINT', 'GAME', 'IMAGES'],
      blueprints.map(({ id, name, images }) => [id, name, images.map(({ label }) => label).join(', ')]),
    )
  }
  return 0
}
