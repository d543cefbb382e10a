// Roles: made, changed, given and taken by people who hold them; nobody climbs.
import { eq, inArray } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { roles, userRoles } from '#core/db/schema/access.ts'
import { sessions } from '#core/db/schema/accounts.ts'
import { policySchema } from '#core/panel/providers/settings.ts'
import { writeProviders } from '#core/panel/providers/store.ts'
import { permissionNames } from '#core/permissions/catalogue.ts'
import { isGrant } from '#core/permissions/grants.ts'
import { giveRole } from '#core/testing/access.ts'
import { type ApiClient, origin, type TestPanel, type TestUser, testPanel } from '#core/testing/panel.ts'
import { addServer } from '#core/testing/test-servers.ts'
import { urls } from '#views/urls.ts'

let panel: TestPanel
let api: ApiClient
let nodeId: string
let admin: TestUser
let adminApi: ApiClient
/** By preset. */
let presets: Readonly<Record<string, string>>

beforeAll(async () => {
  panel = await testPanel()
  nodeId = await panel.addNode()
  api = await panel.owner.api()
  admin = await panel.addUser('Ann')
  const { data } = await (await api.get('/roles')).json()
  presets = Object.fromEntries(data.map(({ preset, id }: { preset: string; id: string }) => [preset, id]))
  expect((await api.patch(`/users/${admin.id}/roles`, { roleIds: [presets['admin']] })).status).toBe(204)
  adminApi = await admin.api()
})
afterAll(() => panel[Symbol.asyncDispose]())

let next = 0
async function make(permissions: readonly string[], more: object = {}, by = api): Promise<string> {
  const response = await by.post('/roles', { name: `Role ${next++}`, permissions, ...more })
  expect([response.status, response.status === 201 ? '' : await response.text()]).toEqual([201, ''])
  return (await response.json()).id
}
const stored = async (id: string) =>
  (await panel.database.withSystem((tx) => tx.select().from(roles).where(eq(roles.id, id))))[0]

test('permissions are told to programs, all of them, in words', async () => {
  const { data, next } = await (await (await (await panel.addUser('Eve')).api()).get('/permissions')).json()
  expect([data.length, next]).toEqual([permissionNames.length, null])
  expect(data[0]).toEqual({
    name: 'server.view',
    group: 'Overview',
    reach: 'server',
    danger: 'low',
    words: 'see the server and its state',
    umbrella: false,
    used: true,
  })
})

describe('the roles that come with Stellar', () => {
  test('are five, hold only what there is, and stay as they are', async () => {
    expect(Object.keys(presets)).toEqual(['super-admin', 'admin', 'moderator', 'support', 'user'])
    for (const id of Object.values(presets)) {
      for (const grant of (await stored(id))?.permissions ?? []) expect([grant, isGrant(grant)]).toEqual([grant, true])
      const changed = await api.patch(`/roles/${id}`, { permissions: [] })
      expect([changed.status, (await changed.json()).code]).toEqual([409, 'role-fixed'])
      expect((await api.delete(`/roles/${id}`)).status).toBe(409)
    }
  })

  test('an admin does much, but not what is the panel’s own; support looks and changes nothing', async () => {
    expect((await adminApi.get('/nodes')).status).toBe(200)
    expect((await adminApi.get('/activity')).status).toBe(200)
    expect((await (await admin.browser()).get(urls.settingsMail())).status).toBe(403)
    const id = await addServer(panel, nodeId)
    const helper = await panel.addUser('Sue')
    await api.patch(`/users/${helper.id}/roles`, { roleIds: [presets['support']] })
    const helperApi = await helper.api()
    expect((await helperApi.get(`/servers/${id}`)).status).toBe(200)
    expect((await helperApi.post(`/servers/${id}/power`, { action: 'start' })).status).toBe(403)
    expect((await helperApi.patch(`/servers/${id}`, { name: 'mine' })).status).toBe(403)
    expect((await helperApi.delete(`/servers/${id}?name=Arcadia`)).status).toBe(403)
  })
})

describe('a role', () => {
  test('is changed at once for everybody who has it, and its deletion takes what it gave', async () => {
    const bob = await panel.addUser('Bob')
    const bobApi = await bob.api()
    const role = await make(['node.view'])
    expect((await bobApi.get('/nodes')).status).toBe(403)
    await api.patch(`/users/${bob.id}/roles`, { roleIds: [role] })
    expect((await bobApi.get('/nodes')).status).toBe(200)
    expect((await api.patch(`/roles/${role}`, { permissions: [] })).status).toBe(200)
    expect((await bobApi.get('/nodes')).status).toBe(403)
    await api.patch(`/roles/${role}`, { permissions: ['node.*'] })
    expect((await bobApi.get('/nodes')).status).toBe(200)
    expect((await api.delete(`/roles/${role}`)).status).toBe(204)
    expect((await bobApi.get('/nodes')).status).toBe(403)
  })

  test('limited to a location holds on the nodes that stand there, as they come and go', async () => {
    const { id: locationId } = await (await api.post('/locations', { name: 'Frankfurt' })).json()
    const here = await panel.addNode()
    const server = await addServer(panel, here)
    const role = await make(['server.start', 'node.view'], { limited: true, locationIds: [locationId] })
    const kim = await panel.addUser('Kim')
    await api.patch(`/users/${kim.id}/roles`, { roleIds: [role] })
    const kimApi = await kim.api()
    const seen = async () => [
      (await (await kimApi.get('/nodes')).json()).data.length,
      (await (await kimApi.get('/servers')).json()).data.length,
      (await kimApi.get(`/nodes/${here}`)).status,
      (await kimApi.post(`/servers/${server}/power`, { action: 'start' })).status,
    ]
    expect(await seen()).toEqual([0, 0, 404, 404])
    await api.patch(`/nodes/${here}/location`, { locationId })
    expect(await seen()).toEqual([1, 1, 200, 202])
    await api.patch(`/nodes/${here}/location`, { locationId: null })
    expect(await seen()).toEqual([0, 0, 404, 404])
    expect((await api.delete(`/locations/${locationId}`)).status).toBe(204)
  })

  test('says what is wrong with it', async () => {
    const node = { limited: true, nodeIds: [nodeId] }
    for (const [body, field] of [
      [{ name: '' }, 'name'],
      [{ name: 'admin' }, 'name'],
      [{ name: 'x', permissions: ['server.nothing'] }, 'permissions'],
      [{ name: 'x', permissions: ['account.update'] }, 'permissions'],
      [{ name: 'x', permissions: ['user.delete'], ...node }, 'permissions'],
      [{ name: 'x', limited: true }, 'nodeIds'],
      [{ name: 'x', limited: true, nodeIds: [crypto.randomUUID()] }, 'nodeIds'],
      [{ name: 'x', limited: true, locationIds: [crypto.randomUUID()] }, 'locationIds'],
    ] as const) {
      const response = await api.post('/roles', body)
      const { fields } = (await response.json()) as { fields?: object }
      expect([body, response.status, Object.keys(fields ?? {})]).toEqual([body, 422, [field]])
    }
  })

  test('that allows something on servers also allows to see them', async () => {
    expect((await stored(await make(['server.start'])))?.permissions).toEqual(['server.view', 'server.start'])
  })
})

describe('nobody climbs', () => {
  test('by making a role, by changing one they have, or by having one given', async () => {
    for (const permissions of [['*'], ['platform.settings'], ['platform.*']]) {
      const made = await adminApi.post('/roles', { name: `Up ${next++}`, permissions })
      expect([permissions, made.status, (await made.json()).code]).toEqual([permissions, 403, 'beyond-own-rights'])
    }
    const own = await make(['user.view'], {}, adminApi)
    await api.patch(`/users/${admin.id}/roles`, { roleIds: [presets['admin'], own] })
    expect((await adminApi.patch(`/roles/${own}`, { permissions: ['user.view', 'platform.settings'] })).status).toBe(
      403,
    )
    expect((await stored(own))?.permissions).toEqual(['user.view'])
    for (const roleIds of [[presets['super-admin']], [presets['admin'], own, presets['super-admin']]]) {
      expect((await adminApi.patch(`/users/${admin.id}/roles`, { roleIds })).status).toBe(403)
    }
    const given = await panel.database.withSystem((tx) =>
      tx.select().from(userRoles).where(eq(userRoles.userId, admin.id)),
    )
    expect(given.map(({ roleId }) => roleId).sort((a, b) => (a < b ? -1 : 1))).toEqual(
      [presets['admin'], own].sort((a = '', b = '') => (a < b ? -1 : 1)),
    )
  })

  test('nor takes from who stands above, nor changes or deletes what they have', async () => {
    const chief = await panel.addUser('Max')
    await api.patch(`/users/${chief.id}/roles`, { roleIds: [presets['super-admin']] })
    expect((await adminApi.patch(`/users/${chief.id}/roles`, { roleIds: [] })).status).toBe(403)
    const above = await make(['platform.settings'])
    expect((await adminApi.patch(`/roles/${above}`, { name: 'Mine' })).status).toBe(403)
    expect((await adminApi.delete(`/roles/${above}`)).status).toBe(403)
    expect((await (await chief.browser()).get(urls.settingsMail())).status).toBe(200)
    // A part of a request that is refused refuses the whole.
    const low = await make(['user.view'])
    expect((await adminApi.patch(`/users/${chief.id}/roles`, { roleIds: [low] })).status).toBe(403)
    const { data } = await (await api.get(`/users/${chief.id}/roles`)).json()
    expect(data.map(({ id }: { id: string }) => id)).toEqual([presets['super-admin']])
  })

  test('nor beyond the nodes that their own role is limited to', async () => {
    const other = await panel.addNode()
    const clerk = await panel.addUser('Pat')
    await giveRole(panel, clerk.id, { permissions: ['role.manage', 'role.view', 'user.roles'] })
    await giveRole(panel, clerk.id, { permissions: ['server.*'], nodeIds: [nodeId] })
    const clerkApi = await clerk.api()
    const of = (nodeIds: string[]) =>
      clerkApi.post('/roles', { name: `Of ${next++}`, permissions: ['server.start'], limited: true, nodeIds })
    expect((await of([nodeId])).status).toBe(201)
    expect((await of([other])).status).toBe(403)
    expect((await clerkApi.post('/roles', { name: 'Everywhere', permissions: ['server.start'] })).status).toBe(403)
    const mine = await make(['server.start'], { limited: true, nodeIds: [nodeId] })
    expect((await clerkApi.patch(`/roles/${mine}`, { nodeIds: [nodeId, other] })).status).toBe(403)
    expect((await clerkApi.patch(`/roles/${mine}`, { limited: false })).status).toBe(403)
    expect((await api.get(`/roles/${mine}`).then((r) => r.json())).nodeIds).toEqual([nodeId])
  })

  test('nor by moving nodes into the location of a role, out of it, or by deleting that location', async () => {
    const [inside, outside] = [await panel.addNode(), await panel.addNode()]
    const { id: locationId } = await (await api.post('/locations', { name: 'Vault' })).json()
    expect((await api.patch(`/nodes/${inside}/location`, { locationId })).status).toBe(204)
    const role = await make(['server.start'], { limited: true, locationIds: [locationId] })
    const ivy = await panel.addUser('Ivy')
    expect((await api.patch(`/users/${ivy.id}/roles`, { roleIds: [role] })).status).toBe(204)
    await giveRole(panel, ivy.id, { permissions: ['location.manage'] })
    const ivyApi = await ivy.api()
    const refused = await ivyApi.patch(`/nodes/${outside}/location`, { locationId })
    expect([refused.status, (await refused.json()).code]).toEqual([403, 'beyond-own-rights'])
    const byForm = await (await ivy.browser()).post(urls.nodePlace({ nodeId: outside }), { locationId })
    expect(byForm.status).toBe(403)
    expect((await api.get(`/roles/${role}`).then((r) => r.json())).locationIds).toEqual([locationId])
    expect((await ivyApi.get(`/servers/${await addServer(panel, outside)}`)).status).toBe(404)
    // Where she holds what the role does, she may take the node out, and put it back no more.
    expect((await ivyApi.patch(`/nodes/${inside}/location`, { locationId: null })).status).toBe(204)
    expect((await ivyApi.patch(`/nodes/${inside}/location`, { locationId })).status).toBe(403)
    const strict = await make(['server.stop'], { limited: true, locationIds: [locationId] })
    const gone = await ivyApi.delete(`/locations/${locationId}`)
    expect([gone.status, (await gone.json()).code]).toEqual([403, 'beyond-own-rights'])
    expect((await api.get(`/roles/${strict}`).then((r) => r.json())).locationIds).toEqual([locationId])
    expect((await api.delete(`/locations/${locationId}`)).status).toBe(204)
  })

  test('two who give each other more at the same time get nothing', async () => {
    const [one, two] = [await panel.addUser('One'), await panel.addUser('Two')]
    for (const { id } of [one, two])
      await giveRole(panel, id, { permissions: ['user.roles', 'role.view', 'role.manage'] })
    const strong = await make(['user.delete'])
    const [a, b] = [await one.api(), await two.api()]
    const answers = await Promise.all([
      a.patch(`/users/${two.id}/roles`, { roleIds: [strong] }),
      b.patch(`/users/${one.id}/roles`, { roleIds: [strong] }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([403, 403])
  })
})

test('as many at once as there is room for one become one', async () => {
  const rows = await panel.database.withSystem((tx) => tx.select({ id: roles.id }).from(roles))
  const filling = Array.from({ length: 99 - rows.length }, (_, n) => ({
    id: crypto.randomUUID(),
    name: `Filling ${n}`,
    permissions: [],
  }))
  await panel.database.withSystem((tx) => tx.insert(roles).values(filling))
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => api.post('/roles', { name: `Last ${next++}`, permissions: [] })),
  )
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409])
  await panel.database.withSystem((tx) =>
    tx.delete(roles).where(
      inArray(
        roles.id,
        filling.map(({ id }) => id),
      ),
    ),
  )
})

test('a role of a provider is taken by that provider, and by people when there is no such provider any more', async () => {
  const [dora, role] = [await panel.addUser('Dora'), await make(['node.view'])]
  const givenBy = async (provider: string) =>
    await panel.database.withSystem((tx) =>
      tx
        .insert(userRoles)
        .values({ userId: dora.id, roleId: role, provider })
        .onConflictDoUpdate({ target: [userRoles.userId, userRoles.roleId], set: { provider } }),
    )
  const held = async () => (await (await api.get(`/users/${dora.id}/roles`)).json()).data.length
  await panel.database.withSystem((tx) =>
    writeProviders(tx, [{ ...policySchema.parse({}), id: 'here', kind: 'off-for-now', label: 'Here', values: {} }]),
  )
  const browser = await panel.owner.browser()
  const take = async () => (await browser.post(urls.roleTake({ roleId: role, userId: dora.id }))).status
  await givenBy('here')
  expect([await take(), await held()]).toEqual([409, 1])
  expect((await api.patch(`/users/${dora.id}/roles`, { roleIds: [] })).status).toBe(204)
  expect(await held()).toBe(1)
  await givenBy('gone')
  expect([await take(), await held()]).toEqual([303, 0])
  await givenBy('gone')
  expect((await api.patch(`/users/${dora.id}/roles`, { roleIds: [] })).status).toBe(204)
  expect(await held()).toBe(0)
})

test('a browser that showed long ago who sits there is asked again before it changes, gives, takes or deletes roles', async () => {
  const [roleId, ron] = [await make(['node.view']), await panel.addUser('Ron')]
  const browser = await panel.owner.browser()
  await panel.database.withSystem((tx) => tx.update(sessions).set({ provedAt: new Date(0).toISOString() }))
  rightsChanged(panel.database)
  for (const [path, fields] of [
    [urls.role({ roleId }), { name: 'Other', 'may.platform.settings': 'on' }],
    [urls.roleGive({ roleId }), { email: ron.email }],
    [urls.roleTake({ roleId, userId: ron.id }), {}],
    [urls.roleDelete({ roleId }), {}],
  ] as const) {
    const answer = await browser.post(path, fields)
    expect([path, answer.status, (await answer.text()).includes(`action="${path}"`)]).toEqual([path, 200, true])
  }
  for (const [method, path, body] of [
    ['PATCH', `/roles/${roleId}`, { permissions: ['platform.settings'] }],
    ['PATCH', `/users/${ron.id}/roles`, { roleIds: [roleId] }],
    ['DELETE', `/roles/${roleId}`, undefined],
  ] as const) {
    const headers = { origin, 'content-type': 'application/json' }
    const answer = await browser.send(`/api/v1${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    })
    expect([path, answer.status, (await answer.json()).code]).toEqual([path, 403, 'proof-required'])
  }
  expect((await stored(roleId))?.permissions).toEqual(['node.view'])
  expect((await (await api.get(`/users/${ron.id}/roles`)).json()).data).toEqual([])
})

test('in a browser roles are copied, changed, given, taken and deleted with forms', async () => {
  const browser = await panel.owner.browser()
  expect(await (await browser.get(urls.roles())).text()).toContain('Super Admin')
  const copy = await (await browser.get(`${urls.newRole()}?from=${presets['support']}`)).text()
  expect(copy).toContain('value="Support (copy)"')
  const made = await browser.post(urls.roles(), { name: 'Helper', 'may.server.console': 'on', 'may.node.view': 'on' })
  expect(made.status).toBe(303)
  const [role] = await panel.database.withSystem((tx) => tx.select().from(roles).where(eq(roles.name, 'Helper')))
  const roleId = role?.id ?? ''
  expect(role?.permissions).toEqual(['server.view', 'server.console', 'node.view'])
  expect((await browser.post(urls.roles(), { name: 'helper' })).status).toBe(422)
  const limited = { name: 'Helper', limited: 'true', [`node.${nodeId}`]: 'on', 'may.server.start': 'on' }
  expect((await browser.post(urls.role({ roleId }), limited)).status).toBe(303)
  expect(await stored(roleId)).toMatchObject({ limited: true, permissions: ['server.view', 'server.start'] })
  const dan = await panel.addUser('Dan')
  expect((await browser.post(urls.roleGive({ roleId }), { email: dan.email })).status).toBe(303)
  expect(await (await browser.get(urls.role({ roleId }))).text()).toContain(dan.email)
  expect((await browser.post(urls.roleGive({ roleId }), { email: 'nobody@panel.test' })).status).toBe(404)
  expect((await browser.post(urls.roleTake({ roleId, userId: dan.id }))).status).toBe(303)
  expect((await browser.post(urls.roleDelete({ roleId }))).status).toBe(303)
  expect(await stored(roleId)).toBeUndefined()
})

test('in a browser locations are made, renamed, filled and deleted with forms', async () => {
  const browser = await panel.owner.browser()
  expect((await browser.post(urls.locations(), { name: 'Cellar' })).status).toBe(303)
  expect((await browser.post(urls.locations(), { name: 'cellar' })).status).toBe(422)
  const { data } = await (await api.get('/locations')).json()
  const locationId = data.find(({ name }: { name: string }) => name === 'Cellar').id
  await browser.post(urls.location({ locationId }), { action: 'save', name: 'Attic', description: 'above' })
  await browser.post(urls.nodePlace({ nodeId }), { locationId })
  expect((await (await api.get('/locations')).json()).data).toEqual([
    { id: locationId, name: 'Attic', description: 'above', nodes: 1 },
  ])
  await browser.post(urls.location({ locationId }), { action: 'delete' })
  expect((await (await api.get('/locations')).json()).data).toEqual([])
  expect((await browser.get(urls.locations())).status).toBe(200)
})
