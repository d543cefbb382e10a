// People of a server: inviting, answering, changing, removing, and what nobody can give or take.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { invitations, serverMembers } from '#core/db/schema/access.ts'
import { users } from '#core/db/schema/accounts.ts'
import { activity } from '#core/db/schema/activity.ts'
import { mails } from '#core/db/schema/mails.ts'
import { serverPresets } from '#core/permissions/presets.ts'
import { giveRole, letIn } from '#core/testing/access.ts'
import { type ApiClient, silentMailServer, type TestPanel, type TestUser, testPanel } from '#core/testing/panel.ts'
import { addServer } from '#core/testing/test-servers.ts'
import { urls } from '#views/urls.ts'

const clock = { now: Date.parse('2026-11-28T12:00:00Z') }
let panel: TestPanel
let nodeId: string
let eve: TestUser
let api: ApiClient
let id: string

beforeAll(async () => {
  panel = await testPanel({ now: () => clock.now })
  nodeId = await panel.addNode()
  panel.hub.connect(nodeId)
  panel.hub.answer('console.history', () => ({ text: '', more: false }))
  api = await panel.owner.api()
})
afterAll(() => panel[Symbol.asyncDispose]())
beforeEach(async () => {
  id = await addServer(panel, nodeId)
  eve = await panel.addUser('Eve')
})

const membersOf = (serverId: string) =>
  panel.database.withSystem((tx) => tx.select().from(serverMembers).where(eq(serverMembers.serverId, serverId)))
const actionsOn = async (serverId: string) =>
  (
    await panel.database.withSystem((tx) =>
      tx.select({ action: activity.action }).from(activity).where(eq(activity.serverId, serverId)).orderBy(activity.id),
    )
  ).map(({ action }) => action)

async function invited(email = 'eve@example.org', body: object = { preset: 'viewer' }, by = api) {
  const response = await by.post(`/servers/${id}/invitations`, { email, ...body })
  expect([response.status, response.status === 201 ? '' : await response.text()]).toEqual([201, ''])
  const answer = (await response.json()) as { id: string; link: string; mailed: boolean }
  return { ...answer, token: answer.link.split('/').at(-1) ?? '' }
}

describe('an invitation', () => {
  test('is a link to hand out where no mail is sent; accepted it gives exactly what was offered, at once', async () => {
    const { link, mailed, token } = await invited()
    expect([mailed, link]).toEqual([false, expect.stringContaining('/invitation/')])
    const other = await eve.api()
    expect((await other.get(`/servers/${id}`)).status).toBe(404)
    expect(await (await other.post('/invitations/accept', { token })).json()).toEqual({ serverId: id })
    expect((await other.get(`/servers/${id}`)).status).toBe(200)
    expect((await other.get(`/servers/${id}/console`)).status).toBe(200)
    expect((await (await other.get(`/servers/${id}`)).json()).owner.name).toBe('Ada')
    expect((await other.post(`/servers/${id}/power`, { action: 'start' })).status).toBe(403)
    expect(await actionsOn(id)).toEqual(['server.person.invite', 'server.person.join', 'server.refuse'])
  })

  test('is kept as a hash, and its secret is in no list', async () => {
    const { token } = await invited()
    const rows = await panel.database.withSystem((tx) => tx.select().from(invitations))
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(await (await api.get(`/servers/${id}/invitations`)).text()).not.toContain(token)
  })

  test('works once, also when two accept it in the same moment', async () => {
    const { token } = await invited()
    const bob = await (await panel.addUser('Bob')).api()
    const other = await eve.api()
    const answers = await Promise.all([
      other.post('/invitations/accept', { token }),
      bob.post('/invitations/accept', { token }),
    ])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404])
    expect(await membersOf(id)).toHaveLength(1)
    expect((await other.post('/invitations/decline', { token })).status).toBe(404)
  })

  test('that was declined, withdrawn, sent again or has expired gives nothing', async () => {
    const other = await eve.api()
    const declined = await invited('a@example.org')
    expect((await other.post('/invitations/decline', { token: declined.token })).status).toBe(204)
    const withdrawn = await invited('b@example.org')
    expect((await api.delete(`/servers/${id}/invitations/${withdrawn.id}`)).status).toBe(204)
    const first = await invited('c@example.org')
    const again = await api.post(`/servers/${id}/invitations/${first.id}/resend`)
    expect([again.status, (await again.json()).link]).toEqual([200, expect.not.stringContaining(first.token)])
    const replaced = await invited('d@example.org')
    await invited('D@example.org')
    for (const { token } of [declined, withdrawn, first, replaced]) {
      expect((await other.post('/invitations/accept', { token })).status).toBe(404)
    }
    const late = await invited('e@example.org')
    clock.now += 7 * 24 * 3600_000 + 1000
    expect((await other.post('/invitations/accept', { token: late.token })).status).toBe(404)
    const { data } = await (await api.get(`/servers/${id}/invitations`)).json()
    expect(data.map(({ email, expired }: { email: string; expired: boolean }) => [email, expired])).toEqual(
      expect.arrayContaining([['e@example.org', true]]),
    )
    expect(await membersOf(id)).toEqual([])
  })

  test('of somebody who has lost since what they gave is refused', async () => {
    const manager = await panel.addUser('Max')
    await letIn(panel, id, manager.id, serverPresets[2]?.grants ?? [])
    const { token } = await invited('eve@example.org', { preset: 'operator' }, await manager.api())
    await letIn(panel, id, manager.id, ['server.view', 'server.subusers'])
    const refused = await (await eve.api()).post('/invitations/accept', { token })
    expect([refused.status, (await refused.json()).code]).toEqual([409, 'invitation-faded'])
    expect((await membersOf(id)).map(({ userId }) => userId)).toEqual([manager.id])
  })

  test('says what is wrong with it', async () => {
    for (const [body, field] of [
      [{ email: 'nobody', preset: 'viewer' }, 'email'],
      [{ email: 'a@b.example', permissions: ['server.nothing'] }, 'permissions'],
      [{ email: 'a@b.example', permissions: ['node.view'] }, 'permissions'],
      [{ email: 'a@b.example', permissions: ['*'] }, 'permissions'],
      [{ email: 'a@b.example', permissions: ['server.create'] }, 'permissions'],
      [{ email: 'a@b.example' }, 'permissions'],
      [{ email: 'a@b.example', preset: 'viewer', permissions: [] }, 'permissions'],
    ] as const) {
      const response = await api.post(`/servers/${id}/invitations`, body)
      expect([response.status, Object.keys((await response.json()).fields)]).toEqual([422, [field]])
    }
  })

  test('attack 39: as many at once as there is room for one become one', async () => {
    const row = (n: number) => ({
      id: crypto.randomUUID(),
      email: `n${n}@example.org`,
      tokenHash: crypto.randomUUID(),
      serverId: id,
      permissions: ['server.view'],
      expiresAt: new Date(clock.now + 1000).toISOString(),
    })
    await panel.database.withSystem((tx) => tx.insert(invitations).values(Array.from({ length: 49 }, (_, n) => row(n))))
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) =>
        api.post(`/servers/${id}/invitations`, { email: `${name}@example.org`, preset: 'viewer' }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409])
  })

  test('is mailed to nobody more than five times a day, and no more than thirty an hour by one person', async () => {
    await using mailing = await testPanel({ now: () => clock.now, mailServer: silentMailServer })
    const [max, tom] = [await mailing.addUser('Max'), await mailing.addUser('Tom')]
    const node = await mailing.addNode()
    const [own, other] = [
      await addServer(mailing, node, { ownerId: max.id }),
      await addServer(mailing, node, { ownerId: tom.id }),
    ]
    const [maxApi, tomApi] = [await max.api(), await tom.api()]
    const ask = (email: string, by = maxApi, server = own) =>
      by.post(`/servers/${server}/invitations`, { email, preset: 'viewer' })
    const first = await (await ask('victim@example.org')).json()
    for (let n = 0; n < 2; n++) {
      expect((await ask('Victim@example.org')).status).toBe(201)
      const { data } = await (await maxApi.get(`/servers/${own}/invitations`)).json()
      expect((await maxApi.post(`/servers/${own}/invitations/${data[0].id}/resend`)).status).toBe(200)
    }
    expect(first.mailed).toBe(true)
    const { data } = await (await maxApi.get(`/servers/${own}/invitations`)).json()
    const refused = [
      await ask('victim@example.org'),
      await maxApi.post(`/servers/${own}/invitations/${data[0].id}/resend`),
      await ask('VICTIM@example.org', tomApi, other),
    ]
    for (const answer of refused) expect([answer.status, (await answer.json()).code]).toEqual([429, 'too-many-tries'])
    const letters = await mailing.database.withSystem((tx) => tx.select().from(mails))
    expect(letters).toHaveLength(5)
    for (let n = 0; n < 25; n++) expect((await ask(`n${n}@example.org`)).status).toBe(201)
    expect((await ask('last@example.org')).status).toBe(429)
    expect((await ask('last@example.org', tomApi, other)).status).toBe(201)
  })

  test('to one’s own server, or where one is already, changes nothing', async () => {
    const { token } = await invited()
    expect((await (await api.post('/invitations/accept', { token })).json()).code).toBe('own-server')
    await letIn(panel, id, eve.id, ['server.view'])
    expect((await (await (await eve.api()).post('/invitations/accept', { token })).json()).code).toBe('already-member')
    expect((await membersOf(id))[0]?.permissions).toEqual(['server.view'])
  })
})

describe('in a browser', () => {
  test('the link leaves the address, waits for the sign-in, and is accepted with a form', async () => {
    const { token } = await invited('eve@example.org', { preset: 'operator' })
    const stranger = panel.browser()
    const opened = await stranger.get(urls.invitationLink({ token }))
    expect([opened.status, opened.headers.get('location')]).toEqual([303, '/invitation'])
    const asked = await (await stranger.get('/invitation')).text()
    expect(asked).toContain('Arcadia')
    expect(asked).toContain('/sign-in?next=%2Finvitation')
    expect(asked).not.toContain('value="accept"')
    expect((await stranger.post('/invitation', { answer: 'accept' })).headers.get('location')).toContain('/sign-in')

    const browser = await eve.browser()
    await browser.get(urls.invitationLink({ token }))
    expect(await (await browser.get('/invitation')).text()).toContain('value="accept"')
    const done = await browser.post('/invitation', { answer: 'accept' })
    expect(done.headers.get('location')).toBe(urls.server({ id }))
    expect((await membersOf(id)).map(({ userId }) => userId)).toEqual([eve.id])
    // Used: the page says so instead of failing.
    await browser.get(urls.invitationLink({ token }))
    expect((await browser.get('/invitation')).status).toBe(404)
  })

  test('people are invited, changed and removed with forms, and the page says what changed', async () => {
    const browser = await panel.owner.browser()
    const form = await browser.post(urls.serverInvite({ id }), { email: 'eve@example.org', preset: 'viewer' })
    expect([form.status, await form.text()]).toEqual([201, expect.stringContaining('/invitation/')])
    expect((await browser.post(urls.serverInvite({ id }), { email: 'no', preset: 'viewer' })).status).toBe(422)
    await letIn(panel, id, eve.id, serverPresets[0]?.grants ?? [])
    const page = await (await browser.get(urls.serverPeople({ id }))).text()
    expect(page).toContain('eve@example.org')
    const was = new RegExp(`name="was.${eve.id}" value="([^"]+)"`).exec(page)?.[1] ?? ''
    const saved = await browser.post(urls.serverPeople({ id }), {
      [`was.${eve.id}`]: was,
      [`preset.${eve.id}`]: 'manager',
    })
    expect(saved.status).toBe(303)
    expect(await (await browser.get(urls.serverPeople({ id }))).text()).toContain('Eve: Viewer → Manager.')
    expect((await membersOf(id))[0]?.permissions).toContain('server.backups')

    // The same page saved again: it was made before the change.
    const stale = await browser.post(urls.serverPeople({ id }), {
      [`was.${eve.id}`]: was,
      [`preset.${eve.id}`]: 'viewer',
    })
    expect(stale.status).toBe(409)
    expect((await browser.post(urls.serverPersonRemove({ id, userId: eve.id }))).status).toBe(303)
    expect(await membersOf(id)).toEqual([])
  })

  test('single ticks are exactly what is granted', async () => {
    await letIn(panel, id, eve.id, ['server.view'])
    const browser = await panel.owner.browser()
    const page = await (await browser.get(urls.serverPeople({ id }))).text()
    const was = new RegExp(`name="was.${eve.id}" value="([^"]+)"`).exec(page)?.[1] ?? ''
    await browser.post(urls.serverPeople({ id }), {
      [`was.${eve.id}`]: was,
      [`preset.${eve.id}`]: 'custom',
      [`may.${eve.id}.server.start`]: 'on',
      [`may.${eve.id}.server.nonsense`]: 'on',
      [`may.${eve.id}.node.view`]: 'on',
    })
    expect((await membersOf(id))[0]?.permissions).toEqual(['server.view', 'server.start'])
  })

  test('a tab is shown to whoever may open it', async () => {
    await letIn(panel, id, eve.id, ['server.view'])
    const page = await (await (await eve.browser()).get(urls.server({ id }))).text()
    for (const hidden of [urls.serverPeople({ id }), urls.serverActivity({ id }), urls.serverStartup({ id })]) {
      expect([hidden, page.includes(`href="${hidden}"`)]).toEqual([hidden, false])
    }
    expect(page).not.toContain('value="start"')
  })
})

describe('nobody gives or takes what they lack', () => {
  let max: TestUser
  let maxApi: ApiClient
  beforeEach(async () => {
    max = await panel.addUser('Max')
    await letIn(panel, id, max.id, ['server.view', 'server.start', 'server.subusers'])
    maxApi = await max.api()
    await letIn(panel, id, eve.id, ['server.view'])
  })

  test('neither by inviting nor by changing, single names, umbrellas and wildcards alike', async () => {
    for (const permissions of [['server.stop'], ['server.files'], ['server.*'], ['server.startup.*']]) {
      const byInvitation = await maxApi.post(`/servers/${id}/invitations`, { email: 'x@example.org', permissions })
      expect([permissions, byInvitation.status, (await byInvitation.json()).code]).toEqual([
        permissions,
        403,
        'beyond-own-rights',
      ])
      expect((await maxApi.patch(`/servers/${id}/people/${eve.id}`, { permissions })).status).toBe(403)
    }
    expect((await maxApi.patch(`/servers/${id}/people/${eve.id}`, { permissions: ['server.start'] })).status).toBe(200)
    expect((await maxApi.patch(`/servers/${id}/people/${max.id}`, { permissions: ['server.*'] })).status).toBe(403)
    expect(await membersOf(id)).toHaveLength(2)
  })

  test('nor from somebody who holds more', async () => {
    await letIn(panel, id, eve.id, ['server.view', 'server.stop'])
    expect((await maxApi.patch(`/servers/${id}/people/${eve.id}`, { permissions: ['server.view'] })).status).toBe(403)
    expect((await maxApi.delete(`/servers/${id}/people/${eve.id}`)).status).toBe(403)
    expect((await membersOf(id)).find(({ userId }) => userId === eve.id)?.permissions).toContain('server.stop')
  })

  test('and whoever only looks at people changes none of them, but may leave', async () => {
    await letIn(panel, id, eve.id, ['server.view', 'server.subusers.view'])
    const other = await eve.api()
    expect((await other.get(`/servers/${id}/people`)).status).toBe(200)
    expect((await other.patch(`/servers/${id}/people/${max.id}`, { preset: 'viewer' })).status).toBe(403)
    expect((await other.delete(`/servers/${id}/people/${max.id}`)).status).toBe(403)
    expect((await other.post(`/servers/${id}/invitations`, { email: 'x@example.org', preset: 'viewer' })).status).toBe(
      403,
    )
    expect((await other.delete(`/servers/${id}/people/${eve.id}`)).status).toBe(204)
    expect((await other.get(`/servers/${id}`)).status).toBe(404)
  })

  test('a role counts where it reaches: limited to another node it gives nothing', async () => {
    const elsewhere = await panel.addNode()
    const ann = await panel.addUser('Ann')
    await giveRole(panel, ann.id, { permissions: ['server.*'], nodeIds: [elsewhere] })
    expect((await (await ann.api()).get(`/servers/${id}`)).status).toBe(404)
    await giveRole(panel, ann.id, { permissions: ['server.*'], nodeIds: [nodeId] })
    expect((await (await ann.api()).patch(`/servers/${id}/people/${eve.id}`, { preset: 'manager' })).status).toBe(200)
  })
})

test('attack 28: people and invitations of another server are not found, whatever server stands in the address', async () => {
  const theirs = await addServer(panel, nodeId)
  const max = await panel.addUser('Max')
  const mine = await addServer(panel, nodeId, { ownerId: max.id })
  await letIn(panel, theirs, eve.id, ['server.view'])
  const { id: invitationId } = await (
    await api.post(`/servers/${theirs}/invitations`, { email: 'z@example.org', preset: 'viewer' })
  ).json()
  const maxApi = await max.api()
  const browser = await max.browser()
  for (const server of [mine, theirs]) {
    expect((await maxApi.patch(`/servers/${server}/people/${eve.id}`, { preset: 'viewer' })).status).toBe(404)
    expect((await maxApi.delete(`/servers/${server}/people/${eve.id}`)).status).toBe(404)
    expect((await maxApi.post(`/servers/${server}/invitations/${invitationId}/resend`)).status).toBe(404)
    expect((await maxApi.delete(`/servers/${server}/invitations/${invitationId}`)).status).toBe(404)
    expect((await browser.post(urls.serverPersonRemove({ id: server, userId: eve.id }))).status).toBe(404)
    expect((await browser.post(urls.serverInvitation({ id: server, invitationId }), { action: 'again' })).status).toBe(
      404,
    )
    const matrix = { [`was.${eve.id}`]: 'x', [`preset.${eve.id}`]: 'manager' }
    expect((await browser.post(urls.serverPeople({ id: server }), matrix)).status).toBe(404)
  }
  expect((await membersOf(theirs))[0]?.permissions).toEqual(['server.view'])
})

test('somebody who is suspended has no access, and has it again afterwards', async () => {
  await letIn(panel, id, eve.id, ['server.view'])
  const other = await eve.api()
  const suspend = async (at: string | null) => {
    await panel.database.withSystem((tx) => tx.update(users).set({ suspendedAt: at }).where(eq(users.id, eve.id)))
    await letIn(panel, id, eve.id, ['server.view'])
  }
  await suspend(new Date(clock.now).toISOString())
  expect((await other.get(`/servers/${id}`)).status).toBe(401)
  await suspend(null)
  expect((await other.get(`/servers/${id}`)).status).toBe(200)
})

test('attack 12: whoever is removed falls out of an open page at once, and whoever stays goes on', async () => {
  const stays = await panel.addUser('Kim')
  for (const user of [eve, stays]) await letIn(panel, id, user.id, ['server.view'])
  const open = async (user: TestUser) => {
    const { body, status } = await (await user.browser()).get(`${urls.events()}?server=${id}`)
    expect(status).toBe(200)
    const reader = (body as ReadableStream<Uint8Array>).getReader()
    const ended = (async () => {
      while (!(await reader.read()).done);
      return 'ended'
    })()
    return { ended, cancel: () => reader.cancel() }
  }
  const [one, other] = [await open(eve), await open(stays)]
  const began = performance.now()
  expect((await api.delete(`/servers/${id}/people/${eve.id}`)).status).toBe(204)
  expect(await one.ended).toBe('ended')
  expect(performance.now() - began).toBeLessThan(5000)
  expect(await Promise.race([other.ended, Promise.resolve('goes on')])).toBe('goes on')
  await other.cancel()
})
