// The log as people and programs read, filter, export and keep it.
import { desc, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { serverMembers, userRoles } from '#core/db/schema/access.ts'
import { activity } from '#core/db/schema/activity.ts'
import { giveRole, letIn } from '#core/testing/access.ts'
import { type ApiClient, type TestPanel, type TestUser, testPanel } from '#core/testing/panel.ts'
import { addServer } from '#core/testing/test-servers.ts'
import { urls } from '#views/urls.ts'
import { record, systemActor } from './record.ts'
import { sweepActivity } from './retention.ts'

let panel: TestPanel
let api: ApiClient
let eve: TestUser
let serverId: string
const logged = async () => (await panel.database.withSystem((tx) => tx.select().from(activity))).length
const at = (iso: string) => ({ at: iso, actorName: 'Old', via: 'system', action: 'node.update' })

beforeAll(async () => {
  panel = await testPanel()
  api = await panel.owner.api()
  eve = await panel.addUser('Eve')
  serverId = await addServer(panel, await panel.addNode(), { name: '=cmd|/C calc' })
  await panel.database.withSystem(async (tx) => {
    for (const [day, subject] of [
      ['2026-01-01T23:59:59.999Z', 'first'],
      ['2026-01-02T00:00:00Z', 'second'],
      ['2026-01-02T23:59:59.999Z', 'third'],
      ['2026-01-03T00:00:00Z', 'fourth'],
    ] as const)
      await tx.insert(activity).values({ ...at(day), subject })
    const server = { id: serverId, name: '=cmd|/C calc' }
    await record(
      tx,
      { ...panel.owner.actor, address: '192.0.2.9', userAgent: 'curl/8' },
      { action: 'server.update', server },
    )
    await record(tx, { ...eve.actor, address: '192.0.2.66' }, { action: 'server.update', server, outcome: 'refused' })
  })
})
afterAll(() => panel?.[Symbol.asyncDispose]())

interface Entry {
  readonly id: number
  readonly actor: string
  readonly action: string
  readonly subject?: string
  readonly address?: string
  readonly userAgent?: string
  readonly credentialId?: string
  readonly impersonatorId?: string
  readonly meta?: Readonly<Record<string, unknown>>
}
const listed = async (path: string, client = api): Promise<Entry[]> => {
  const answer = await client.get(path)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { data: Entry[] }).data
}
const subjects = async (query: string) => (await listed(`/activity?${query}`)).map(({ subject }) => subject)
const newest = async () =>
  (await panel.database.withSystem((tx) => tx.select().from(activity).orderBy(desc(activity.id)).limit(1)))[0]

describe('the filter', () => {
  test('knows whole days, and moments', async () => {
    expect(await subjects('from=2026-01-02&to=2026-01-02')).toEqual(['third', 'second'])
    expect(await subjects('to=2026-01-02T00:00:00Z&from=2026-01-01')).toEqual(['first'])
  })

  test('knows people and servers by a part of the name or by their id', async () => {
    expect((await listed('/activity?kind=server&person=ev')).map(({ actor }) => actor)).toEqual(['Eve'])
    expect((await listed(`/activity?kind=server&person=${eve.id}`)).map(({ actor }) => actor)).toEqual(['Eve'])
    expect(await listed('/activity?kind=server&server=calc')).toHaveLength(2)
    expect(await listed(`/activity?kind=server&server=${serverId}`)).toHaveLength(2)
    expect(await listed(`/activity?kind=server&serverId=${serverId}&outcome=refused`)).toHaveLength(1)
    // A person's name is no server's.
    expect(await listed('/activity?server=first')).toEqual([])
  })

  test.each(['from=yesterday', 'to=0000-01-01', 'to=9999-12-31', 'from=2026-02-30', 'outcome=x', 'kind=%27'])(
    'refuses %s in the API, and is left out of a page',
    async (query) => {
      expect((await api.get(`/activity?${query}`)).status).toBe(422)
      expect((await (await panel.owner.browser()).get(`/activity?${query}`)).status).toBe(200)
    },
  )

  test('stands in the form and in the address of what is older', async () => {
    const browser = await panel.owner.browser()
    const page = await (await browser.get('/activity?person=Eve&from=2026-01-02&outcome=refused')).text()
    expect(page).toMatch(/name="person"[^>]*value="Eve"|value="Eve"[^>]*name="person"/)
    expect(page).toContain('2026-01-02')
    const own = await (await browser.get(`/servers/${serverId}/activity?outcome=refused`)).text()
    expect(own).toContain('Eve')
    expect(own).not.toContain('192.0.2.9')
  })
})

describe('an entry', () => {
  test('says with which browser, session or key it was done', async () => {
    const browser = await panel.owner.browser()
    await browser.send('/account', {
      method: 'POST',
      body: new URLSearchParams({ name: 'Ada' }),
      headers: { origin: 'http://panel.test', 'user-agent': 'Mozilla/5.0 (X11; Linux) Firefox/140' },
    })
    await browser.send('/account', {
      method: 'POST',
      body: new URLSearchParams({ name: 'Ada L' }),
      headers: { origin: 'http://panel.test', 'user-agent': 'Mozilla/5.0 (X11; Linux) Firefox/140' },
    })
    const [entry] = await listed('/activity?kind=account')
    expect(entry).toMatchObject({ action: 'account.update', userAgent: expect.stringContaining('Firefox') })
    expect(entry?.credentialId).toMatch(/^[0-9a-f-]{36}$/)
    await api.patch('/account', { name: 'Ada' })
    const [byKey] = await listed('/activity?kind=account')
    expect(byKey).toMatchObject({ via: 'api-key', key: 'test' })
    expect(await (await browser.get('/activity?kind=account')).text()).toContain('Firefox on Linux')
  })

  test('names who really acted through somebody’s account', async () => {
    await panel.database.withSystem((tx) =>
      record(tx, { ...eve.actor, impersonatorId: panel.owner.id }, { action: 'account.update', subject: 'Eve' }),
    )
    const [entry] = await listed(`/activity?kind=account&person=${panel.owner.id}`)
    expect(entry).toMatchObject({ actor: 'Eve', through: 'Ada', impersonatorId: panel.owner.id })
    expect(await (await (await panel.owner.browser()).get('/activity?kind=account')).text()).toContain(
      'Eve</strong> (Ada, looking through the account)',
    )
  })
})

describe('a refusal', () => {
  const refusals = async () => await listed('/activity?kind=access&limit=200')

  test('of a change is an entry, once a minute however often it is tried; looking leaves none', async () => {
    const [tries, browser] = [await eve.api(), await eve.browser()]
    expect((await tries.get('/activity')).status).toBe(403)
    for (let n = 0; n < 5; n++)
      expect((await tries.post('/invitations', { email: 'x@people.example' })).status).toBe(403)
    expect((await browser.post('/settings/activity', { keepDays: '30' })).status).toBe(403)
    expect(
      (await refusals()).map(({ actor, meta }) => [actor, meta?.['method'], meta?.['permission']].join(' ')).toSorted(),
    ).toEqual(['Eve POST platform.security', 'Eve POST user.create'])
    expect(await (await (await panel.owner.browser()).get('/activity?outcome=refused')).text()).toContain(
      'tried what they may not',
    )
  })

  test('about a server that one sees stands in the log of that server, also for a command typed in its console', async () => {
    const game = await addServer(panel, await panel.addNode())
    await letIn(panel, game, eve.id, ['server.view', 'server.console'])
    const theirs = await eve.api()
    expect((await theirs.post(`/servers/${game}/power`, { action: 'start' })).status).toBe(403)
    expect((await theirs.post(`/servers/${game}/console`, { command: 'op eve' })).status).toBe(403)
    const seen = await listed(`/servers/${game}/activity?outcome=refused`)
    expect(seen.map(({ action, meta }) => [action, meta?.['permission']]).slice(0, 2)).toEqual([
      ['server.refuse', 'server.console.send'],
      ['server.refuse', 'server.start'],
    ])
    // Of a server that is not theirs to see, nothing is said.
    const before = await logged()
    await panel.database.withSystem((tx) => tx.delete(serverMembers))
    rightsChanged(panel.database)
    expect((await theirs.post(`/servers/${game}/power`, { action: 'kill' })).status).toBe(404)
    expect(await logged()).toBe(before)
  })

  test('of reaching beyond one’s own rights is an entry as well', async () => {
    await giveRole(panel, eve.id, { permissions: ['role.manage', 'role.view'] })
    const made = await (await eve.api()).post('/roles', { name: 'All', permissions: ['*'] })
    expect(made.status).toBe(403)
    expect((await refusals())[0]).toMatchObject({
      actor: 'Eve',
      meta: { code: 'beyond-own-rights' },
      outcome: 'refused',
    })
    await panel.database.withSystem((tx) => tx.delete(userRoles))
    rightsChanged(panel.database)
  })
})

describe('the log of one server', () => {
  test('shows addresses only to whoever may see them, but for one’s own', async () => {
    await letIn(panel, serverId, eve.id, ['server.view', 'server.activity'])
    const theirs = await eve.api()
    const seen = await listed(`/servers/${serverId}/activity?kind=server`, theirs)
    expect(seen.map(({ actor, address }) => [actor, address])).toEqual([
      ['Eve', '192.0.2.66'],
      ['Ada', undefined],
    ])
    expect(seen.every(({ userAgent }) => userAgent === undefined)).toBe(true)
    const file = await (await theirs.post(`/servers/${serverId}/activity/export`, { format: 'csv' })).text()
    expect(file).not.toContain('192.0.2.9')
    await panel.database.withSystem((tx) => tx.delete(serverMembers))
  })

  test('does not tell from where an administrator acted who looked through one’s account', async () => {
    const id = await addServer(panel, await panel.addNode(), { ownerId: panel.owner.id })
    await letIn(panel, id, eve.id, ['server.view', 'server.activity'])
    const through = { ...eve.actor, impersonatorId: panel.owner.id, address: '192.0.2.77', userAgent: 'Lynx/2' }
    await panel.database.withSystem((tx) => record(tx, through, { action: 'server.update', server: { id, name: 'x' } }))
    const theirs = await (await eve.api()).get(`/servers/${id}/activity`)
    const page = await (await eve.browser()).get(urls.serverActivity({ id }))
    for (const answer of [theirs, page]) {
      expect(answer.status).toBe(200)
      expect(await answer.text()).not.toMatch(/192\.0\.2\.77|Lynx/)
    }
    expect(await (await api.get(`/servers/${id}/activity`)).text()).toContain('192.0.2.77')
    await panel.database.withSystem((tx) => tx.delete(serverMembers))
  })

  test('is not there for others, nor is its file, nor the log of the panel', async () => {
    const bob = await panel.addUser('Bob')
    const [stranger, browser] = [await bob.api(), await bob.browser()]
    const own = `/servers/${serverId}/activity`
    expect((await stranger.get(own)).status).toBe(404)
    expect((await stranger.post(`${own}/export`, {})).status).toBe(404)
    expect((await stranger.get('/activity')).status).toBe(403)
    expect((await stranger.post('/activity/export', {})).status).toBe(403)
    expect((await browser.post('/activity/export', { format: 'csv' })).status).toBe(403)
    expect((await browser.post(`/servers/${serverId}/activity/export`, { format: 'csv' })).status).toBe(404)
    expect((await listed('/activity?kind=activity')).filter(({ actor }) => actor === 'Bob')).toEqual([])
  })
})

describe('an export', () => {
  test('is the filtered log as a table that no spreadsheet takes for formulas, and an entry itself', async () => {
    const browser = await panel.owner.browser()
    const answer = await browser.post('/activity/export', { format: 'csv', server: serverId })
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="stellar-activity-[\d-]+\.csv"$/)
    const lines = (await answer.text()).trim().split('\r\n')
    expect(lines).toHaveLength(3 + 1 /* Eve's own export of this server */)
    expect(lines[0]).toContain('"id","at","actor"')
    for (const line of lines.slice(1)) expect(line).toContain(`"'=cmd|/C calc"`)
    expect(await newest()).toMatchObject({
      action: 'activity.export',
      meta: { format: 'csv', filter: { server: serverId } },
    })
  })

  test('is read in batches and holds each entry once, newest first', async () => {
    await panel.database.withSystem((tx) =>
      tx.execute(sql`insert into panel.activity (actor_name, via, action, subject)
        select 'Bulk', 'system', 'node.update', 'bulk ' || n from generate_series(1, 1203) n`),
    )
    const answer = await api.post('/activity/export', { person: 'Bulk' })
    expect(answer.headers.get('content-type')).toBe('application/json')
    const entries = JSON.parse(await answer.text()) as Entry[]
    expect(entries.map(({ subject }) => subject)).toEqual(Array.from({ length: 1203 }, (_, n) => `bulk ${1203 - n}`))
    expect(JSON.parse(await (await api.post('/activity/export', { person: 'nobody' })).text())).toEqual([])
  })

  test('runs once at a time for a person, and the next may begin when the reader has left', async () => {
    const first = await api.post('/activity/export', { person: 'Bulk' })
    expect((await api.post('/activity/export', {})).status).toBe(429)
    const other = await panel.addUser('Mod')
    expect((await (await other.api()).post('/activity/export', {})).status).toBe(403)
    const reader = first.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    const again = await api.post('/activity/export', { person: 'nobody' })
    expect(again.status).toBe(200)
    await again.text()
  })
})

describe('what is old', () => {
  const left = async (name: string) => (await listed(`/activity?person=${name}&limit=200`)).length
  const put = (keepDays: unknown) =>
    panel.app.request('http://panel.test/api/v1/settings/activity', {
      method: 'PUT',
      headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ keepDays }),
    })
  const insert = (days: number) =>
    panel.database.withSystem((tx) =>
      tx.insert(activity).values({ ...at(new Date(Date.now() - days * 86_400_000).toISOString()), actorName: 'Aged' }),
    )

  test('goes after a year unless set otherwise, never when it is kept for ever, and that is an entry', async () => {
    await insert(366)
    await insert(364)
    expect((await put(0)).status).toBe(200)
    expect(await sweepActivity(panel.database)).toBe(0)
    expect(await left('Aged')).toBe(2)
    expect((await put(365)).status).toBe(200)
    expect(await sweepActivity(panel.database)).toBe(1)
    expect(await left('Aged')).toBe(1)
    expect(await newest()).toMatchObject({
      action: 'activity.expire',
      actorName: systemActor.name,
      meta: { entries: 1 },
    })
    expect(await sweepActivity(panel.database)).toBe(0)
  })

  test.each([1, 29, -1, 3651, 30.5, 'x', null])('is not kept for %j days', async (days) => {
    expect((await put(days)).status).toBe(422)
    expect(await (await api.get('/settings/activity')).json()).toEqual({ keepDays: 365 })
  })

  test('is set on a page by whoever sees to security, with both values in the log', async () => {
    const browser = await panel.owner.browser()
    expect(await (await browser.get('/settings/activity')).text()).toContain('value="365"')
    expect((await browser.post('/settings/activity', { keepDays: '' })).status).toBe(422)
    expect((await browser.post('/settings/activity', { keepDays: '90' })).status).toBe(303)
    expect(await newest()).toMatchObject({
      action: 'settings.activity',
      before: { keepDays: 365 },
      after: { keepDays: 90 },
    })
    expect(await (await browser.get('/activity?kind=settings')).text()).toContain('keepDays 365 → 90')
    expect((await (await eve.browser()).get('/settings/activity')).status).toBe(403)
    expect((await (await eve.api()).get('/settings/activity')).status).toBe(403)
  })

  test('goes by the function of the database alone, which keeps the last thirty days whatever the settings say', async () => {
    await insert(29)
    await insert(31)
    await panel.database.withSystem((tx) =>
      tx.execute(sql`update panel.settings set value = '{"keepDays": 1}' where key = 'activity'`),
    )
    const before = await left('Aged')
    await sweepActivity(panel.database)
    expect(await left('Aged')).toBe(before - 2)
    const refused = { cause: { code: '42501' } }
    const { owner, database } = panel
    await expect(database.withSystem((tx) => tx.delete(activity))).rejects.toMatchObject(refused)
    await expect(database.withTenant(owner.id, (tx) => tx.delete(activity))).rejects.toMatchObject(refused)
    const call = sql`select panel.expire_activity(1)`
    await expect(database.withTenant(owner.id, (tx) => tx.execute(call))).rejects.toMatchObject(refused)
  })
})
