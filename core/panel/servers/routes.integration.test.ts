// Servers through the whole app, as a browser without script, as htmx and as a program with a key see them.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { servers } from '#core/db/schema/servers.ts'
import { encodeRecord } from '#core/domain/console.ts'
import { fakeStatus } from '#core/testing/fake-hub.ts'
import { type ApiClient, type Browser, type TestPanel, testPanel } from '#core/testing/panel.ts'
import { testBlueprint } from '#core/testing/test-blueprint.ts'
import { addServer } from '#core/testing/test-servers.ts'
import { urls } from '#views/urls.ts'

const evil = '<img src=x onerror=alert(1)>'
let panel: TestPanel
let browser: Browser
let api: ApiClient
let nodeId: string

beforeAll(async () => {
  panel = await testPanel({ blueprints: [testBlueprint] })
  browser = await panel.owner.browser()
  api = await panel.owner.api()
})
beforeEach(async () => {
  nodeId = await panel.addNode({ status: fakeStatus(), enrolledAt: new Date().toISOString() })
  panel.hub.connect(nodeId)
})
afterAll(() => panel[Symbol.asyncDispose]())

const form = (more: Record<string, string> = {}) => ({
  name: 'Skyforge',
  image: 'docker.io/library/debian:12',
  nodeId,
  memoryMiB: '512',
  cpuPercent: '100',
  diskGB: '1',
  startAfterInstall: 'true',
  'variables.MAX_PLAYERS': '8',
  'variables.EULA': 'true',
  'ports.game': '',
  ...more,
})
const rowOf = async (id: string) =>
  (await panel.database.withSystem((tx) => tx.select().from(servers).where(eq(servers.id, id))))[0]

describe('creating in a browser without script', () => {
  const blueprintId = 'test-game'

  test('goes from the gallery over the form and the review to the server’s page', async () => {
    expect(await (await browser.get(urls.newServer())).text()).toContain('Test game')
    const picked = await browser.get(`${urls.newServer()}?blueprint=test-game`)
    expect([picked.status, picked.headers.get('location')]).toEqual([303, urls.configureServer({ blueprintId })])
    const page = await browser.get(urls.configureServer({ blueprintId }))
    expect([page.status, (await page.text()).includes('name="variables.MAX_PLAYERS"')]).toEqual([200, true])
    const review = await browser.post(urls.reviewServer({ blueprintId }), form())
    expect(review.status).toBe(200)
    expect(await review.text()).toContain('Skyforge')
    const made = await browser.post(urls.servers(), { ...form(), blueprintId })
    expect(made.status).toBe(303)
    const id = made.headers.get('location')?.split('/').at(-1) ?? ''
    expect(await rowOf(id)).toMatchObject({ name: 'Skyforge', memoryBytes: 512 * 1024 ** 2, variables: { EULA: '1' } })
    expect((await browser.get(urls.server({ id }))).status).toBe(200)
  })

  test('wrong fields come back with 422, sentences and everything that was typed', async () => {
    const typed = form({ name: evil, memoryMiB: 'much', 'variables.MAX_PLAYERS': '900', 'ports.game': '80' })
    for (const path of [urls.reviewServer({ blueprintId }), urls.servers()]) {
      const answer = await browser.post(path, { ...typed, blueprintId })
      const text = await answer.text()
      expect(answer.status).toBe(422)
      expect(text).toContain('Enter a number, not “much”.')
      expect(text).toContain('value="much"')
      expect(text).not.toContain('<img src=x')
    }
    const ports = await (await browser.post(urls.reviewServer({ blueprintId }), form({ 'ports.game': '80' }))).text()
    expect(ports).toContain('Port 80 is outside this node’s range, 25000–25999.')
  })

  test('the button pressed several times makes one server; a refused form that is corrected makes it then', async () => {
    const review = await (
      await browser.post(urls.reviewServer({ blueprintId }), form({ name: 'Pressed twice' }))
    ).text()
    const [, once = ''] = /name="once" value="([^"]+)"/.exec(review) ?? []
    expect(once).toMatch(/^[0-9a-f-]{36}$/)
    const press = (more: Record<string, string>) =>
      browser.post(urls.servers(), { ...form({ name: 'Pressed twice', once, ...more }), blueprintId })
    expect((await press({ memoryMiB: '1' })).status).toBe(422)
    const answers = await Promise.all([press({}), press({}), press({})])
    expect(new Set(answers.map(({ headers }) => headers.get('location'))).size).toBe(1)
    expect((await press({})).headers.get('location')).toBe(answers[0]?.headers.get('location'))
    const { data } = (await (await api.get('/servers?q=Pressed')).json()) as { data: unknown[] }
    expect(data).toHaveLength(1)
    // Two forms, or one of somebody else with the same key, are two servers.
    await press({ once: crypto.randomUUID() })
    expect((await (await api.get('/servers?q=Pressed')).json()).data).toHaveLength(2)
  })

  test('an unknown blueprint is not found', async () => {
    expect((await browser.get(urls.configureServer({ blueprintId: 'nothing' }))).status).toBe(404)
    expect((await browser.post(urls.servers(), { ...form(), blueprintId: 'nothing' })).status).toBe(404)
  })
})

describe('a server’s pages', () => {
  test('draw names, lines and reasons as text', async () => {
    const id = await addServer(panel, nodeId, {
      name: evil,
      state: 'crashed',
      reason: evil,
      exit: { code: 1, outOfMemory: false, at: new Date().toISOString(), unexpected: true, lastLines: [evil] },
    })
    panel.hub.answer('console.history', () => ({
      text: encodeRecord({ number: 1, at: 1, kind: 'o', text: evil }),
      more: true,
    }))
    for (const path of [
      urls.servers(),
      urls.server({ id }),
      urls.serverStartup({ id }),
      urls.serverSettings({ id }),
      urls.serverDelete({ id }),
      urls.serverActivity({ id }),
    ]) {
      const answer = await browser.get(path)
      const text = await answer.text()
      expect([path, answer.status]).toEqual([path, 200])
      expect(text).toContain('&lt;img src=x')
      expect(text).not.toContain('<img src=x')
    }
  })

  test('are there when the node is away, without its last lines', async () => {
    const away = await panel.addNode()
    const id = await addServer(panel, away, { state: 'running' })
    const answer = await browser.get(urls.server({ id }))
    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('Not sure')
  })

  test('never show a secret', async () => {
    const id = await addServer(panel, nodeId, {
      variables: { MAX_PLAYERS: '8', PASSWORD: panel.context.secrets.encrypt('hunter2'), EULA: '1', SEED: '' },
    })
    for (const path of [urls.server({ id }), urls.serverStartup({ id })])
      expect(await (await browser.get(path)).text()).not.toContain('hunter2')
    expect(JSON.stringify(await (await api.get(`/servers/${id}`)).json())).not.toContain('hunter2')
  })

  test('startup and settings are saved and say so, or come back with 422', async () => {
    const id = await addServer(panel, nodeId)
    const saved = await browser.post(urls.serverStartup({ id }), {
      image: 'docker.io/library/debian:13',
      'variables.MAX_PLAYERS': '9',
    })
    expect([saved.status, saved.headers.get('location')]).toEqual([303, urls.serverStartup({ id })])
    expect(await rowOf(id)).toMatchObject({ image: 'docker.io/library/debian:13', variables: { MAX_PLAYERS: '9' } })
    expect((await browser.post(urls.serverStartup({ id }), { 'variables.MAX_PLAYERS': '900' })).status).toBe(422)
    expect(
      (await browser.post(urls.serverSettings({ id }), { name: '', memoryMiB: '512', cpuPercent: '50', diskGB: '1' }))
        .status,
    ).toBe(422)
    expect(
      (
        await browser.post(urls.serverSettings({ id }), {
          name: 'New',
          memoryMiB: '512',
          cpuPercent: '50',
          diskGB: '1.5',
        })
      ).status,
    ).toBe(303)
    expect(await rowOf(id)).toMatchObject({
      name: 'New',
      memoryBytes: 512 * 1024 ** 2,
      cpuPercent: 50,
      diskBytes: 1.5e9,
    })
  })

  test.each([
    ['an image that its blueprint dropped', { image: 'docker.io/library/debian:11' }, 'Choose one of Stable, Next.'],
    ['a value that a rule refuses by now', { variables: { MAX_PLAYERS: '900' } }, 'At most 64.'],
    ['a variable that is gone', { variables: { MAX_PLAYERS: '8', OLD: 'x' } }, 'has no such variable'],
    ['secrets of another key', { variables: { PASSWORD: 'sealed elsewhere' } }, 'Its secrets cannot be read'],
  ])('are there for a server with %s, and Startup says what does not fit', async (_, values, sentence) => {
    const id = await addServer(panel, nodeId, values)
    for (const path of [urls.servers(), urls.server({ id }), urls.serverSettings({ id }), urls.serverDelete({ id })])
      expect([path, (await browser.get(path)).status]).toEqual([path, 200])
    const startup = await browser.get(urls.serverStartup({ id }))
    expect(startup.status).toBe(200)
    expect(await startup.text()).toContain(sentence)
    expect((await api.get(`/servers/${id}`)).status).toBe(200)
    // It is not started with what does not fit, and goes all the same.
    const start = await api.post(`/servers/${id}/power`, { action: 'start' })
    expect([start.status, await start.json()]).toMatchObject([409, { code: 'server-misfit' }])
    expect((await api.post(`/servers/${id}/install`)).status).toBe(409)
    expect(await rowOf(id)).toMatchObject({ powerRequest: 0, state: 'stopped' })
    expect((await api.delete(`/servers/${id}?name=Arcadia`)).status).toBe(202)
    expect(panel.hub.applied.at(-1)?.server).toMatchObject({ id, deleted: true })
  })

  test('let a running server that no longer fits be renamed and stopped', async () => {
    const id = await addServer(panel, nodeId, { state: 'running', image: 'docker.io/library/debian:11' })
    expect((await api.patch(`/servers/${id}`, { name: 'Renamed' })).status).toBe(200)
    expect((await api.post(`/servers/${id}/power`, { action: 'stop' })).status).toBe(202)
    expect(panel.hub.applied.at(-1)?.server).toMatchObject({ name: 'Renamed', power: { want: 'stopped' } })
    expect((await api.patch(`/servers/${id}`, { variables: { MAX_PLAYERS: '9' } })).status).toBe(422)
  })

  test('delete asks for the name', async () => {
    const id = await addServer(panel, nodeId)
    expect((await browser.post(urls.serverDelete({ id }), { name: 'other' })).status).toBe(422)
    expect(await rowOf(id)).toMatchObject({ deletedAt: null })
    const gone = await browser.post(urls.serverDelete({ id }), { name: 'Arcadia' })
    expect([gone.status, gone.headers.get('location')]).toEqual([303, urls.servers()])
    expect((await rowOf(id))?.deletedAt).not.toBeNull()
  })
})

describe('power', () => {
  const htmx = { 'hx-request': 'true', 'hx-request-type': 'partial' }

  test('without script redirects to where the button was', async () => {
    const id = await addServer(panel, nodeId)
    const there = await browser.post(urls.serverPower({ id }), { action: 'start' })
    expect([there.status, there.headers.get('location')]).toEqual([303, urls.server({ id })])
    const list = await browser.post(urls.serverPower({ id }), { action: 'stop', next: urls.servers() })
    expect(list.headers.get('location')).toBe(urls.servers())
    const elsewhere = await browser.post(urls.serverPower({ id }), { action: 'start', next: 'https://evil.example' })
    expect(elsewhere.headers.get('location')).toBe(urls.server({ id }))
  })

  test('from a row of the list is named by its button and goes back to the list', async () => {
    const id = await addServer(panel, nodeId)
    const there = await browser.post(urls.serverPower({ id }), { start: '' })
    expect([there.status, there.headers.get('location')]).toEqual([303, urls.servers()])
    expect(await rowOf(id)).toMatchObject({ powerRequest: 1, powerWant: 'running' })
  })

  test('from a row, without script, ends no game that somebody plays: it leads to the page that asks', async () => {
    const id = await addServer(panel, nodeId, { state: 'running', name: 'Full house' })
    const reading = { cpuPercent: 1, memoryBytes: 1, diskBytes: 1, receivedPerSecond: 0, sentPerSecond: 0, capacity: 9 }
    panel.context.live.stats(new Date().toISOString(), [{ id, ...reading, players: 3 }])
    for (const action of ['stop', 'restart']) {
      const asked = await browser.post(urls.serverPower({ id }), { [action]: '' })
      expect([action, asked.headers.get('location')]).toEqual([action, urls.server({ id })])
    }
    expect(await (await browser.get(urls.server({ id }))).text()).toContain('3 players are on Full house')
    expect(await rowOf(id)).toMatchObject({ powerRequest: 0 })
    // With script the page has asked.
    expect((await browser.post(urls.serverPower({ id }), { stop: '' }, htmx)).status).toBe(200)
    expect(await rowOf(id)).toMatchObject({ powerWant: 'stopped' })
  })

  test.each([
    ['power', urls.serverPower, { action: 'start' }],
    ['an installation', urls.serverInstall, {}],
    ['a hint', urls.serverHint, { hint: 'eula' }],
  ])('and the other buttons go back to the page they stood on: %s', async (_, url, fields) => {
    const id = await addServer(panel, nodeId)
    const next = `${urls.servers()}?state=attention&q=a`
    expect((await browser.post(url({ id }), { ...fields, next })).headers.get('location')).toBe(next)
    for (const evil of ['https://evil.example', '//evil.example', '/\\evil.example', '/\t/evil.example', ''])
      expect((await browser.post(url({ id }), { ...fields, next: evil })).headers.get('location')).toBe(
        urls.server({ id }),
      )
  })

  test('of a server of somebody else is not found, whatever the form says', async () => {
    const id = await addServer(panel, nodeId)
    const bob = await (await panel.addUser('Bob')).browser()
    for (const path of [urls.serverPower({ id }), urls.serverInstall({ id }), urls.serverHint({ id })]) {
      for (const fields of [{}, { action: 'explode' }, { action: 'start', next: urls.servers() }])
        expect([path, (await bob.post(path, fields)).status]).toEqual([path, 404])
    }
    expect(await rowOf(id)).toMatchObject({ powerRequest: 0, installRequest: 1 })
  })

  test('with htmx answers the state and the buttons as they are now, and why not when it was refused', async () => {
    const id = await addServer(panel, nodeId)
    const done = await (await browser.post(urls.serverPower({ id }), { action: 'start' }, htmx)).text()
    expect(done).toMatch(/^<hx-partial hx-target="#state-/)
    expect(done).not.toContain('<html')
    const refused = await (
      await browser.post(urls.serverPower({ id }), { action: 'kill', next: urls.servers() }, htmx)
    ).text()
    expect(refused).toContain('Arcadia is stopped. Possible now: start.')
  })

  test('with nonsense is refused and changes nothing', async () => {
    const id = await addServer(panel, nodeId)
    expect((await browser.post(urls.serverPower({ id }), { action: 'explode' })).status).toBe(303)
    expect(await rowOf(id)).toMatchObject({ powerRequest: 0 })
  })
})

describe('the console without script', () => {
  test('shows the last lines, and a form sends a command', async () => {
    const id = await addServer(panel, nodeId, { state: 'running' })
    panel.hub.answer('console.history', () => ({
      text: encodeRecord({ number: 1, at: 1, kind: 'o', text: 'hello there' }),
      more: false,
    }))
    expect(await (await browser.get(urls.server({ id }))).text()).toContain('hello there')
    const sent = await browser.post(urls.serverCommand({ id }), { command: 'list' })
    expect(sent.headers.get('location')).toBe(urls.server({ id }))
    expect(panel.hub.requests.at(-1)).toMatchObject({ method: 'console.write', params: { line: 'list', by: 'Ada' } })
  })

  test('history and search are JSON of records', async () => {
    const id = await addServer(panel, nodeId, { state: 'running' })
    const text = encodeRecord({ number: 4, at: 1, kind: 'o', text: 'old' })
    panel.hub.answer('console.history', () => ({ text, more: true }))
    panel.hub.answer('console.search', () => ({ text, more: false }))
    expect(await (await browser.get(`${urls.serverHistory({ id })}?before=5&limit=10`)).json()).toEqual({
      text,
      more: true,
    })
    expect(panel.hub.requests.at(-1)).toMatchObject({ params: { serverId: id, before: 5, limit: 10 } })
    expect(await (await browser.get(`${urls.serverSearch({ id })}?q=old`)).json()).toEqual({ text, more: false })
    expect((await browser.get(`${urls.serverSearch({ id })}?q=`)).status).toBe(422)
    expect((await browser.get(`${urls.serverHistory({ id })}?limit=100000`)).status).toBe(422)
  })
})

describe('the API', () => {
  test('creates, shows, changes, starts and deletes a server', async () => {
    const made = await api.post('/servers', {
      blueprintId: 'test-game',
      name: 'By key',
      nodeId,
      memoryMiB: 512,
      startAfterInstall: false,
    })
    expect(made.status).toBe(201)
    const { id } = (await made.json()) as { id: string }
    expect(await (await api.get(`/servers/${id}`)).json()).toMatchObject({
      id,
      state: 'installing',
      variables: { MAX_PLAYERS: '8' },
    })
    expect((await api.patch(`/servers/${id}`, { name: 'Renamed' })).status).toBe(200)
    await panel.database.withSystem((tx) => tx.update(servers).set({ state: 'stopped' }).where(eq(servers.id, id)))
    const started = await api.post(`/servers/${id}/power`, { action: 'start' })
    expect([started.status, await started.json()]).toMatchObject([202, { pending: true }])
    expect((await api.post(`/servers/${id}/console`, { command: 'list' })).status).toBe(204)
    expect(await (await api.get(`/servers/${id}/stats`)).json()).toEqual({ latest: null, recent: [] })
    expect(await (await api.get(`/servers/${id}/install`)).json()).toMatchObject({ state: 'stopped', steps: [] })
    expect((await api.delete(`/servers/${id}?name=Wrong`)).status).toBe(422)
    expect((await api.delete(`/servers/${id}?name=Renamed`)).status).toBe(202)
    expect(await (await api.get(`/servers/${id}`)).json()).toMatchObject({ state: 'deleting' })
  })

  test('names wrong fields in problem details with a stable code', async () => {
    const answer = await api.post('/servers', { blueprintId: 'test-game', name: 'x', nodeId, ports: { game: 80 } })
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'invalid-input' }])
  })

  test('lists page by page without missing or repeating one, and a hundred stay below thirty kilobytes', async () => {
    const own = await panel.addUser('Lister')
    const mine = []
    for (let index = 0; index < 100; index++)
      mine.push(await addServer(panel, nodeId, { ownerId: own.id, name: `Server ${index}`, port: 27000 + index }))
    const client = await own.api()
    const found: string[] = []
    let cursor: string | null = null
    do {
      const answer = await client.get(`/servers?limit=30${cursor ? `&cursor=${cursor}` : ''}`)
      const page = (await answer.json()) as { data: { id: string }[]; next: string | null }
      found.push(...page.data.map(({ id }) => id))
      cursor = page.next
    } while (cursor)
    expect(found).toEqual(mine.toSorted())
    const whole = await (await client.get('/servers?limit=100')).text()
    expect(whole.length).toBeLessThan(32_000)
    expect(((await (await client.get('/servers?state=running')).json()) as { data: unknown[] }).data).toEqual([])
  })

  test('does not show what belongs to others', async () => {
    const id = await addServer(panel, nodeId)
    const bob = await (await panel.addUser('Bob')).api()
    expect((await bob.get(`/servers/${id}`)).status).toBe(404)
    expect((await bob.post(`/servers/${id}/power`, { action: 'start' })).status).toBe(404)
    expect(await (await bob.get('/servers')).json()).toEqual({ data: [], next: null })
  })
})

describe('text that no database holds or nobody sees', () => {
  test.each([
    ['a search', () => browser.get(`${urls.servers()}?q=%00`)],
    ['a search of the log', () => browser.get(`${urls.activity()}?q=%00`)],
    ['a search by key', () => api.get('/servers?q=%00')],
    ['a form', () => browser.post(urls.servers(), { ...form({ name: 'a\0b' }), blueprintId: 'test-game' })],
    ['a body', () => api.post('/servers', { blueprintId: 'test-game', name: 'a\0b' })],
    [
      'a value in a body',
      () => api.post('/servers', { blueprintId: 'test-game', name: 'a', variables: { SEED: '\0' } }),
    ],
    ['a key’s name', () => browser.post(urls.accountKeys(), { name: '\0' })],
  ])('U+0000 in %s is refused and never a failure', async (_, ask) => {
    expect((await ask()).status).toBe(422)
  })

  test.each([
    ['a line break', 'two\nlines'],
    ['an escape', '\u001b[31mred'],
    ['a turn of direction', 'evil\u202etxt.exe'],
    ['nothing to see', '\u200b\u200b'],
  ])('a name with %s is refused for servers, nodes, keys and people', async (_, name) => {
    for (const answer of [
      await api.post('/servers', { blueprintId: 'test-game', name, nodeId }),
      await api.patch(`/nodes/${nodeId}`, { name }),
      await browser.post(urls.accountKeys(), { name }),
      await browser.post(urls.account(), { name }),
    ])
      expect(answer.status).toBe(422)
  })

  test('half a character, as only a program can send it, is replaced', async () => {
    const id = await addServer(panel, nodeId, { state: 'running' })
    expect((await api.post(`/servers/${id}/console`, { command: 'say \ud83d' })).status).toBe(204)
    expect(panel.hub.requests.at(-1)).toMatchObject({ params: { line: 'say \ufffd' } })
  })

  test('names in any script, with marks and emoji, are names', async () => {
    for (const name of ['عربى', 'Ünïcode ☃', '日本語サーバー', '👩‍👩‍👧 family', '<b>&amp;"\'`'])
      expect((await api.post('/servers', { blueprintId: 'test-game', name, nodeId, memoryMiB: 256 })).status).toBe(201)
  })
})
