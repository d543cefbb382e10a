// Creating servers on a real PostgreSQL: what is claimed, what is refused, and that nobody gets the same thing twice.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import { activity } from '#core/db/schema/activity.ts'
import { allocations } from '#core/db/schema/allocations.ts'
import { servers } from '#core/db/schema/servers.ts'
import { fakeStatus } from '#core/testing/fake-hub.ts'
import { type TestPanel, testPanel } from '#core/testing/panel.ts'
import { testBlueprint } from '#core/testing/test-blueprint.ts'
import { createServer, previewServer } from './create.ts'
import { type ServerDraft, serverDraftSchema } from './draft.ts'

let panel: TestPanel
let refusal: PublicError | undefined
const emitted: unknown[] = []

beforeAll(async () => {
  panel = await testPanel({
    blueprints: [testBlueprint],
    plugins: {
      ask: async () => {
        if (refusal) throw refusal
      },
      emit: (name, event) => void emitted.push([name, event]),
    },
  })
})
afterAll(() => panel[Symbol.asyncDispose]())

const status = (portsTaken: number[] = []) => fakeStatus({ portsTaken })
const draft = (more: Partial<ServerDraft> = {}): ServerDraft =>
  serverDraftSchema.parse({ blueprintId: 'test-game', name: 'Arcadia', ...more })
const create = (more: Partial<ServerDraft> = {}) => createServer(panel.context, panel.owner.actor, draft(more))
const onNode = (nodeId: string) =>
  panel.database.withSystem((tx) => tx.select().from(servers).where(eq(servers.nodeId, nodeId)))
const fieldsOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(InvalidInput)
  return error instanceof InvalidInput ? error.fields : {}
}

describe('createServer', () => {
  test('claims ports, stores an installing server with its secrets sealed, records it, and tells node and plugins', async () => {
    const nodeId = await panel.addNode({ status: status() })
    emitted.length = 0
    const { server } = await create({ nodeId, variables: { PASSWORD: 'hunter2' } })

    expect(server).toMatchObject({
      state: 'installing',
      revision: 1,
      installRequest: 1,
      powerWant: 'running',
      powerRequest: 1,
    })
    expect(server.variables['PASSWORD']).not.toContain('hunter2')
    const sent = panel.hub.applied.at(-1)
    expect(sent).toMatchObject({
      nodeId,
      server: { id: server.id, revision: 1, deleted: false, install: { request: 1, script: { script: 'true' } } },
    })
    const port = sent?.server.run.ports[0]?.port
    expect(sent?.server.run.command).toEqual([
      '/game',
      '--players',
      '8',
      '--password',
      'hunter2',
      '--port',
      String(port),
    ])
    const { claimed, log } = await panel.database.withSystem(async (tx) => ({
      claimed: await tx.select().from(allocations).where(eq(allocations.serverId, server.id)),
      log: await tx.select().from(activity).where(eq(activity.serverId, server.id)),
    }))
    expect(
      claimed.map(({ port, name }) => [name, port]).toSorted(([a], [b]) => String(a).localeCompare(String(b))),
    ).toEqual([
      ['game', 25565],
      ['query', 25566],
    ])
    expect(log).toMatchObject([{ action: 'server.create', actorId: panel.owner.id, subject: 'Arcadia' }])
    expect(JSON.stringify(log)).not.toContain('hunter2')
    expect(emitted).toEqual([['server.created', expect.objectContaining({ id: server.id, state: 'installing' })]])
  })

  test('of fifty that want the last port at the same time one gets it, and the others leave nothing behind', async () => {
    const nodeId = await panel.addNode({ status: status(), portFrom: 30000, portTo: 30000 })
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, () => create({ nodeId, memoryMiB: 256, diskGB: 0.1 })),
    )
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
    for (const reason of reasons)
      expect(reason).toMatchObject({ fields: { 'ports.game': expect.stringContaining('30000–30000') } })
    expect(await onNode(nodeId)).toHaveLength(1)
  })

  test('of fifty that want the last gibibyte at the same time one gets it', async () => {
    const machine = { cores: 64, memoryBytes: 1024 ** 3, diskBytes: 200e9, diskFreeBytes: 150e9 }
    const nodeId = await panel.addNode({ status: fakeStatus({ capacity: machine }), memoryPercent: 100 })
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, () => create({ nodeId, memoryMiB: 1024, diskGB: 0.1 })),
    )
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    expect(await onNode(nodeId)).toHaveLength(1)
  })

  test('every wrong field is named at once, in sentences with numbers', async () => {
    const nodeId = await panel.addNode({ name: 'fra-9', status: status([25990]) })
    expect(
      await fieldsOf(
        create({
          nodeId,
          memoryMiB: 100,
          image: 'evil:latest',
          variables: { MAX_PLAYERS: '900', NOPE: '1' },
          ports: { rcon: 25001 },
        }),
      ),
    ).toEqual({
      memoryMiB: 'Test game needs at least 256 MiB.',
      image: 'Choose one of Stable, Next.',
      'ports.rcon': 'Test game has no port “rcon”.',
      'variables.MAX_PLAYERS': 'At most 64.',
      'variables.NOPE': expect.any(String),
    })
    expect(
      await fieldsOf(create({ nodeId, memoryMiB: 64_000, diskGB: 500, ports: { game: 80, query: 25990 } })),
    ).toEqual({
      memoryMiB: '62.5 GiB does not fit: fra-9 has 14.4 GiB of 14.4 GiB left.',
      diskGB: '500 GB does not fit: fra-9 has 180 GB of 180 GB left.',
      'ports.game': 'Port 80 is outside this node’s range, 25000–25999.',
      'ports.query': 'Port 25990 is used by another program on this node. Leave it empty to get a free one.',
    })
    expect(await onNode(nodeId)).toEqual([])
  })

  test('CPU may be promised twice, and the answer says so', async () => {
    const nodeId = await panel.addNode({ name: 'cpu-1', status: status() })
    expect((await create({ nodeId, cpuPercent: 300 })).warnings).toEqual([])
    expect((await create({ nodeId, cpuPercent: 300 })).warnings).toEqual([
      'The servers on cpu-1 may then use 600 % of its 400 % CPU.',
    ])
  })

  test('a plugin that refuses leaves nothing behind', async () => {
    const nodeId = await panel.addNode({ status: status() })
    refusal = new PublicError('quota', 'Two servers are enough.', { status: 409 })
    await expect(create({ nodeId })).rejects.toThrow('Two servers are enough.')
    refusal = undefined
    expect(await onNode(nodeId)).toEqual([])
  })

  test('a person who may not create servers is refused', async () => {
    const bob = await panel.addUser('Bob')
    await expect(createServer(panel.context, bob.actor, draft())).rejects.toMatchObject({ status: 403 })
  })

  test('a preview says the same as creating and claims nothing', async () => {
    const nodeId = await panel.addNode({ status: status() })
    const { plan } = await previewServer(panel.context, panel.owner.actor, draft({ nodeId }))
    expect(plan.run.ports[0]).toEqual({ name: 'game', port: 25565, protocol: 'udp' })
    expect(await onNode(nodeId)).toEqual([])
    const wrong = previewServer(panel.context, panel.owner.actor, draft({ nodeId, ports: { game: 1 } }))
    expect(Object.keys(await fieldsOf(wrong))).toEqual(['ports.game'])
  })
})
