// Users for administrators, through the pages and the API.
import { createHash } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { userRoles } from '#core/db/schema/access.ts'
import { sessions, users } from '#core/db/schema/accounts.ts'
import { activity } from '#core/db/schema/activity.ts'
import { servers } from '#core/db/schema/servers.ts'
import { giveRole } from '#core/testing/access.ts'
import { linkIn } from '#core/testing/mailbox.ts'
import {
  type Browser,
  origin,
  silentMailServer,
  type TestPanel,
  type TestUser,
  testPanel,
} from '#core/testing/panel.ts'
import { addServer } from '#core/testing/test-servers.ts'

const presets = {
  superAdmin: '00000000-0000-4000-8000-000000000001',
  admin: '00000000-0000-4000-8000-000000000002',
  moderator: '00000000-0000-4000-8000-000000000003',
} as const
const password = 'seven otters keep one lamp'

let panel: TestPanel
let owner: Browser
let admin: TestUser
let moderator: TestUser
let nodeId: string

beforeAll(async () => {
  panel = await testPanel({ config: { url: origin }, mailServer: silentMailServer })
  owner = await panel.owner.browser()
  admin = await withRole('Admina', 'admin')
  moderator = await withRole('Moira', 'moderator')
  nodeId = await panel.addNode()
})
afterAll(() => panel[Symbol.asyncDispose]())

async function withRole(name: string, preset: keyof typeof presets): Promise<TestUser> {
  const user = await panel.addUser(name)
  await panel.database.withSystem((tx) => tx.insert(userRoles).values({ userId: user.id, roleId: presets[preset] }))
  rightsChanged(panel.database)
  return user
}
const rowOf = async (id: string) =>
  (await panel.database.withSystem((tx) => tx.select().from(users).where(eq(users.id, id))))[0]
const ownerOf = async (serverId: string) =>
  (await panel.database.withSystem((tx) => tx.select().from(servers).where(eq(servers.id, serverId))))[0]
const lastActivity = async (action: string) =>
  (await panel.database.withSystem((tx) => tx.select().from(activity).where(eq(activity.action, action)))).at(-1)

describe('the list', () => {
  test('is searched, filtered and sorted, and counts what fits', async () => {
    const [zoe, yan] = [await panel.addUser('Zoe Quill'), await panel.addUser('Yan Quill')]
    await panel.database.withSystem((tx) =>
      tx
        .update(users)
        .set({ suspendedAt: new Date().toISOString(), suspendedReason: 'spam' })
        .where(eq(users.id, yan.id)),
    )
    const api = await panel.owner.api()
    const names = async (query: string) =>
      (await (await api.get(`/users?${query}`)).json()).data.map(({ name }: { name: string }) => name)
    expect(await names('q=quill&sort=name')).toEqual(['Yan Quill', 'Zoe Quill'])
    expect(await names('q=quill&sort=name&order=desc')).toEqual(['Zoe Quill', 'Yan Quill'])
    expect(await names('q=quill&state=suspended')).toEqual(['Yan Quill'])
    expect(await names(`q=${zoe.email}`)).toEqual(['Zoe Quill'])
    // Marks of a pattern are text.
    expect(await names('q=%25')).toEqual([])
    const page = await (await owner.get('/users?q=quill')).text()
    for (const text of ['Zoe Quill', 'suspended', 'Not confirmed']) expect(page).toContain(text)
  })

  test('goes on from page to page until everybody was there once', async () => {
    const api = await panel.owner.api()
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const answer: { data: { id: string }[]; next: string | null } = await (
        await api.get(`/users?limit=2${next === '' ? '' : `&cursor=${next}`}`)
      ).json()
      seen.push(...answer.data.map(({ id }) => id))
      next = answer.next
    }
    const all = await panel.database.withSystem((tx) => tx.select({ id: users.id }).from(users))
    expect(seen.toSorted()).toEqual(all.map(({ id }) => id).toSorted())
  })

  test('and every act on it are closed to who may not: page, API, and an id that is one’s own', async () => {
    const bob = await panel.addUser('Bob')
    const [browser, api] = [await bob.browser(), await bob.api()]
    const target = `/users/${admin.id}`
    for (const path of [
      '/users',
      '/users/new',
      target,
      `/users/${bob.id}`,
      `${target}/delete`,
      '/invitations',
      '/settings/sign-in',
    ])
      expect([path, (await browser.get(path)).status]).toEqual([path, 403])
    for (const path of [
      '/users',
      target,
      `${target}/suspension`,
      `${target}/reset-link`,
      `${target}/impersonation`,
      `${target}/delete`,
      '/invitations',
      '/settings/sign-in',
    ])
      expect([path, (await browser.post(path, { reason: 'x', name: 'x', email: 'x@y.example' })).status]).toEqual([
        path,
        403,
      ])
    for (const path of ['/users', target, '/invitations', '/settings/sign-in'])
      expect((await api.get(path)).status).toBe(403)
    expect(await browser.get('/servers').then((response) => response.text())).not.toContain('href="/users"')
    expect((await panel.browser().get('/users')).headers.get('location')).toBe('/sign-in?next=%2Fusers')
  })
})

describe('making and changing users', () => {
  test('an account without a password gets one by a link that is handed out; the link does not confirm the address', async () => {
    const made = await owner.post('/users', { name: 'Hand Made', email: 'hand@people.example', password: '' })
    const path = made.headers.get('location') ?? ''
    const id = path.split('/').at(-1) ?? ''
    expect(await rowOf(id)).toMatchObject({
      passwordHash: null,
      emailVerifiedAt: null,
      joinedBy: 'admin',
      isOwner: false,
    })
    const page = await (await owner.post(`${path}/reset-link`)).text()
    const [link = ''] = /http:\/\/panel\.test\/reset-password\?token=[\w-]{43}/.exec(page) ?? []
    expect(await (await owner.get(path)).text()).not.toContain('token=')
    const token = new URL(link).searchParams.get('token') ?? ''
    expect((await panel.browser().post('/reset-password', { token, password })).status).toBe(303)
    expect(await rowOf(id)).toMatchObject({ emailVerifiedAt: null })
    expect((await panel.browser().post('/sign-in', { email: 'hand@people.example', password })).status).toBe(403)
    // Verified by hand.
    await owner.post(path, { name: 'Hand Made', email: 'hand@people.example', verified: 'true' })
    expect((await panel.browser().post('/sign-in', { email: 'hand@people.example', password })).status).toBe(303)
    expect((await rowOf(id))?.lastSeenAt).not.toBeNull()
  })

  test('a bcrypt hash from another panel signs in once and is argon2id afterwards; refusals still tell nothing', async () => {
    const api = await panel.owner.api()
    const passwordHash = '$2y$10$QjSH496pcT5CEbzjD/vtVePCQ8aiRp9p3U76SEaJgtKs1M7twnQ1m'
    const email = 'moved@people.example'
    const { id } = await (await api.post('/users', { name: 'Moved', email, passwordHash })).json()
    const begun = performance.now()
    await panel.browser().post('/sign-in', { email: 'who@people.example', password: 'wrong' })
    expect(performance.now() - begun).toBeGreaterThan(650)
    expect((await panel.browser().post('/sign-in', { email, password: 'wrong' })).status).toBe(422)
    for (let i = 0; i < 2; i++)
      expect((await panel.browser().post('/sign-in', { email, password: 'rasmuslerdorf' })).status).toBe(303)
    expect((await rowOf(id))?.passwordHash).toMatch(/^\$argon2id\$/)
    expect((await api.post('/users', { name: 'X', email: 'x@people.example', passwordHash: '{MD5}x' })).status).toBe(
      422,
    )
  })

  test('an address belongs to one account, in any case', async () => {
    const bob = await panel.addUser('Bob')
    const answer = await owner.post('/users', { name: 'Other', email: bob.email.toUpperCase(), verified: 'true' })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('This address has an account already.')
    const other = await panel.addUser('Other')
    expect((await owner.post(`/users/${other.id}`, { name: 'Other', email: bob.email })).status).toBe(422)
    expect(await rowOf(other.id)).toMatchObject({ email: other.email })
  })

  test('a changed address is told to the old one, is not confirmed, and stands in the log before and after', async () => {
    const bob = await panel.addUser('Bob')
    await owner.post(`/users/${bob.id}`, { name: 'Robert', email: 'robert@people.example' })
    expect(await rowOf(bob.id)).toMatchObject({ name: 'Robert', email: 'robert@people.example', emailVerifiedAt: null })
    expect(await panel.mailed(bob.email)).toMatchObject([{ kind: 'email-changed' }])
    expect(await lastActivity('user.update')).toMatchObject({
      before: { name: 'Bob', email: bob.email, verified: true },
      after: { name: 'Robert', email: 'robert@people.example', verified: false },
    })
  })
})

describe('who may act on whom', () => {
  test('nobody on the owner, nobody on somebody with more rights, nobody on themselves', async () => {
    const [asAdmin, asModerator] = [await admin.browser(), await moderator.browser()]
    const act = async (browser: Browser, id: string) => [
      (await browser.post(`/users/${id}/suspension`, { reason: 'because' })).status,
      (await browser.post(`/users/${id}/reset-link`)).status,
      (await browser.post(`/users/${id}/impersonation`)).status,
      (await browser.post(`/users/${id}/delete`, { confirmation: 'x' })).status,
      (await browser.post(`/users/${id}`, { name: 'Owned', email: 'owned@evil.example' })).status,
    ]
    expect(await act(asAdmin, panel.owner.id)).toEqual([403, 403, 403, 403, 403])
    const boss = await withRole('Boss', 'superAdmin')
    expect(await act(asAdmin, boss.id)).toEqual([403, 403, 403, 403, 403])
    expect(await act(asModerator, admin.id)).toEqual([403, 403, 403, 403, 403])
    expect(await act(asAdmin, admin.id)).toEqual([409, 409, 409, 409, 409])
    expect(await act(asAdmin, crypto.randomUUID())).toEqual([404, 404, 404, 404, 404])
    for (const { id, email } of [panel.owner, boss, admin])
      expect(await rowOf(id)).toMatchObject({ email, suspendedAt: null })
    // They may on those below.
    expect((await asAdmin.post(`/users/${moderator.id}/reset-link`)).status).toBe(200)
  })
})

describe('a suspended account', () => {
  test('is out at once with browsers and keys, is told why, and comes back as it was', async () => {
    const user = await panel.addUser('Sue')
    const [browser, api] = [await user.browser(), await user.api()]
    expect((await browser.get('/account')).status).toBe(200)
    expect((await api.get('/account')).status).toBe(200)
    await (await moderator.browser()).post(`/users/${user.id}/suspension`, { reason: 'Spam in the console' })
    expect((await browser.get('/account')).status).toBe(303)
    expect((await api.get('/account')).status).toBe(401)
    expect(await (await owner.get(`/users/${user.id}`)).text()).toContain('Spam in the console')
    await owner.post(`/users/${user.id}/suspension`, { lift: 'true' })
    expect((await api.get('/account')).status).toBe(200)
    // Sessions ended for good.
    expect((await browser.get('/account')).status).toBe(303)
    expect(await lastActivity('user.suspend')).toMatchObject({ actorName: 'Moira', subject: 'Sue' })
  })

  test('needs a reason', async () => {
    const user = await panel.addUser('Sue')
    expect((await owner.post(`/users/${user.id}/suspension`, { reason: ' ' })).status).toBe(422)
    expect(await rowOf(user.id)).toMatchObject({ suspendedAt: null })
  })
})

describe('deleting a user', () => {
  test('asks for the address, gives the servers to who was named, and keeps what the log says', async () => {
    const [user, heir] = [await panel.addUser('Del'), await panel.addUser('Heir')]
    const serverId = await addServer(panel, nodeId, { ownerId: user.id })
    const path = `/users/${user.id}/delete`
    expect(await (await owner.get(path)).text()).toContain('What happens to the server?')
    expect((await owner.post(path, { servers: 'transfer', to: heir.email, confirmation: 'Del' })).status).toBe(422)
    expect(
      (await owner.post(path, { servers: 'transfer', to: 'nobody@people.example', confirmation: user.email })).status,
    ).toBe(422)
    expect(await rowOf(user.id)).toBeDefined()
    expect(
      (await owner.post(path, { servers: 'transfer', to: heir.email, confirmation: user.email })).headers.get(
        'location',
      ),
    ).toBe('/users')
    expect(await rowOf(user.id)).toBeUndefined()
    expect(await ownerOf(serverId)).toMatchObject({ ownerId: heir.id, deletedAt: null })
    expect(await lastActivity('user.delete')).toMatchObject({ subject: 'Del', meta: { servers: 'transfer', count: 1 } })
    expect(await panel.mailed(user.email)).toMatchObject([{ kind: 'account-deleted' }])
  })

  test('may delete the servers too; they are gone from the node before they are gone from the panel', async () => {
    const user = await panel.addUser('Del')
    const enrolled = await panel.addNode()
    const serverId = await addServer(panel, enrolled, { ownerId: user.id })
    const api = await panel.owner.api()
    const body = { servers: 'delete', confirmation: user.email }
    expect((await api.post(`/users/${user.id}/removal`, body)).status).toBe(204)
    expect(await rowOf(user.id)).toBeUndefined()
    const left = await ownerOf(serverId)
    // This node has never answered, so nothing is left; an enrolled one is told first.
    expect(left === undefined || left.deletedAt !== null).toBe(true)
  })

  test('who may decide whose servers are but not delete them gives them to somebody', async () => {
    const clerk = await panel.addUser('Clerk')
    await giveRole(panel, clerk.id, { permissions: ['user.view', 'user.delete', 'user.servers'] })
    const [rich, api] = [await panel.addUser('Rich'), await clerk.api()]
    const serverId = await addServer(panel, nodeId, { ownerId: rich.id })
    const remove = (servers: string) => api.post(`/users/${rich.id}/removal`, { servers, confirmation: rich.email })
    const refused = await remove('delete')
    expect([refused.status, (await refused.json()).permission]).toEqual([403, 'server.delete'])
    expect([await rowOf(rich.id), (await ownerOf(serverId))?.deletedAt]).toEqual([expect.anything(), null])
    expect((await remove('transfer')).status).toBe(204)
    expect(await ownerOf(serverId)).toMatchObject({ ownerId: panel.owner.id, deletedAt: null })
  })

  test('who may delete users but not decide over servers deletes only those who have none', async () => {
    const { roles } = await import('#core/db/schema/access.ts')
    const roleId = crypto.randomUUID()
    const clerk = await panel.addUser('Clerk')
    await panel.database.withSystem(async (tx) => {
      await tx.insert(roles).values({ id: roleId, name: 'Clerk', permissions: ['user.view', 'user.delete'] })
      await tx.insert(userRoles).values({ userId: clerk.id, roleId })
    })
    rightsChanged(panel.database)
    const [rich, poor] = [await panel.addUser('Rich'), await panel.addUser('Poor')]
    await addServer(panel, nodeId, { ownerId: rich.id })
    const browser = await clerk.browser()
    const remove = async ({ id, email }: TestUser) =>
      (await browser.post(`/users/${id}/delete`, { servers: 'delete', confirmation: email })).status
    expect([await remove(rich), await remove(poor)]).toEqual([403, 303])
    expect(await rowOf(rich.id)).toBeDefined()
  })
})

describe('a browser that showed long ago who sits there', () => {
  async function staleBrowser(): Promise<Browser> {
    const browser = await panel.owner.browser()
    const secret = browser.cookies.get('stellar-session') ?? ''
    const tokenHash = createHash('sha256').update(secret).digest('hex')
    await panel.database.withSystem((tx) =>
      tx
        .update(sessions)
        .set({ provedAt: new Date(0).toISOString() })
        .where(eq(sessions.tokenHash, tokenHash)),
    )
    rightsChanged(panel.database)
    return browser
  }

  test('is asked again before it deletes, makes links or looks through accounts, on pages and in the API', async () => {
    const user = await panel.addUser('Safe')
    const browser = await staleBrowser()
    const path = `/users/${user.id}`
    for (const [act, fields] of [
      ['delete', { confirmation: user.email }],
      ['reset-link', {}],
      ['impersonation', {}],
    ] as const) {
      const answer = await browser.post(`${path}/${act}`, fields)
      expect([act, answer.status, (await answer.text()).includes(`action="${path}/${act}"`)]).toEqual([act, 200, true])
    }
    for (const act of ['removal', 'reset-link']) {
      const body = JSON.stringify(act === 'removal' ? { confirmation: user.email } : {})
      const init = { method: 'POST', body, headers: { origin, 'content-type': 'application/json' } }
      expect((await (await browser.send(`/api/v1${path}/${act}`, init)).json()).code).toBe('proof-required')
    }
    expect(await rowOf(user.id)).toBeDefined()
  })

  test('is asked again before it moves or confirms an address, invites into a role or changes who may sign in', async () => {
    const user = await panel.addUser('Safe')
    const roleId = presets.moderator
    const given = { email: 'given@people.example', roleId }
    const { id } = await (await (await panel.owner.api()).post('/invitations', given)).json()
    const browser = await staleBrowser()
    const [path, name] = [`/users/${user.id}`, 'Safe']
    const moved = { email: 'moved@people.example' }
    for (const [to, fields] of [
      [path, { ...moved, name, verified: 'true' }],
      [path, { email: user.email, name }],
      ['/invitations', { email: 'asked@people.example', roleId }],
      [`/invitations/${id}/again`, {}],
      ['/settings/sign-in', { registration: 'open', secondFactor: 'none', sessionDays: '30' }],
    ] as const) {
      const answer = await browser.post(to, fields)
      expect([to, answer.status, (await answer.text()).includes('Is it still you?')]).toEqual([to, 200, true])
    }
    for (const [method, to, body] of [
      ['PATCH', path, moved],
      ['PATCH', path, { verified: false }],
      ['POST', '/invitations', { email: 'asked@people.example', roleId }],
      ['POST', `/invitations/${id}/again`, {}],
      ['PATCH', '/settings/sign-in', { registration: 'open' }],
    ] as const) {
      const init = { method, body: JSON.stringify(body), headers: { origin, 'content-type': 'application/json' } }
      const answer = await browser.send(`/api/v1${to}`, init)
      expect([to, answer.status, (await answer.json()).code]).toEqual([to, 403, 'proof-required'])
    }
    expect(await rowOf(user.id)).toMatchObject({ email: user.email, emailVerifiedAt: expect.any(String) })
    expect(await panel.mailed('asked@people.example')).toEqual([])
    expect(await panel.mailed(given.email)).toHaveLength(1)
    // A name opens nothing, nor does an invitation without a role.
    expect((await browser.post(path, { email: user.email, name: 'Safer', verified: 'true' })).status).toBe(303)
    expect((await browser.post('/invitations', { email: 'plain@people.example', roleId: '' })).status).toBe(303)
  })
})

describe('looking through an account', () => {
  test('shows what they see under a banner, is written down as both, changes nothing about the account, and ends', async () => {
    const user = await panel.addUser('Ursula')
    const browser = await admin.browser()
    expect((await browser.post(`/users/${user.id}/impersonation`)).headers.get('location')).toBe('/')
    const page = await (await browser.get('/servers')).text()
    expect(page).toContain('You look through the account of Ursula.')
    // Their rights, not the administrator's.
    expect((await browser.get('/users')).status).toBe(403)
    for (const [path, fields] of [
      ['/account', { name: 'Changed' }],
      ['/account/keys', { name: 'key' }],
    ] as const)
      expect([path, (await browser.post(path, fields)).status]).toEqual([path, 403])
    await browser.post('/theme', { theme: 'dark' })
    expect(await rowOf(user.id)).toMatchObject({ name: 'Ursula', theme: 'system' })
    const patch = await browser.send('/api/v1/account', {
      method: 'PATCH',
      body: JSON.stringify({ name: 'Changed' }),
      headers: { origin, 'content-type': 'application/json' },
    })
    expect(patch.status).toBe(403)
    const end = await browser.post('/users/impersonation/end')
    expect(end.headers.get('location')).toBe(`/users/${user.id}`)
    expect(await (await browser.get(`/users/${user.id}`)).text()).not.toContain('You look through')
    expect(await lastActivity('user.impersonate')).toMatchObject({ actorName: 'Admina', subject: 'Ursula' })
    expect(await lastActivity('user.impersonate.end')).toMatchObject({ actorName: 'Admina', subject: 'Ursula' })
  })

  test('what is done meanwhile carries the administrator’s id', async () => {
    const user = await panel.addUser('Ursula')
    const serverId = await addServer(panel, nodeId, { ownerId: user.id })
    const browser = await admin.browser()
    await browser.post(`/users/${user.id}/impersonation`)
    await browser.post(`/servers/${serverId}/settings`, { name: 'Renamed' })
    const lines = await panel.database.withSystem((tx) =>
      tx.select().from(activity).where(eq(activity.serverId, serverId)),
    )
    expect(lines.filter(({ actorId }) => actorId === user.id).map(({ impersonatorId }) => impersonatorId)).toEqual([
      admin.id,
    ])
  })

  test('is seen by whose account it is, but not from where: neither in the list of browsers nor in the export', async () => {
    const user = await panel.addUser('Ursula')
    const looking = await admin.browser()
    await looking.post(`/users/${user.id}/impersonation`)
    await panel.database.withSystem((tx) =>
      tx
        .update(sessions)
        .set({ address: '203.0.113.77', userAgent: 'AdminBrowser' })
        .where(eq(sessions.impersonatorId, admin.id)),
    )
    const done = { actorId: user.id, actorName: 'Ursula', via: 'session', action: 'server.update' } as const
    await panel.database.withSystem((tx) =>
      tx.insert(activity).values({ ...done, impersonatorId: admin.id, address: '203.0.113.77' }),
    )
    const own = await user.browser()
    const page = await (await own.get('/account/security')).text()
    expect(page).toContain('An administrator')
    const list = await (await own.get('/api/v1/account/sessions')).text()
    const file = await (await own.post('/account/export')).text()
    expect(list).toContain('"impersonated":true')
    expect(file).toContain('server.update')
    for (const text of [page, list, file]) expect(text).not.toMatch(/203\.0\.113\.77|AdminBrowser/)
  })

  test('ends within the hour, however much is looked at', async () => {
    const user = await panel.addUser('Ursula')
    const browser = await admin.browser()
    await browser.post(`/users/${user.id}/impersonation`)
    const ends = async () => {
      const [row] = await panel.database.withSystem((tx) =>
        tx.select().from(sessions).where(eq(sessions.userId, user.id)),
      )
      return Date.parse(row?.expiresAt ?? '')
    }
    const end = await ends()
    expect(end - Date.now()).toBeLessThanOrEqual(3_600_000)
    // As if a while had passed since it was used last.
    await panel.database.withSystem((tx) =>
      tx.update(sessions).set({ lastUsedAt: new Date(Date.now() - 1_800_000).toISOString() }),
    )
    const answer = await browser.get('/servers')
    expect([answer.status, answer.headers.getSetCookie(), await ends()]).toEqual([200, [], end])
  })

  test('is no ladder: from within it nobody else’s account opens, and a suspended administrator is out', async () => {
    const [user, other] = [await withRole('Mod', 'moderator'), await panel.addUser('Other')]
    const helper = await withRole('Helper', 'admin')
    const browser = await helper.browser()
    await browser.post(`/users/${user.id}/impersonation`)
    expect((await browser.post(`/users/${other.id}/impersonation`)).status).toBe(403)
    await owner.post(`/users/${helper.id}/suspension`, { reason: 'left the team' })
    expect((await browser.get('/servers')).headers.get('location')).toContain('/sign-in')
  })

  test('ends when the administrator signs out everywhere, and does not lead back to their own account', async () => {
    const user = await panel.addUser('Ursula')
    const helper = await withRole('Helper', 'admin')
    const [looking, other] = [await helper.browser(), await helper.browser()]
    await looking.post(`/users/${user.id}/impersonation`)
    expect((await looking.get('/servers')).status).toBe(200)
    await other.post('/account/sessions')
    expect((await looking.get('/servers')).headers.get('location')).toContain('/sign-in')
    await looking.post('/users/impersonation/end')
    expect((await looking.get('/users')).headers.get('location')).toContain('/sign-in')
    expect((await other.get('/users')).status).toBe(200)
  })

  test.each([
    ['the administrator loses the role', 'administrator'],
    ['the account is given more than the administrator has', 'account'],
  ] as const)('ends when %s', async (_what, whose) => {
    const [user, helper] = [await panel.addUser('Ursula'), await withRole('Helper', 'admin')]
    const browser = await helper.browser()
    await browser.post(`/users/${user.id}/impersonation`)
    expect((await browser.get('/servers')).status).toBe(200)
    await panel.database.withSystem((tx) =>
      whose === 'administrator'
        ? tx.delete(userRoles).where(eq(userRoles.userId, helper.id))
        : tx.insert(userRoles).values({ userId: user.id, roleId: presets.superAdmin }),
    )
    rightsChanged(panel.database)
    expect((await browser.get('/servers')).headers.get('location')).toContain('/sign-in')
    expect((await browser.get('/users')).status).toBe(303)
  })

  test('is not for API keys', async () => {
    const user = await panel.addUser('Ursula')
    const { key } = await admin.api()
    const answer = await panel.app.request(`${origin}/users/${user.id}/impersonation`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, origin },
    })
    expect(answer.headers.getSetCookie()).toEqual([])
  })
})

describe('invitations', () => {
  test('go by mail, make a confirmed account with the role, and work once', async () => {
    const email = 'invited@people.example'
    expect((await owner.post('/invitations', { email, roleId: presets.moderator, days: '3' })).status).toBe(303)
    const [mail] = await panel.mailed(email)
    expect(mail?.text).toContain('Ada invites you')
    const token = new URL(linkIn(mail?.text ?? '', '/join')).searchParams.get('token') ?? ''
    expect(await (await owner.get('/invitations')).text()).toContain(email)
    const browser = panel.browser()
    expect((await browser.post('/join', { token, name: 'Ines', password })).status).toBe(303)
    expect((await browser.get('/users')).status).toBe(200)
    const [row] = await panel.database.withSystem((tx) => tx.select().from(users).where(eq(users.email, email)))
    expect(row).toMatchObject({ joinedBy: 'invitation' })
    expect(row?.emailVerifiedAt).not.toBeNull()
    expect((await panel.browser().post('/join', { token, name: 'Eve', password })).status).toBe(410)
    expect(await (await owner.get('/invitations')).text()).not.toContain(email)
  })

  test('sent again the old link is void; withdrawn the new one, too', async () => {
    const email = 'again@people.example'
    const api = await panel.owner.api()
    const { id } = await (await api.post('/invitations', { email })).json()
    await api.post(`/invitations/${id}/again`)
    const links = (await panel.mailed(email)).map(({ text }) => linkIn(text, '/join').slice(origin.length))
    const statuses = () => Promise.all(links.map(async (path) => (await panel.browser().get(path)).status))
    expect((await statuses()).toSorted((a, b) => a - b)).toEqual([200, 410])
    expect((await api.delete(`/invitations/${id}`)).status).toBe(204)
    expect(await statuses()).toEqual([410, 410])
    expect((await api.delete(`/invitations/${id}`)).status).toBe(404)
  })

  test('give no role that whoever invites may no longer give, until somebody who may sends them again', async () => {
    const email = 'faded@people.example'
    const helper = await withRole('Helper', 'admin')
    const { id } = await (await (await helper.api()).post('/invitations', { email, roleId: presets.moderator })).json()
    await panel.database.withSystem((tx) => tx.delete(userRoles).where(eq(userRoles.userId, helper.id)))
    rightsChanged(panel.database)
    const join = async () => {
      const link = linkIn((await panel.mailed(email)).at(-1)?.text ?? '', '/join')
      const token = new URL(link).searchParams.get('token') ?? ''
      return await panel.browser().post('/join', { token, name: 'Ines', password })
    }
    const refused = await join()
    expect([refused.status, await refused.text()]).toEqual([
      409,
      expect.stringContaining('Who invited you may no longer give this access.'),
    ])
    expect(await panel.database.withSystem((tx) => tx.select().from(users).where(eq(users.email, email)))).toEqual([])
    await (await panel.owner.api()).post(`/invitations/${id}/again`)
    expect((await join()).status).toBe(303)
  })

  test('nobody invites into more than they hold, twice, or who has an account', async () => {
    const asAdmin = await admin.browser()
    const invite = async (email: string, roleId = '') => (await asAdmin.post('/invitations', { email, roleId })).status
    expect(await invite('super@people.example', presets.superAdmin)).toBe(403)
    expect(await invite(admin.email)).toBe(422)
    expect([await invite('twice@people.example'), await invite('TWICE@people.example')]).toEqual([303, 422])
    expect(await panel.mailed('super@people.example')).toEqual([])
    // Also at the same moment.
    const answers = await panel.database.withSystem(async (tx) => {
      // Nobody writes one until both wait for something.
      await tx.execute(sql`lock table panel.invitations in share mode`)
      const both = [invite('once@people.example'), invite('once@people.example')]
      const waiting = sql`select from pg_locks where not granted and database =
        (select oid from pg_database where datname = current_database())`
      await expect.poll(async () => (await tx.execute(waiting)).length).toBe(2)
      return both
    })
    expect((await Promise.all(answers)).toSorted((a, b) => a - b)).toEqual([303, 422])
    expect(await panel.mailed('once@people.example')).toHaveLength(1)
  })

  test('without a mail server the link is shown once, to hand out', async () => {
    await using mute = await testPanel({ config: { url: origin } })
    const browser = await mute.owner.browser()
    const page = await (await browser.post('/invitations', { email: 'hand@people.example' })).text()
    const [link = ''] = /http:\/\/panel\.test\/join\?token=[\w-]{43}/.exec(page) ?? []
    expect((await mute.browser().get(link.slice(origin.length))).status).toBe(200)
    expect(await (await browser.get('/invitations')).text()).not.toContain('token=')
  })
})

describe('the settings of sign-in', () => {
  test('are changed on their page and in the API, and written down', async () => {
    const fields = { registration: 'open', verifyEmail: 'true', secondFactor: 'admins', sessionDays: '14' }
    expect((await owner.post('/settings/sign-in', fields)).status).toBe(303)
    const api = await panel.owner.api()
    expect(await (await api.get('/settings/sign-in')).json()).toEqual({
      registration: 'open',
      verifyEmail: true,
      secondFactor: 'admins',
      providersOnly: false,
      sessionDays: 14,
    })
    expect((await api.patch('/settings/sign-in', { registration: 'off' })).status).toBe(200)
    expect(await (await api.get('/settings/sign-in')).json()).toMatchObject({ registration: 'off', sessionDays: 14 })
    expect((await owner.post('/settings/sign-in', { ...fields, sessionDays: '0' })).status).toBe(422)
    expect(await lastActivity('settings.sign-in')).toMatchObject({
      before: { registration: 'open' },
      after: { registration: 'off' },
    })
  })
})
