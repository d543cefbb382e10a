// Facts of nodes on a real PostgreSQL: each counts once, and only about the node's own servers.
import { asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { activity } from '#core/db/schema/activity.ts'
import { nodes } from '#core/db/schema/nodes.ts'
import { servers } from '#core/db/schema/servers.ts'
import type { HubListener } from '#core/panel/context.ts'
import { fakeStatus } from '#core/testing/fake-hub.ts'
import { type TestPanel, testPanel } from '#core/testing/panel.ts'
import { addServer, factOf } from '#core/testing/test-servers.ts'
import { createHubListener } from './events.ts'

let panel: TestPanel
let listener: HubListener
let nodeId: string
const emitted: (readonly [string, unknown])[] = []
let clock = Date.now()

beforeAll(async () => {
  panel = await testPanel({ now: () => clock, plugins: { emit: (name, event) => void emitted.push([name, event]) } })
  listener = createHubListener(panel.context)
})
beforeEach(async () => {
  nodeId = await panel.addNode()
  emitted.length = 0
})
afterAll(() => panel[Symbol.asyncDispose]())

const rowOf = async (id: string) =>
  (await panel.database.withSystem((tx) => tx.select().from(servers).where(eq(servers.id, id))))[0]
const nodeRow = async () =>
  (await panel.database.withSystem((tx) => tx.select().from(nodes).where(eq(nodes.id, nodeId))))[0]
const logOf = async (id: string) =>
  (
    await panel.database.withSystem((tx) =>
      tx.select().from(activity).where(eq(activity.serverId, id)).orderBy(asc(activity.id)),
    )
  ).map(({ action, outcome, via }) => ({ action, outcome, via }))
const crash = (at: string) => ({
  code: 139,
  signal: 'SIGSEGV',
  outOfMemory: false,
  at,
  unexpected: true,
  lastLines: ['boom'],
})

describe('a fact', () => {
  test('becomes the row, and plugins hear of the move after it is stored', async () => {
    const id = await addServer(panel, nodeId)
    await listener.fact(
      nodeId,
      'box',
      factOf(1, id, { state: 'starting', revision: 3, request: 2, startedAt: '2026-11-22T10:00:00.000Z' }),
    )
    expect(await rowOf(id)).toMatchObject({ state: 'starting', observedRevision: 3, observedRequest: 2 })
    expect(emitted).toEqual([
      [
        'server.state',
        { id, name: 'Arcadia', nodeId, blueprintId: 'test-game', state: 'starting', previous: 'stopped' },
      ],
    ])
  })

  test('with a number that is known changes nothing, also for a listener that was made anew', async () => {
    const id = await addServer(panel, nodeId)
    await listener.fact(nodeId, 'box', factOf(7, id, { state: 'starting' }))
    const again = createHubListener(panel.context)
    await again.fact(nodeId, 'box', factOf(7, id, { state: 'crashed', exit: crash('2026-11-22T10:00:00.000Z') }))
    await again.fact(nodeId, 'box', factOf(6, id, { state: 'running' }))
    expect(await rowOf(id)).toMatchObject({ state: 'starting', exit: null })
    expect(emitted).toHaveLength(1)
    expect(await logOf(id)).toEqual([])
  })

  test('attack 50: told twenty times at once counts once', async () => {
    const id = await addServer(panel, nodeId, { state: 'running' })
    const fact = factOf(1, id, { state: 'crashed', exit: crash('2026-11-22T10:00:00.000Z') })
    await Promise.all(Array.from({ length: 20 }, () => listener.fact(nodeId, 'box', fact)))
    expect(await logOf(id)).toEqual([{ action: 'server.crashed', outcome: 'failed', via: 'system' }])
    expect(emitted).toHaveLength(1)
  })

  test('of a node whose outbox is new counts from the beginning', async () => {
    const id = await addServer(panel, nodeId)
    await listener.fact(nodeId, 'old', factOf(90, id, { state: 'starting' }))
    await listener.fact(nodeId, 'new', factOf(1, id, { state: 'running' }))
    expect(await rowOf(id)).toMatchObject({ state: 'running' })
    expect(await nodeRow()).toMatchObject({ outboxId: 'new', factSeq: 1 })
  })

  test('attacks 21 and 22: about a server of another node, or of none, is acknowledged and changes nothing', async () => {
    const other = await panel.addNode()
    const id = await addServer(panel, other, { deletedAt: new Date().toISOString() })
    await listener.fact(nodeId, 'box', factOf(1, id, { state: 'running' }))
    await listener.fact(nodeId, 'box', factOf(2, id, { kind: 'removed' }))
    await listener.fact(nodeId, 'box', factOf(3, crypto.randomUUID(), { state: 'running' }))
    expect(await rowOf(id)).toMatchObject({ state: 'stopped' })
    expect(emitted).toEqual([])
    expect(await nodeRow()).toMatchObject({ factSeq: 3 })
  })

  test('attack 22: about a suspended server lifts nothing, whatever it says', async () => {
    const suspendedAt = new Date().toISOString()
    const id = await addServer(panel, nodeId, { suspendedAt, suspendedReason: 'unpaid', state: 'running' })
    for (const [seq, state] of (['stopped', 'starting', 'running', 'installing', 'stopped'] as const).entries()) {
      await listener.fact(nodeId, 'box', factOf(seq + 1, id, { state, revision: 99, request: 99 }))
    }
    expect(await rowOf(id)).toMatchObject({
      state: 'stopped',
      suspendedAt,
      suspendedReason: 'unpaid',
      powerWant: 'stopped',
    })
  })

  test('about a crash keeps exit and last lines, and each crash is recorded once', async () => {
    const id = await addServer(panel, nodeId, { state: 'running' })
    const exit = crash('2026-11-22T10:00:00.000Z')
    await listener.fact(nodeId, 'box', factOf(1, id, { state: 'crashed', exit, reason: 'Left off.' }))
    await listener.fact(nodeId, 'box', factOf(2, id, { state: 'starting', exit, restarts: 1 }))
    await listener.fact(nodeId, 'box', factOf(3, id, { state: 'crashed', exit: crash('2026-11-22T10:01:00.000Z') }))
    expect(await logOf(id)).toHaveLength(2)
    expect(await rowOf(id)).toMatchObject({ state: 'crashed', exit: { signal: 'SIGSEGV', lastLines: ['boom'] } })
  })

  test('whose lines no database could hold is stored all the same: it would be told again for ever', async () => {
    const id = await addServer(panel, nodeId, { state: 'running' })
    // A line that was cut within an emoji, and one with U+0000.
    const exit = { ...crash('2026-11-22T10:00:00.000Z'), lastLines: ['cut \ud83d', 'nul \0'] }
    await listener.fact(nodeId, 'box', factOf(1, id, { state: 'crashed', exit, reason: '\0', installLog: ['\udc00'] }))
    expect(await rowOf(id)).toMatchObject({ state: 'crashed', reason: '\ufffd', installLog: ['\ufffd'] })
    expect((await rowOf(id))?.exit?.lastLines).toEqual(['cut \ufffd', 'nul \ufffd'])
    expect((await nodeRow())?.factSeq).toBe(1)
    await listener.hello(nodeId, 'box', fakeStatus({ hostname: 'half \ud83d \0' }))
    expect((await nodeRow())?.status).toMatchObject({ hostname: 'half \ufffd \ufffd' })
  })

  test('about a hint is kept for the run that showed it; a hint nobody knows is not', async () => {
    const id = await addServer(panel, nodeId, { state: 'running' })
    await listener.fact(nodeId, 'box', factOf(1, id, { kind: 'hint', hint: 'eula', line: 'please accept the licence' }))
    await listener.fact(nodeId, 'box', factOf(2, id, { kind: 'hint', hint: '<script>', line: '' }))
    await listener.fact(nodeId, 'box', factOf(3, id, { state: 'stopped' }))
    expect(await rowOf(id)).toMatchObject({ hint: 'eula' })
    await listener.fact(nodeId, 'box', factOf(4, id, { state: 'starting' }))
    expect(await rowOf(id)).toMatchObject({ hint: null })
  })

  test('that it removed a server takes the row only when somebody deleted it', async () => {
    const kept = await addServer(panel, nodeId)
    const gone = await addServer(panel, nodeId, { deletedAt: new Date().toISOString() })
    await listener.fact(nodeId, 'box', factOf(1, kept, { kind: 'removed' }))
    await listener.fact(nodeId, 'box', factOf(2, gone, { kind: 'removed' }))
    expect(await rowOf(kept)).toBeDefined()
    expect(await rowOf(gone)).toBeUndefined()
    expect(await logOf(gone)).toEqual([{ action: 'server.deleted', outcome: 'done', via: 'system' }])
    expect(emitted.map(([name]) => name)).toEqual(['server.deleted'])
  })

  test('about an installation that ended is recorded', async () => {
    const id = await addServer(panel, nodeId, { state: 'installing' })
    await listener.fact(
      nodeId,
      'box',
      factOf(1, id, { state: 'install-failed', reason: 'exit 6', installLog: ['curl: (6)'] }),
    )
    expect(await rowOf(id)).toMatchObject({ state: 'install-failed', installLog: ['curl: (6)'], reason: 'exit 6' })
    expect(await logOf(id)).toEqual([{ action: 'server.install-failed', outcome: 'failed', via: 'system' }])
  })
})

describe('hello', () => {
  test('is answered with the settings, the last known fact and every server of this node, deleted ones too', async () => {
    const ids = [
      await addServer(panel, nodeId),
      await addServer(panel, nodeId, { deletedAt: new Date().toISOString(), revision: 4 }),
    ]
    await addServer(panel, await panel.addNode())
    await listener.fact(nodeId, 'box', factOf(5, ids[0] ?? '', { state: 'running' }))

    const answer = await listener.hello(nodeId, 'box', fakeStatus())
    expect(answer.settings).toMatchObject({ portRange: { from: 25000, to: 25999 } })
    expect(answer.acknowledged).toBe(5)
    const desired = []
    for await (const server of answer.desired) desired.push(server)
    expect(desired.map(({ id }) => id).sort()).toEqual(ids.toSorted())
    expect(desired.find(({ id }) => id === ids[1])).toMatchObject({ deleted: true, revision: 4 })
    expect((await listener.hello(nodeId, 'another box', fakeStatus())).acknowledged).toBe(0)
  })

  test('of a node with more servers than one run holds sends them all', async () => {
    for (let index = 0; index < 53; index++) await addServer(panel, nodeId, { port: 26000 + index })
    let count = 0
    for await (const _ of (await listener.hello(nodeId, 'box', fakeStatus())).desired) count++
    expect(count).toBe(53)
  })

  test('of a node that is not in the database is refused', async () => {
    await expect(listener.hello(crypto.randomUUID(), 'box', fakeStatus())).rejects.toMatchObject({
      code: 'node-not-found',
    })
  })
})

test('a status is stored every ten seconds at most', async () => {
  await listener.hello(nodeId, 'box', fakeStatus({ hostname: 'first' }))
  const stored = async () => (await nodeRow())?.status?.['hostname']
  clock += 5_000
  listener.status(nodeId, fakeStatus({ hostname: 'second' }))
  clock += 6_000
  listener.status(nodeId, fakeStatus({ hostname: 'third' }))
  await expect.poll(stored).toBe('third')
})

test('a node whose link is given up after a silence was heard last before it, not when it was given up', async () => {
  await listener.hello(nodeId, 'box', fakeStatus())
  clock += 5_000
  listener.stats(nodeId, new Date(clock).toISOString(), [])
  const last = clock
  clock += 60_000
  listener.disconnected(nodeId)
  await expect.poll(async () => Date.parse((await nodeRow())?.lastSeenAt ?? '')).toBe(last)
})
