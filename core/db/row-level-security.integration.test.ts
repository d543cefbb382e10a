// What PostgreSQL itself refuses, shown with plain SQL as the role of requests, on the embedded version and, where
// there is one, on the oldest supported version.
import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { array, assert, asyncProperty, integer } from 'fast-check'
import type postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '#core/testing/database.ts'
import { externalUrl } from '#core/testing/database-server.ts'
import { connect, type Role } from './client.ts'
import { activity, nodes, servers, users } from './schema/index.ts'

const closed = `account_tokens enrolment_tokens external_identities known_devices mails node_certificates
  passkey_challenges passkeys pending_sign_ins provider_flows rate_limits recovery_codes role_locations role_nodes settings
  signing_keys totp_factors console_tokens`.split(/\s+/)
const tables = [
  ...closed,
  ...'activity allocations api_keys invitations locations nodes roles server_members servers sessions user_roles users'.split(
    ' ',
  ),
].sort()

describe.each([
  ['embedded', false],
  ['external', externalUrl() === undefined],
] as const)('on the %s PostgreSQL (the external one needs STELLAR_TEST_DATABASE_URL)', (kind, absent) => {
  describe.skipIf(absent)('row-level security', () => {
    let database: TestDatabase
    const clients: postgres.Sql[] = []
    const owner = randomUUID()
    const [ada, bob] = [randomUUID(), randomUUID()]
    const node = randomUUID()
    const serverOf: Record<string, string> = { [ada]: randomUUID(), [bob]: randomUUID() }

    beforeAll(async () => {
      database = await testDatabase(kind)
      await database.withSystem(async (tx) => {
        await tx.insert(users).values([
          { id: owner, name: 'Owner', email: 'owner@example.org', passwordHash: 'h', isOwner: true },
          { id: ada, name: 'Ada', email: 'ada@example.org', passwordHash: 'h' },
          { id: bob, name: 'Bob', email: 'bob@example.org', passwordHash: 'h' },
        ])
        await tx
          .insert(nodes)
          .values({ id: node, name: 'node', publicAddress: '192.0.2.1', portFrom: 25_565, portTo: 25_600 })
      })
      const sql = door('panel_system')
      let port = 25_565
      for (const [user, server] of Object.entries(serverOf)) {
        await sql.unsafe(serverSql(server, user))
        await sql`insert into panel.allocations values (${node}, ${port++}, ${server}, 'game', 'tcp')`
        await sql`insert into panel.sessions (id, token_hash, user_id, expires_at)
          values (gen_random_uuid(), ${`s${user}`}, ${user}, now() + interval '1 day')`
        await sql`insert into panel.api_keys (id, user_id, name, prefix, key_hash)
          values (gen_random_uuid(), ${user}, 'k', 'p', ${`k${user}`})`
        await sql`insert into panel.activity (actor_id, actor_name, via, action, server_id)
          values (${user}, 'x', 'session', 'server.create', ${server})`
      }
      await sql`insert into panel.activity (actor_name, via, action) values ('system', 'system', 'panel.start')`
      await sql`insert into panel.settings (key, value) values ('authority', '{"key":"secret"}')`
      await sql`insert into panel.node_certificates (fingerprint, node_id, serial, not_after) values ('f', ${node}, '1', now())`
      await sql`insert into panel.enrolment_tokens (id, node_id, secret_hash, expires_at) values ('t', ${node}, 'h', now())`
    })
    afterAll(async () => {
      await Promise.all(clients.map((client) => client.end()))
      await database?.[Symbol.asyncDispose]()
    })

    function door(role: Role): postgres.Sql {
      const client = connect(database.target, { max: 1, connection: { role } })
      clients.push(client)
      return client
    }

    function serverSql(id: string, user: string): string {
      return `insert into panel.servers (id, name, owner_id, node_id, blueprint_id, blueprint, image, variables, memory_bytes,
        cpu_percent, disk_bytes) values ('${id}', 'server', '${user}', '${node}', 'b', '{}', 'i', '{}', 1, 1, 1)`
    }

    /** Plain SQL as the role of requests, inside a transaction that says who, or does not. */
    async function as<T>(user: string | undefined, work: (tx: postgres.TransactionSql) => Promise<T>): Promise<T> {
      const sql = clients.find((client) => client.options.connection['role'] === 'panel_app') ?? door('panel_app')
      const result: unknown = await sql.begin(async (tx) => {
        if (user !== undefined) await tx`select set_config('app.user_id', ${user}, true)`
        return await work(tx)
      })
      return result as T
    }
    const count = (user: string | undefined, table: string, where = 'true') =>
      as(user, async (tx) =>
        Number((await tx.unsafe(`select count(*) as n from panel.${table} where ${where}`))[0]?.['n']),
      )

    const denied = { code: '42501' }

    test('covers every table there is', async () => {
      const found = await door('panel_system')<{ name: string; forced: boolean }[]>`
        select relname::text as name, relrowsecurity and relforcerowsecurity as forced from pg_class
        where relnamespace = 'panel'::regnamespace and relkind in ('r', 'p') order by relname`
      expect([...found]).toEqual(tables.map((name) => ({ name, forced: true })))
    })

    describe('without a user', () => {
      test.each(tables.filter((table) => !closed.includes(table)))('shows no row of %s', async (table) => {
        expect(await count(undefined, table)).toBe(0)
        expect(await count('', table)).toBe(0)
        expect(await count(randomUUID(), table)).toBe(0)
      })

      test('lets nothing be written', async () => {
        await expect(as(undefined, (tx) => tx.unsafe(serverSql(randomUUID(), ada)))).rejects.toMatchObject(denied)
        await expect(
          as(undefined, (tx) => tx`insert into panel.activity (actor_name, via, action) values ('x', 'x', 'x')`),
        ).rejects.toMatchObject(denied)
        await expect(
          as(undefined, (tx) => tx`update panel.servers set name = 'taken' returning id`),
        ).resolves.toHaveLength(0)
        await expect(as(undefined, (tx) => tx`delete from panel.servers returning id`)).rejects.toMatchObject(denied)
      })

      test('holds for the login that owns the tables, unless it is a superuser', async () => {
        const login = connect(database.target, { max: 1 })
        clients.push(login)
        expect(await login`select id from panel.servers`).toHaveLength(0)
        expect(await login`select id from panel.users`).toHaveLength(0)
      })
    })

    test.each(closed)('keeps %s from people altogether, even from the owner', async (table) => {
      await expect(count(owner, table)).rejects.toMatchObject(denied)
      await expect(as(owner, (tx) => tx.unsafe(`delete from panel.${table}`))).rejects.toMatchObject(denied)
    })

    test('shows a user what is theirs and nothing else', async () => {
      for (const [user, other] of [
        [ada, bob],
        [bob, ada],
      ] as const) {
        const seen = await as(user, (tx) => tx<{ id: string }[]>`select id from panel.servers`)
        expect(seen.map(({ id }) => id)).toEqual([serverOf[user]])
        for (const table of ['users', 'allocations', 'sessions', 'api_keys', 'activity']) {
          expect([table, await count(user, table)]).toEqual([table, 1])
        }
        expect(await count(user, 'users', `id = '${other}'`)).toBe(0)
        expect(await count(user, 'nodes')).toBe(1)
      }
    })

    test('shows the owner everything', async () => {
      expect(await count(owner, 'servers')).toBe(2)
      expect(await count(owner, 'users')).toBe(3)
      expect(await count(owner, 'allocations')).toBe(2)
      expect(await count(owner, 'activity')).toBeGreaterThanOrEqual(3)
    })

    test('shows nobody the hash of a password', async () => {
      for (const user of [ada, owner]) {
        await expect(as(user, (tx) => tx`select password_hash from panel.users`)).rejects.toMatchObject(denied)
        await expect(
          as(user, (tx) => tx`update panel.users set password_hash = 'x' where id = ${user}`),
        ).rejects.toMatchObject(denied)
      }
    })

    test('lets nobody make themselves the owner', async () => {
      await expect(as(ada, (tx) => tx`update panel.users set is_owner = true where id = ${ada}`)).rejects.toMatchObject(
        denied,
      )
      await expect(
        as(
          ada,
          (tx) => tx`insert into panel.users (id, name, email, password_hash) values (${randomUUID()}, 'n', 'n', 'n')`,
        ),
      ).rejects.toMatchObject(denied)
    })

    test('refuses a server in the name of somebody else, and giving one away', async () => {
      await expect(as(ada, (tx) => tx.unsafe(serverSql(randomUUID(), bob)))).rejects.toMatchObject(denied)
      await expect(as(ada, (tx) => tx`update panel.servers set owner_id = ${bob}`)).rejects.toMatchObject(denied)
      expect(await count(owner, 'servers', `owner_id = '${bob}'`)).toBe(1)
    })

    test('does not let a user change or remove the server of another', async () => {
      const target = serverOf[bob] ?? ''
      expect(
        await as(ada, (tx) => tx`update panel.servers set name = 'mine' where id = ${target} returning id`),
      ).toHaveLength(0)
      expect(await as(ada, (tx) => tx`delete from panel.sessions where user_id = ${bob} returning id`)).toHaveLength(0)
      expect(await count(owner, 'servers', `id = '${target}' and name = 'server'`)).toBe(1)
    })

    test('lets nobody make, move, give away, suspend or delete a server: the system does, after it was asked', async () => {
      for (const sql of [
        serverSql(randomUUID(), ada),
        `update panel.servers set owner_id = '${ada}'`,
        `update panel.servers set node_id = '${node}'`,
        'update panel.servers set suspended_at = null',
        'update panel.servers set memory_bytes = 1e12',
        'update panel.servers set deleted_at = now()',
        'delete from panel.servers',
        `insert into panel.allocations values ('${node}', 25600, '${serverOf[ada]}', 'game', 'udp')`,
        'update panel.allocations set port = 1',
        'delete from panel.allocations',
      ]) {
        await expect(as(owner, (tx) => tx.unsafe(sql))).rejects.toMatchObject(denied)
        await expect(as(ada, (tx) => tx.unsafe(sql))).rejects.toMatchObject(denied)
      }
    })

    test('lets nobody write roles, memberships, invitations or locations themselves', async () => {
      for (const sql of [
        `insert into panel.user_roles (user_id, role_id) select '${ada}', id from panel.roles where preset = 'super-admin'`,
        'update panel.roles set permissions = $$["*"]$$',
        `insert into panel.server_members (server_id, user_id, permissions) values ('${serverOf[bob]}', '${ada}', '["*"]')`,
        'update panel.server_members set permissions = $$["*"]$$',
        'delete from panel.server_members',
        'update panel.invitations set permissions = $$["*"]$$',
        'select token_hash from panel.invitations',
        'delete from panel.locations',
      ]) {
        for (const user of [owner, ada]) await expect(as(user, (tx) => tx.unsafe(sql))).rejects.toMatchObject(denied)
      }
    })

    test('shows somebody who is suspended nothing at all, not even themselves', async () => {
      const system = door('panel_system')
      await system`update panel.users set suspended_at = now() where id = ${ada}`
      try {
        for (const table of tables.filter((table) => !closed.includes(table))) {
          expect([table, await count(ada, table)]).toEqual([table, 0])
        }
        expect(await as(ada, (tx) => tx`update panel.servers set name = 'mine' returning id`)).toHaveLength(0)
      } finally {
        await system`update panel.users set suspended_at = null where id = ${ada}`
      }
    })

    test('lets people write activity in their own name only, and nobody rewrite it', async () => {
      const write = (actor: string | null) =>
        as(
          ada,
          (tx) =>
            tx`insert into panel.activity (actor_id, actor_name, via, action) values (${actor}, 'Ada', 'session', 'x')`,
        )
      await write(ada)
      await expect(write(bob)).rejects.toMatchObject(denied)
      await expect(write(null)).rejects.toMatchObject(denied)
      for (const sql of [
        'update panel.activity set actor_name = $$nobody$$',
        'delete from panel.activity',
        'truncate panel.activity',
      ]) {
        await expect(as(owner, (tx) => tx.unsafe(sql))).rejects.toMatchObject(denied)
        await expect(door('panel_system').unsafe(sql)).rejects.toMatchObject(denied)
      }
    })

    test('lets only the owner manage nodes', async () => {
      expect(await as(ada, (tx) => tx`update panel.nodes set name = 'mine' returning id`)).toHaveLength(0)
      await expect(
        as(
          ada,
          (tx) =>
            tx`insert into panel.nodes (id, name, public_address, port_from, port_to) values (gen_random_uuid(), 'n', 'n', 1, 2)`,
        ),
      ).rejects.toMatchObject(denied)
      expect(await as(owner, (tx) => tx`update panel.nodes set name = 'renamed' returning id`)).toHaveLength(1)
    })

    test('is not left by resetting the role or choosing another', async () => {
      const sql = door('panel_app')
      await sql`reset role`
      expect((await sql`select current_user::text as role`)[0]).toEqual({ role: 'panel_app' })
      await expect(sql`set role pg_read_all_data`).rejects.toMatchObject(denied)
      await expect(sql`select name from stellar.migrations`).rejects.toMatchObject(denied)
    })

    test('forgets the user when the transaction ends, however it ends', async () => {
      await as(ada, async (tx) => expect(await tx`select id from panel.servers`).toHaveLength(1))
      await as(ada, (tx) => tx`select 1 / 0`).catch(() => {})
      expect(await count(undefined, 'servers')).toBe(0)
    })

    describe('through the doors', () => {
      test('holds from the first query on, also when that is a savepoint that rolls back', async () => {
        const seen = await database.withTenant(ada, async (tx) => {
          await tx.transaction(() => Promise.reject(new Error('undo'))).catch(() => {})
          return await tx.select({ id: servers.id }).from(servers)
        })
        expect(seen).toEqual([{ id: serverOf[ada] }])
      })

      test('holds for many users at once on few connections', async () => {
        const rounds = Array.from({ length: 60 }, (_, index) => [ada, bob, owner, randomUUID()][index % 4] ?? '')
        const seen = await Promise.all(
          rounds.map((user) => database.withTenant(user, (tx) => tx.select({ owner: servers.ownerId }).from(servers))),
        )
        for (const [index, user] of rounds.entries()) {
          const owners = seen[index]?.map((row) => row.owner) ?? []
          expect(owners.sort()).toEqual(user === owner ? [ada, bob].sort() : serverOf[user] ? [user] : [])
        }
      })

      test('refuses what is no user id before it asks PostgreSQL', async () => {
        await expect(database.withTenant('', () => Promise.resolve())).rejects.toThrow('No user id')
        await expect(database.withTenant("' or true", () => Promise.resolve())).rejects.toThrow('No user id')
      })

      test('rolls everything back when the work fails', async () => {
        const work = database.withTenant(ada, async (tx) => {
          await tx.insert(activity).values({ actorId: ada, actorName: 'Ada', via: 'session', action: 'never' })
          throw new Error('stop')
        })
        await expect(work).rejects.toThrow('stop')
        expect(await count(owner, 'activity', `action = 'never'`)).toBe(0)
      })

      test('gives moments as ISO 8601 texts', async () => {
        const [user] = await database.withSystem((tx) => tx.select().from(users).where(eq(users.id, ada)))
        expect(user?.createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/)
      })
    })

    test('shows each of random users exactly their servers, whatever they own', { timeout: 120_000 }, async () => {
      const system = door('panel_system')
      await assert(
        asyncProperty(
          array(integer({ min: 0, max: 5 }), { maxLength: 12 }),
          integer({ min: 0, max: 5 }),
          async (owners, asker) => {
            const people = Array.from({ length: 6 }, () => randomUUID())
            const made = owners.map((index) => ({ id: randomUUID(), owner: people[index] ?? '' }))
            for (const id of people) {
              await system`insert into panel.users (id, name, email, password_hash) values (${id}, 'n', ${id}, 'h')`
            }
            for (const { id, owner } of made) await system.unsafe(serverSql(id, owner))
            const me = people[asker] ?? ''
            const mine = made.filter((server) => server.owner === me).map(({ id }) => id)

            const seen = await as(me, (tx) => tx<{ id: string }[]>`select id from panel.servers`)
            expect(seen.map(({ id }) => id).sort()).toEqual(mine.sort())
            const touched = await as(
              me,
              (tx) => tx<{ id: string }[]>`update panel.servers set name = 'touched' returning id`,
            )
            expect(touched.map(({ id }) => id).sort()).toEqual(mine.sort())
            expect(await count(owner, 'servers', "name = 'touched'")).toBe(mine.length)

            await system`delete from panel.servers where owner_id in ${system(people)}`
            await system`delete from panel.users where id in ${system(people)}`
          },
        ),
        { numRuns: 25 },
      )
    })
  })
})
