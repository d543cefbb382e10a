// Who sees and changes which server: random people, servers, roles, memberships and suspensions, against an oracle that
// knows nothing of the code. The API, and plain SQL as the role of requests, must both agree with it.
import { sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { roleLocations, roleNodes, roles, serverMembers, userRoles } from '#core/db/schema/access.ts'
import { locations, nodes } from '#core/db/schema/nodes.ts'
import { permissionNames } from '#core/permissions/catalogue.ts'
import { covers } from '#core/permissions/grants.ts'
import { type ApiClient, type TestPanel, type TestUser, testPanel } from '#core/testing/panel.ts'
import { addServer } from '#core/testing/test-servers.ts'

/** What each grant stands for, as far as these tests look. */
const meaning: Readonly<
  Record<string, { readonly sees: boolean; readonly changes: boolean; readonly tells: boolean }>
> = {
  '*': { sees: true, changes: true, tells: true },
  'server.*': { sees: true, changes: true, tells: true },
  'server.view': { sees: true, changes: false, tells: false },
  'server.start': { sees: false, changes: true, tells: false },
  'server.settings': { sees: false, changes: true, tells: false },
  'server.startup.*': { sees: false, changes: true, tells: false },
  'server.startup.view': { sees: false, changes: false, tells: false },
  'server.activity': { sees: false, changes: false, tells: true },
  'server.console': { sees: false, changes: false, tells: false },
  'server.create': { sees: false, changes: false, tells: false },
  'user.*': { sees: false, changes: false, tells: false },
}
const grants = fc.uniqueArray(fc.constantFrom(...Object.keys(meaning)), { maxLength: 3 })
const [people, places, machines, games] = [4, 2, 3, 6]
const below = (n: number) => fc.integer({ min: 0, max: n - 1 })

const world = fc.record({
  owners: fc.array(below(people), { minLength: games, maxLength: games }),
  onNode: fc.array(below(machines), { minLength: games, maxLength: games }),
  inPlace: fc.array(fc.option(below(places)), { minLength: machines, maxLength: machines }),
  suspended: fc
    .array(fc.boolean(), { minLength: people, maxLength: people })
    .map((all) => all.map((each, i) => each && i === 0)),
  /** Servers that an administrator suspended. */
  off: fc.array(fc.boolean(), { minLength: games, maxLength: games }),
  members: fc.array(fc.record({ person: below(people), game: below(games), grants }), { maxLength: 6 }),
  roles: fc.array(
    fc.record({
      person: below(people),
      grants,
      limited: fc.boolean(),
      nodes: fc.subarray([...Array(machines).keys()]),
      places: fc.subarray([...Array(places).keys()]),
    }),
    { maxLength: 4 },
  ),
})
type World = typeof world extends fc.Arbitrary<infer T> ? T : never

/** The oracle. */
function may(w: World, person: number, game: number, what: 'sees' | 'changes' | 'tells'): boolean {
  if (w.suspended[person]) return false
  if (what === 'changes' && w.off[game]) return false
  if (w.owners[game] === person) return true
  const node = w.onNode[game] ?? 0
  const place = w.inPlace[node]
  const members = w.members.findLast((each) => each.person === person && each.game === game)
  if (members && (what === 'sees' || members.grants.some((grant) => meaning[grant]?.[what]))) return true
  return w.roles.some(
    (role) =>
      role.person === person &&
      role.grants.some((grant) => meaning[grant]?.[what]) &&
      (!role.limited ||
        role.nodes.includes(node) ||
        (place !== null && place !== undefined && role.places.includes(place))),
  )
}

let panel: TestPanel
let users: TestUser[]
let keys: ApiClient[]
const placeIds = Array.from({ length: places }, () => crypto.randomUUID())
let nodeIds: string[]
let gameIds: string[]

beforeAll(async () => {
  panel = await testPanel()
  users = []
  for (let i = 0; i < people; i++) users.push(await panel.addUser(`Person ${i}`))
  keys = await Promise.all(users.map((user) => user.api()))
  nodeIds = [await panel.addNode(), await panel.addNode(), await panel.addNode()]
  gameIds = []
  for (let i = 0; i < games; i++) gameIds.push(await addServer(panel, nodeIds[0] ?? '', { name: `Game ${i}` }))
  await panel.database.withSystem((tx) => tx.insert(locations).values(placeIds.map((id) => ({ id, name: id }))))
})
afterAll(() => panel[Symbol.asyncDispose]())

const at = <T>(list: readonly T[], index: number): T => list[index] as T

async function build(w: World): Promise<void> {
  await panel.database.withSystem(async (tx) => {
    await tx.delete(serverMembers)
    await tx.delete(roles).where(sql`preset is null`)
    for (const [i, place] of w.inPlace.entries()) {
      await tx
        .update(nodes)
        .set({ locationId: place === null ? null : at(placeIds, place) })
        .where(sql`id = ${at(nodeIds, i)}`)
    }
    for (let game = 0; game < games; game++) {
      await tx.execute(sql`update panel.servers set owner_id = ${at(users, at(w.owners, game)).id},
        node_id = ${at(nodeIds, at(w.onNode, game))}, name = ${`Game ${game}`},
        suspended_at = ${at(w.off, game) ? sql`now()` : null} where id = ${at(gameIds, game)}`)
    }
    // A server moves with its ports.
    await tx.execute(
      sql`update panel.allocations a set node_id = s.node_id from panel.servers s where s.id = a.server_id`,
    )
    for (const [i, suspended] of w.suspended.entries()) {
      await tx.execute(
        sql`update panel.users set suspended_at = ${suspended ? sql`now()` : null} where id = ${at(users, i).id}`,
      )
    }
    for (const { person, game, grants } of w.members) {
      const row = { serverId: at(gameIds, game), userId: at(users, person).id, permissions: grants }
      await tx
        .insert(serverMembers)
        .values(row)
        .onConflictDoUpdate({ target: [serverMembers.serverId, serverMembers.userId], set: { permissions: grants } })
    }
    for (const role of w.roles) {
      const id = crypto.randomUUID()
      await tx.insert(roles).values({ id, name: id, permissions: role.grants, limited: role.limited })
      for (const node of role.limited ? role.nodes : [])
        await tx.insert(roleNodes).values({ roleId: id, nodeId: at(nodeIds, node) })
      for (const place of role.limited ? role.places : [])
        await tx.insert(roleLocations).values({ roleId: id, locationId: at(placeIds, place) })
      await tx.insert(userRoles).values({ userId: at(users, role.person).id, roleId: id })
    }
  })
  rightsChanged(panel.database)
}

const indexes = (rows: readonly { id: string }[]) => rows.map(({ id }) => gameIds.indexOf(id)).sort((a, b) => a - b)
const expected = (w: World, person: number, what: Parameters<typeof may>[3]) =>
  [...gameIds.keys()].filter((game) => may(w, person, game, what))

test('attack 29: everybody is shown, and can change, exactly what is theirs, by the API and by plain SQL', {
  timeout: 180_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(world, async (w) => {
      await build(w)
      for (let person = 0; person < people; person++) {
        const visible = expected(w, person, 'sees')
        const listed = await at(keys, person).get('/servers')
        if (w.suspended[person]) expect(listed.status).toBe(401)
        else {
          expect(indexes((await listed.json()).data)).toEqual(visible)
          const game = person % games
          const one = await at(keys, person).get(`/servers/${at(gameIds, game)}`)
          expect(one.status).toBe(visible.includes(game) ? 200 : 404)
        }
        await panel.database
          .withTenant(at(users, person).id, async (tx) => {
            const seen = await tx.execute<{ id: string }>(sql`select id from panel.servers`)
            expect(indexes([...seen])).toEqual(visible)
            const ports = await tx.execute<{ id: string }>(sql`select server_id as id from panel.allocations`)
            expect(indexes([...ports])).toEqual(visible)
            const touched = await tx.execute<{ id: string }>(sql`update panel.servers set name = 'x' returning id`)
            // What one cannot see one cannot change either, whatever was granted: the policy for reading binds too.
            expect(indexes([...touched])).toEqual(
              expected(w, person, 'changes').filter((game) => visible.includes(game)),
            )
            throw new Undo()
          })
          .catch((error: unknown) => {
            if (!(error instanceof Undo)) throw error
          })
      }
    }),
    { numRuns: 25 },
  )
})

class Undo extends Error {}

describe('names of permissions in the policies', () => {
  /** As the migration spells them, by what they stand for. */
  const policies: readonly (readonly [table: string, command: string, names: readonly string[]])[] = [
    ['servers', 'SELECT', ['server.view']],
    ['activity', 'SELECT', ['platform.activity', 'server.activity']],
    ['users', 'SELECT', ['user.view']],
    ['server_members', 'SELECT', ['server.subusers.view']],
    ['invitations', 'SELECT', ['server.subusers.view']],
    ['roles', 'SELECT', ['role.view']],
    ['nodes', 'UPDATE', ['node.settings']],
    ['nodes', 'DELETE', ['node.delete']],
    [
      'servers',
      'UPDATE',
      permissionNames.filter((name) =>
        /^server\.(start|stop|restart|kill|reinstall|settings\..*|startup\.(update|image|command))$/.test(name),
      ),
    ],
  ]

  test.each(policies)(
    'on %s for %s are all that cover what they stand for, and no others',
    async (table, command, names) => {
      const [row] = await panel.database.withSystem((tx) =>
        tx.execute<{ rule: string }>(sql`select qual as rule from pg_policies
        where schemaname = 'panel' and tablename = ${table} and cmd = ${command} and 'panel_app' = any(roles)`),
      )
      const spelt = new Set(
        [...(row?.rule ?? '').matchAll(/'\{([^}]*)\}'/g)].flatMap(([, list = '']) => list.split(',')),
      )
      const wildcards = permissionNames.flatMap((name) =>
        name
          .split('.')
          .slice(1)
          .map(
            (_, index, rest) =>
              `${name
                .split('.')
                .slice(0, rest.length - index)
                .join('.')}.*`,
          ),
      )
      const covering = ['*', ...wildcards, ...permissionNames].filter((grant) =>
        names.some((name) => covers(grant, name)),
      )
      expect([...spelt].sort((a, b) => (a < b ? -1 : 1))).toEqual(
        [...new Set(covering)].sort((a, b) => (a < b ? -1 : 1)),
      )
    },
  )
})
