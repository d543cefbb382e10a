// Servers in the database of a test panel, in any state, without going through creation.
import { allocations } from '#core/db/schema/allocations.ts'
import { servers } from '#core/db/schema/servers.ts'
import type { Fact, FactBody, StateFact } from '#core/protocol/messages.ts'
import type { TestPanel } from './panel.ts'
import { testBlueprint } from './test-blueprint.ts'

export type ServerValues = Partial<typeof servers.$inferInsert> & { readonly port?: number }

/** Each server its own, so that two on one node never want the same. */
let nextPort = 40_000

/** A server of the owner on that node; stopped unless told otherwise. */
export async function addServer(panel: TestPanel, nodeId: string, values: ServerValues = {}): Promise<string> {
  const id = values.id ?? crypto.randomUUID()
  const { port, ...columns } = values
  await panel.database.withSystem(async (tx) => {
    await tx.insert(servers).values({
      id,
      name: 'Arcadia',
      ownerId: columns.ownerId ?? panel.owner.id,
      nodeId,
      blueprintId: testBlueprint.id,
      blueprint: testBlueprint,
      image: 'docker.io/library/debian:12',
      variables: { MAX_PLAYERS: '8', PASSWORD: '', EULA: '0', SEED: '' },
      memoryBytes: 1024 ** 3,
      cpuPercent: 100,
      diskBytes: 2e9,
      state: 'stopped',
      ...columns,
    })
    const claimed = port ?? nextPort++
    await tx.insert(allocations).values({ nodeId, port: claimed, serverId: id, name: 'game', protocol: 'udp' })
  })
  return id
}

/** What a node says about a server, with what a test does not care about filled in. */
export function factOf(seq: number, serverId: string, body: Partial<StateFact> | FactBody): Fact {
  const at = new Date().toISOString()
  const full: FactBody =
    body.kind === 'hint' || body.kind === 'removed'
      ? body
      : { state: 'running', since: at, revision: 1, request: 0, ...body, kind: 'state' }
  return { type: 'fact', seq, at, serverId, body: full }
}
