// The list against an oracle: whatever is stored, searched, filtered and sorted, people see exactly what is theirs.
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { servers } from '#core/db/schema/servers.ts'
import { observedStates } from '#core/domain/server.ts'
import { type TestPanel, type TestUser, testPanel } from '#core/testing/panel.ts'
import { addServer } from '#core/testing/test-servers.ts'
import { dashboard } from './dashboard.ts'
import { list } from './list.ts'

let panel: TestPanel
let people: TestUser[]
let nodeIds: string[]

beforeAll(async () => {
  panel = await testPanel()
  people = [panel.owner, await panel.addUser('Bob'), await panel.addUser('Eve')]
  nodeIds = [await panel.addNode({ name: 'near' }), await panel.addNode({ name: 'far_away' })]
  panel.hub.connect(nodeIds[0] ?? '')
})
afterAll(() => panel[Symbol.asyncDispose]())

const name = fc.stringMatching(/^[aB%_\\'. ]{0,3}[xY<]{1,3}$/)
const stored = fc.record({
  name,
  state: fc.constantFrom(...observedStates),
  owner: fc.integer({ min: 0, max: 2 }),
  node: fc.integer({ min: 0, max: 1 }),
  deleted: fc.boolean(),
  hint: fc.boolean(),
  memory: fc.integer({ min: 1, max: 4 }),
})
const asked = fc.record({
  who: fc.integer({ min: 0, max: 2 }),
  search: fc.option(fc.constantFrom('a', 'B', '%', '_', '\\', "'", 'x', 'near', 'far_', '25001', '<'), {
    nil: undefined,
  }),
  state: fc.option(fc.constantFrom(...observedStates, 'unreachable' as const, 'deleting' as const), { nil: undefined }),
  tab: fc.option(fc.constantFrom('running' as const, 'attention' as const, 'stopped' as const), { nil: undefined }),
  sort: fc.constantFrom('name' as const, 'memory' as const, 'state' as const),
  descending: fc.boolean(),
  limit: fc.integer({ min: 1, max: 6 }),
  offset: fc.integer({ min: 0, max: 4 }),
})

test('the list shows what an oracle says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(stored, { maxLength: 8 }),
      fc.array(asked, { minLength: 1, maxLength: 6 }),
      async (rows, questions) => {
        await panel.database.withSystem((tx) => tx.delete(servers))
        const known = await Promise.all(
          rows.map(async (row, index) => {
            const nodeId = nodeIds[row.node] ?? ''
            const ownerId = people[row.owner]?.id ?? ''
            const port = 25000 + index
            const id = await addServer(panel, nodeId, {
              name: row.name,
              state: row.state,
              ownerId,
              port,
              memoryBytes: row.memory * 1024 ** 3,
              deletedAt: row.deleted ? new Date().toISOString() : null,
              hint: row.hint ? 'eula' : null,
            })
            const away = row.node === 1
            const shown = row.deleted ? 'deleting' : away ? 'unreachable' : row.state
            const attention =
              !row.deleted && (away || row.hint || row.state === 'crashed' || row.state === 'install-failed')
            return {
              id,
              ownerId,
              port,
              shown,
              attention,
              name: row.name,
              node: away ? 'far_away' : 'near',
              memory: row.memory,
              stored: row.deleted ? 'deleting' : row.state,
            }
          }),
        )
        for (const question of questions) {
          const { who, search, state, tab, sort, descending, limit, offset } = question
          const person = people[who]
          if (!person) continue
          const mine = known.filter(({ ownerId }) => who === 0 || ownerId === person.id)
          const found = mine.filter(
            (row) =>
              (search === undefined ||
                [row.name, row.node, 'test-game', 'Test game', 'play.test'].some((text) =>
                  text.toLowerCase().includes(search.toLowerCase()),
                ) ||
                String(row.port) === search) &&
              (state === undefined || row.shown === state) &&
              (tab === undefined || (tab === 'attention' ? row.attention : row.shown === tab)),
          )
          const key = (row: (typeof known)[number]) =>
            sort === 'name' ? row.name.toLowerCase() : sort === 'memory' ? row.memory : row.stored
          const sign = descending ? -1 : 1
          const ordered = found.toSorted((a, b) =>
            key(a) === key(b) ? (a.id < b.id ? -1 : 1) : key(a) < key(b) ? -sign : sign,
          )
          const answer = await list(panel.context, person.actor, {
            search,
            state,
            tab,
            sort,
            descending,
            limit,
            offset,
          })
          expect(answer.servers.map(({ id }) => id)).toEqual(ordered.slice(offset, offset + limit).map(({ id }) => id))
          for (const server of answer.servers)
            expect(server.state).toBe(known.find(({ id }) => id === server.id)?.shown)
          if (answer.servers.length > 0) expect(answer.total).toBe(found.length)
          expect((await dashboard(panel.context, person.actor, { limit: 1 })).counts).toEqual({
            all: mine.length,
            running: mine.filter(({ shown }) => shown === 'running').length,
            stopped: mine.filter(({ shown }) => shown === 'stopped').length,
            attention: mine.filter(({ attention }) => attention).length,
          })
        }
      },
    ),
    { numRuns: 60 },
  )
}, 120_000)
