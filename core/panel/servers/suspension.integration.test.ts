// A suspended server, by the public door: who can suspend one, what nobody can do then, what the node is told, and how it ends.
// And whose a server is, when an administrator gives it to somebody else.
import { asc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sessions } from '#core/db/schema/accounts.ts'
import { activity } from '#core/db/schema/activity.ts'
import { servers } from '#core/db/schema/servers.ts'
import { createHubListener } from '#core/panel/nodes/events.ts'
import { giveRole, letIn } from '#core/testing/access.ts'
import { fakeStatus } from '#core/testing/fake-hub.ts'
import { type ApiClient, type Browser, type TestPanel, type TestUser, testPanel } from '#core/testing/panel.ts'
import { addServer } from '#core/testing/test-servers.ts'
import { urls } from '#views/urls.ts'

let panel: TestPanel
let nodeId: string
/** Owns servers; administers; helps on a server; just looks. */
let bob: TestUser
let kim: TestUser
let eve: TestUser
let dan: TestUser
let bobs: ApiClient
let kims: ApiClient
let eves: ApiClient
let id: string

beforeAll(async () => {
  panel = await testPanel()
  nodeId = await panel.addNode({ status: fakeStatus(), enrolledAt: new Date().toISOString() })
  bob = await panel.addUser('Bob')
  kim = await panel.addUser('Kim')
  eve = await panel.addUser('Eve')
  dan = await panel.addUser('Dan')
  ;[bobs, kims, eves] = [await bob.api(), await kim.api(), await eve.api()]
  await giveRole(panel, kim.id, { permissions: ['server.*', 'user.servers', 'user.view'] })
})
beforeEach(async () => {
  panel.hub.connect(nodeId)
  id = await addServer(panel, nodeId, { ownerId: bob.id, state: 'running', powerWant: 'running', powerRequest: 3 })
  await letIn(panel, id, eve.id, ['server.*'])
  await letIn(panel, id, dan.id, [])
  panel.hub.applied.length = 0
})
afterAll(() => panel[Symbol.asyncDispose]())

const suspend = (reason = 'Not paid') => kims.post(`/servers/${id}/suspension`, { reason })
const json = async (response: Response) => (await response.json()) as Record<string, unknown>
const codeOf = async (response: Response) => [response.status, (await json(response))['code']]
const rowOf = async () =>
  (await panel.database.withSystem((tx) => tx.select().from(servers).where(eq(servers.id, id))))[0]
const logged = async () =>
  await panel.database.withSystem((tx) =>
    tx.select().from(activity).where(eq(activity.serverId, id)).orderBy(asc(activity.id)),
  )

describe('suspending a server', () => {
  test('stops it, is told to its node as a wish that stays, and stands in its activity', async () => {
    const answer = await suspend()
    expect([answer.status, await json(answer)]).toMatchObject([
      200,
      { state: 'running', suspended: { reason: 'Not paid' }, offered: [] },
    ])
    expect(panel.hub.applied).toMatchObject([
      { nodeId, server: { id, power: { want: 'stopped', how: 'stop', request: 4 } } },
    ])
    expect(await logged()).toMatchObject([{ action: 'server.suspend', actorName: 'Kim', meta: { reason: 'Not paid' } }])
    // A node that was away is told the same when it connects.
    const { desired } = await createHubListener(panel.context).hello(nodeId, 'box', fakeStatus())
    const told = []
    for await (const server of desired) if (server.id === id) told.push(server)
    expect(told).toMatchObject([{ power: { want: 'stopped', how: 'stop', request: 4 } }])
  })

  test('of one that is off asks nothing of the node but to know, and shows as suspended once it is off', async () => {
    await panel.database.withSystem((tx) =>
      tx.update(servers).set({ state: 'stopped', powerWant: 'stopped' }).where(eq(servers.id, id)),
    )
    await suspend()
    expect(await rowOf()).toMatchObject({ powerRequest: 3 })
    expect(await json(await bobs.get(`/servers/${id}`))).toMatchObject({ state: 'suspended', lastState: 'stopped' })
    const listed = (await (await bobs.get('/servers?state=suspended')).json()) as { data: { id: string }[] }
    expect(listed.data.map((server) => server.id)).toContain(id)
    const stopped = (await (await bobs.get('/servers?state=stopped')).json()) as { data: { id: string }[] }
    expect(stopped.data.map((server) => server.id)).not.toContain(id)
  })

  test('again changes the reason alone', async () => {
    await suspend()
    const since = (await rowOf())?.suspendedAt
    await suspend('Abuse')
    expect(await rowOf()).toMatchObject({ suspendedAt: since, suspendedReason: 'Abuse', powerRequest: 4 })
    expect((await logged()).at(-1)).toMatchObject({ before: { reason: 'Not paid' }, after: { reason: 'Abuse' } })
  })

  test('is for whoever has `user.servers`, whoever owns the server; to a stranger there is none', async () => {
    const body = { reason: 'x' }
    expect((await bobs.post(`/servers/${id}/suspension`, body)).status).toBe(403)
    expect((await eves.post(`/servers/${id}/suspension`, body)).status).toBe(403)
    const clerk = await panel.addUser('Clerk')
    await giveRole(panel, clerk.id, { permissions: ['user.servers'] })
    expect((await (await clerk.api()).post(`/servers/${id}/suspension`, body)).status).toBe(404)
    expect(await codeOf(await kims.post(`/servers/${id}/suspension`, { reason: ' ' }))).toEqual([422, 'invalid-input'])
    expect((await rowOf())?.suspendedAt).toBeNull()
    expect(panel.hub.applied).toEqual([])
  })
})

describe('a suspended server', () => {
  beforeEach(async () => {
    await suspend()
    panel.hub.applied.length = 0
  })

  test('is looked at by whoever could before', async () => {
    for (const client of [bobs, eves, kims]) {
      for (const path of ['', '/stats', '/activity', '/people'])
        expect([path, (await client.get(`/servers/${id}${path}`)).status]).toEqual([path, 200])
    }
    const page = await (await (await bob.browser()).get(urls.server({ id }))).text()
    expect(page).toContain('Not paid')
    expect(page).not.toContain(`action="${urls.serverPower({ id })}"`)
  })

  const acts: readonly (readonly [string, (client: ApiClient) => Promise<Response>])[] = [
    ['start', (client) => client.post(`/servers/${id}/power`, { action: 'start' })],
    ['kill', (client) => client.post(`/servers/${id}/power`, { action: 'kill' })],
    ['install', (client) => client.post(`/servers/${id}/install`)],
    ['command', (client) => client.post(`/servers/${id}/console`, { command: 'say hi' })],
    ['rename', (client) => client.patch(`/servers/${id}`, { name: 'mine' })],
    ['limits', (client) => client.patch(`/servers/${id}`, { memoryMiB: 512 })],
    ['invite', (client) => client.post(`/servers/${id}/invitations`, { email: 'a@b.example', preset: 'viewer' })],
    ['take access away', (client) => client.delete(`/servers/${id}/people/${dan.id}`)],
  ]
  test.each(acts)(
    'is not changed: %s is refused with a sentence, to its owner, a guest and an administrator',
    async (_, act) => {
      const before = await rowOf()
      for (const client of [bobs, eves, kims, await panel.owner.api()]) {
        // What is for administrators alone is refused to the others as ever.
        const [status, code] = await codeOf(await act(client))
        expect([
          [409, 'server-suspended'],
          [403, 'forbidden'],
        ]).toContainEqual([status, code])
        if (client === kims) expect(code).toBe('server-suspended')
      }
      expect(await rowOf()).toEqual(before)
      expect(panel.hub.applied).toEqual([])
      expect(panel.hub.requests.filter(({ method }) => method === 'console.write')).toEqual([])
    },
  )

  test('is deleted by whoever suspends, not by its owner', async () => {
    expect(await codeOf(await bobs.delete(`/servers/${id}?name=Arcadia`))).toEqual([409, 'server-suspended'])
    expect((await kims.delete(`/servers/${id}?name=Arcadia`)).status).toBe(202)
  })

  test('can be left by a guest', async () => {
    expect((await eves.delete(`/servers/${id}/people/${eve.id}`)).status).toBe(204)
  })

  test('stays off when the suspension is lifted, until somebody starts it', async () => {
    expect((await bobs.delete(`/servers/${id}/suspension`)).status).toBe(403)
    const lifted = await kims.delete(`/servers/${id}/suspension`)
    expect([lifted.status, (await json(lifted))['suspended']]).toEqual([200, null])
    expect(await rowOf()).toMatchObject({ suspendedAt: null, suspendedReason: null, powerWant: 'stopped' })
    await panel.database.withSystem((tx) => tx.update(servers).set({ state: 'stopped' }).where(eq(servers.id, id)))
    expect((await bobs.post(`/servers/${id}/power`, { action: 'start' })).status).toBe(202)
    expect((await logged()).map(({ action }) => action)).toEqual([
      'server.suspend',
      'server.refuse',
      'server.unsuspend',
      'server.power.start',
    ])
  })
})

describe('on its settings page', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await kim.browser()
  })

  test('an administrator suspends and lifts; without a reason the page says so', async () => {
    const refused = await browser.post(urls.serverSuspension({ id }), { reason: '' })
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('Why; whoever sees')])
    const done = await browser.post(urls.serverSuspension({ id }), { reason: 'Abuse' })
    expect([done.status, done.headers.get('location')]).toEqual([303, urls.serverSettings({ id })])
    expect(await rowOf()).toMatchObject({ suspendedReason: 'Abuse' })
    expect(await (await browser.get(urls.serverSettings({ id }))).text()).toContain('Lift the suspension')
    expect(await (await browser.get(urls.user({ userId: bob.id }))).text()).toContain(urls.serverSettings({ id }))
    await browser.post(urls.serverSuspension({ id }), { lift: 'true' })
    expect((await rowOf())?.suspendedAt).toBeNull()
  })

  test('who cannot suspend sees neither of the two forms', async () => {
    const page = await (await (await bob.browser()).get(urls.serverSettings({ id }))).text()
    expect(page).not.toContain(urls.serverSuspension({ id }))
    expect(page).not.toContain(urls.serverOwner({ id }))
  })

  test('giving a server away asks first who sits there', async () => {
    await panel.database.withSystem((tx) => tx.update(sessions).set({ provedAt: new Date(0).toISOString() }))
    const asked = await browser.post(urls.serverOwner({ id }), { to: eve.email })
    expect([await asked.text(), (await rowOf())?.ownerId]).toEqual([expect.stringContaining('proof.'), bob.id])
  })
})

describe('a server that is given to somebody else', () => {
  const give = (client: ApiClient, to: string) =>
    panel.app.request(`http://panel.test/api/v1/servers/${id}/owner`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${client.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ to }),
    })

  test('is theirs at once, and no more of whom it was', async () => {
    expect((await give(kims, eve.email)).status).toBe(204)
    expect(await rowOf()).toMatchObject({ ownerId: eve.id })
    expect((await bobs.get(`/servers/${id}`)).status).toBe(404)
    expect((await json(await eves.get(`/servers/${id}`)))['owner']).toMatchObject({ name: 'Eve' })
    // Whoever owns it is no guest of their own.
    expect((await json(await eves.get(`/servers/${id}/people`)))['data']).toMatchObject([{ name: 'Dan' }])
    expect(await logged()).toMatchObject([
      { action: 'server.give', actorName: 'Kim', before: { owner: 'Bob' }, after: { owner: 'Eve' } },
    ])
  })

  test('is not given to nobody, to whom it belongs, or by somebody who could not do everything with it', async () => {
    expect(await codeOf(await give(kims, 'nobody@panel.test'))).toEqual([422, 'invalid-input'])
    expect(await codeOf(await give(kims, bob.email))).toEqual([422, 'invalid-input'])
    expect((await give(bobs, eve.email)).status).toBe(403)
    const clerk = await panel.addUser('Clerk')
    await giveRole(panel, clerk.id, { permissions: ['user.servers', 'server.view', 'server.delete'] })
    expect(await codeOf(await give(await clerk.api(), clerk.email))).toEqual([403, 'beyond-own-rights'])
    expect((await rowOf())?.ownerId).toBe(bob.id)
  })
})
