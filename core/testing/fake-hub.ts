// A hub without a network: tests say who is connected and what nodes answer, and read what they were told.
import { PublicError } from '#core/base/errors.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import type { ConsoleStream, Hub, LinkRefusal } from '#core/panel/context.ts'
import type { NodeSettings, NodeStatus, RequestMethod } from '#core/protocol/messages.ts'

export interface FakeHub extends Hub {
  readonly applied: { readonly nodeId: string; readonly server: DesiredServer }[]
  readonly told: { readonly nodeId: string; readonly settings: NodeSettings }[]
  readonly requests: { readonly nodeId: string; readonly method: RequestMethod; readonly params: unknown }[]
  /** From now on this node is there, with this status. */
  connect(nodeId: string, status?: NodeStatus): void
  /** From now on it is away; its last status stays known. */
  lose(nodeId: string): void
  /** What nodes answer to a method; throw in it to refuse. */
  answer(method: RequestMethod, give: (params: unknown) => unknown): void
  refusals: Map<string, LinkRefusal>
  /** What the next console streams of a server carry. */
  consoles: Map<string, AsyncIterable<Uint8Array>>
}

export function fakeHub(): FakeHub {
  const connected = new Set<string>()
  const statuses = new Map<string, NodeStatus>()
  const answers = new Map<RequestMethod, (params: unknown) => unknown>()
  const hub: FakeHub = {
    applied: [],
    told: [],
    requests: [],
    consoles: new Map(),
    refusals: new Map(),
    connect(nodeId, status = fakeStatus()) {
      connected.add(nodeId)
      statuses.set(nodeId, status)
    },
    lose: (nodeId) => void connected.delete(nodeId),
    answer: (method, give) => void answers.set(method, give),
    connected: (nodeId) => connected.has(nodeId),
    status: (nodeId) => statuses.get(nodeId),
    refusal: (nodeId) => hub.refusals.get(nodeId),
    apply: (nodeId, server) => void hub.applied.push({ nodeId, server }),
    settings: (nodeId, settings) => void hub.told.push({ nodeId, settings }),
    async request(nodeId, method, params) {
      hub.requests.push({ nodeId, method, params })
      if (!connected.has(nodeId)) {
        throw new PublicError('node-unreachable', 'The node is not connected.', { status: 503 })
      }
      // Tests give what the method's schema says; the real hub checks it.
      return (answers.get(method)?.(params) ?? {}) as never
    },
    console(nodeId, serverId): ConsoleStream {
      if (!connected.has(nodeId)) {
        throw new PublicError('node-unreachable', 'The node is not connected.', { status: 503 })
      }
      return { chunks: hub.consoles.get(serverId) ?? silence(), async [Symbol.asyncDispose]() {} }
    },
    disconnect: (nodeId) => void connected.delete(nodeId),
  }
  return hub
}

async function* silence(): AsyncGenerator<Uint8Array> {}

export function fakeStatus(changes: Partial<NodeStatus> = {}): NodeStatus {
  return {
    at: new Date().toISOString(),
    hostname: 'test-machine',
    version: '0.0.0-test',
    operatingSystem: 'Debian GNU/Linux 12',
    architecture: 'x64',
    capacity: { cores: 4, memoryBytes: 16 * 1024 ** 3, diskBytes: 200e9, diskFreeBytes: 150e9 },
    usage: { cpuPercent: 12, memoryBytes: 3 * 1024 ** 3 },
    portsTaken: [],
    driver: { id: 'docker', healthy: true, detail: 'Docker 27.3.1 answers.', engine: 'Docker 27.3.1' },
    plugins: [],
    ...changes,
  }
}
