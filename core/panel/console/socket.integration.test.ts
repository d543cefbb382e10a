// The console's WebSocket on the real listener: who gets in, what goes down, what comes up.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createApiKey } from '#core/auth/api-keys.ts'
import { revokeSessionsOf } from '#core/auth/sessions.ts'
import { silentLog } from '#core/base/log.ts'
import { apiKeys } from '#core/db/schema/accounts.ts'
import { decodeRecords, encodeRecord } from '#core/domain/console.ts'
import { type HttpServer, serveHttp } from '#core/panel/http/serve.ts'
import { type Browser, type TestPanel, testPanel } from '#core/testing/panel.ts'
import { addServer } from '#core/testing/test-servers.ts'
import { urls } from '#views/urls.ts'

let panel: TestPanel
let server: HttpServer
let browser: Browser
let id: string

beforeAll(async () => {
  panel = await testPanel()
  server = await serveHttp({ app: panel.app, host: '127.0.0.1', port: 0, log: silentLog })
  browser = await panel.owner.browser()
})
beforeEach(async () => {
  const nodeId = await panel.addNode()
  panel.hub.connect(nodeId)
  id = await addServer(panel, nodeId, { state: 'running' })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await panel[Symbol.asyncDispose]()
})

const sockets: WebSocket[] = []
afterAll(() => {
  for (const socket of sockets) socket.terminate()
})

function dial(
  who: Browser,
  options: { origin?: string | undefined; query?: string; serverId?: string; port?: number } = {},
) {
  const { query = '?tail=10', serverId = id, port = server.port } = options
  const host = `127.0.0.1:${port}`
  const origin = 'origin' in options ? options.origin : `http://${host}`
  const cookie = [...who.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return follow(
    new WebSocket(`ws://${host}${urls.serverConsole({ id: serverId })}${query}`, {
      headers: { cookie, ...(origin === undefined ? {} : { origin }) },
    }),
  )
}

/** As a program does, with an API key and without an Origin. */
function dialWithKey(key: string, serverId = id) {
  return follow(
    new WebSocket(`ws://127.0.0.1:${server.port}${urls.api()}/servers/${serverId}/console/live?tail=10`, {
      headers: { authorization: `Bearer ${key}` },
    }),
  )
}

function follow(socket: WebSocket) {
  sockets.push(socket)
  const frames: Buffer[] = []
  const told: Record<string, unknown>[] = []
  socket.on('message', (data: Buffer, binary) => {
    if (binary) frames.push(data)
    else told.push(JSON.parse(data.toString()) as Record<string, unknown>)
  })
  const opened = new Promise<number>((done) => {
    socket.on('open', () => done(101))
    socket.on('unexpected-response', (_, response) => {
      done(response.statusCode ?? 0)
      socket.terminate()
    })
    socket.on('error', () => done(0))
  })
  const closed = new Promise<number>((done) => socket.on('close', done))
  return {
    socket,
    told,
    opened,
    closed,
    texts: () => decodeRecords(Buffer.concat(frames).toString()).map(({ text }) => text),
    frames,
  }
}

/** A console that says these lines and stays open. */
function says(...texts: string[]): Buffer {
  const bytes = Buffer.from(
    texts.map((text, index) => encodeRecord({ number: index + 1, at: 1, kind: 'o', text })).join(''),
  )
  panel.hub.consoles.set(
    id,
    (async function* () {
      yield bytes
      await new Promise(() => undefined)
    })(),
  )
  return bytes
}

describe('the upgrade', () => {
  test('is for those who may read the console', async () => {
    const bob = await (await panel.addUser('Bob')).browser()
    expect(await dial(browser).opened).toBe(101)
    expect(await dial(bob).opened).toBe(404)
    expect(await dial(browser, { serverId: crypto.randomUUID() }).opened).toBe(404)
    expect(await dial(panel.browser()).opened).not.toBe(101)
  })

  test('is for our own pages: another origin or none is refused', async () => {
    expect(await dial(browser, { origin: 'https://evil.example' }).opened).toBe(403)
    expect(await dial(browser, { origin: 'null' }).opened).toBe(403)
    expect(await dial(browser, { origin: undefined }).opened).toBe(403)
  })

  test('with nonsense in the query is refused', async () => {
    expect(await dial(browser, { query: '?after=abc' }).opened).toBe(422)
    expect(await dial(browser, { query: '?tail=999999' }).opened).toBe(422)
  })

  test('a plain request is sent to the server’s page', async () => {
    const answer = await browser.get(urls.serverConsole({ id }))
    expect([answer.status, answer.headers.get('location')]).toEqual([303, urls.server({ id })])
  })
})

describe('an open socket', () => {
  test('gets the node’s bytes untouched, and whether the node is there', async () => {
    const bytes = says('\u001b[31mred\u001b[0m', '<b>bold</b>')
    const one = dial(browser)
    await expect.poll(one.texts).toHaveLength(2)
    expect(Buffer.concat(one.frames).equals(bytes)).toBe(true)
    expect(one.told[0]).toMatchObject({ type: 'status', connected: true })
  })

  test('sends commands in the order they were typed, in both spellings', async () => {
    const one = dial(browser)
    await one.opened
    const before = panel.hub.requests.length
    one.socket.send(JSON.stringify({ input: 'first' }))
    one.socket.send(JSON.stringify({ type: 'command', line: 'second' }))
    const sent = () => panel.hub.requests.slice(before).filter(({ method }) => method === 'console.write')
    await expect.poll(() => sent().length).toBe(2)
    expect(sent().map(({ params }) => params)).toEqual([
      { serverId: id, line: 'first', by: 'Ada' },
      { serverId: id, line: 'second', by: 'Ada' },
    ])
  })

  test('is told in words when a command is refused, and stays open', async () => {
    const one = dial(browser)
    await one.opened
    one.socket.send(JSON.stringify({ input: 'a\nb' }))
    await expect.poll(() => one.told.at(-1)).toEqual({ error: 'A command is one line of text.' })
    expect(one.socket.readyState).toBe(WebSocket.OPEN)
  })

  test('that sends what is no command, or too much of it, is closed', async () => {
    for (const message of ['no json', '{"other":1}', Buffer.from([1, 2, 3])]) {
      const one = dial(browser)
      await one.opened
      one.socket.send(message)
      expect(await one.closed).toBe(4000)
    }
    const large = dial(browser)
    await large.opened
    large.socket.send(JSON.stringify({ input: 'x'.repeat(100_000) }))
    expect(await large.closed).toBe(1009)
  })

  test('attack 49: that floods is told to wait, and only a burst of its commands is sent', async () => {
    const one = dial(browser)
    await one.opened
    const before = panel.hub.requests.length
    for (let count = 0; count < 200; count++) one.socket.send(JSON.stringify({ input: `spam ${count}` }))
    await expect
      .poll(() => one.told.some(({ error }) => error === 'Too many commands at once. Wait a moment.'))
      .toBe(true)
    await expect.poll(() => panel.hub.requests.length - before).toBeGreaterThanOrEqual(30)
    expect(panel.hub.requests.length - before).toBeLessThan(45)
  })

  test('falls out within five seconds when its session ends; another person’s stays', async () => {
    const eve = await panel.addUser('Eve')
    const nodeId = await panel.addNode()
    const theirs = await addServer(panel, nodeId, { ownerId: eve.id })
    const one = dial(await eve.browser(), { serverId: theirs })
    const other = dial(browser)
    await Promise.all([one.opened, other.opened])
    const before = Date.now()
    await revokeSessionsOf(panel.database, eve.id)
    expect(await one.closed).toBe(4403)
    expect(Date.now() - before).toBeLessThan(5000)
    expect(other.socket.readyState).toBe(WebSocket.OPEN)
  })
})

describe('the socket of the API', () => {
  test('shows the console to a key of somebody who may see it, and takes commands', async () => {
    const bytes = says('one', 'two')
    const { key } = await panel.owner.api()
    const one = dialWithKey(key)
    expect(await one.opened).toBe(101)
    await expect.poll(one.texts).toEqual(['one', 'two'])
    expect(Buffer.concat(one.frames).equals(bytes)).toBe(true)
    const before = panel.hub.requests.length
    one.socket.send(JSON.stringify({ input: 'say hi' }))
    await expect
      .poll(() => panel.hub.requests.slice(before).map(({ params }) => params))
      .toEqual([{ serverId: id, line: 'say hi', by: 'Ada' }])
  })

  test('is closed to wrong keys, to others’ keys, and to cookies from elsewhere', async () => {
    const bob = await (await panel.addUser('Bob')).api()
    expect(await dialWithKey('stl_nonsense').opened).toBe(401)
    expect(await dialWithKey(bob.key).opened).toBe(404)
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const foreign = new WebSocket(`ws://127.0.0.1:${server.port}${urls.api()}/servers/${id}/console/live`, {
      headers: { cookie, origin: 'https://evil.example' },
    })
    expect(await follow(foreign).opened).toBe(403)
  })

  test('gives a key no more than its scope, also after its person was looked at again', async () => {
    const scoped = async (...permissions: string[]) =>
      await panel.database.withSystem(async (tx) => {
        const { id: keyId, key } = await createApiKey(tx, panel.owner.id, { name: 'scoped' })
        await tx.update(apiKeys).set({ permissions }).where(eq(apiKeys.id, keyId))
        return key
      })
    expect(await dialWithKey(await scoped('server.view')).opened).toBe(403)
    const reading = dialWithKey(await scoped('server.view', 'server.console'))
    const sending = dialWithKey(await scoped('server.view', 'server.console', 'server.console.send'))
    expect([await reading.opened, await sending.opened]).toEqual([101, 101])
    const sent = () => panel.hub.requests.filter(({ params }) => JSON.stringify(params).includes('scoped-'))
    reading.socket.send(JSON.stringify({ input: 'scoped-1' }))
    sending.socket.send(JSON.stringify({ input: 'scoped-2' }))
    await expect.poll(() => reading.told.at(-1)).toMatchObject({ error: expect.stringContaining('may not') })
    await expect.poll(sent).toHaveLength(1)
    expect(sent()[0]?.params).toMatchObject({ line: 'scoped-2' })
    // The refused one stands in the log of the server as well.
    const log = (await (await (await panel.owner.api()).get(`/servers/${id}/activity?outcome=refused`)).json()) as {
      data: unknown[]
    }
    expect(log.data).toMatchObject([
      { action: 'server.refuse', meta: { permission: 'server.console.send', method: 'SOCKET' } },
    ])
  })

  test('says what it is for to a plain request', async () => {
    const answer = await (await panel.owner.api()).get(`/servers/${id}/console/live`)
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([426, 'upgrade-required'])
  })

  test('falls out within five seconds when its key is revoked; another key’s stays', async () => {
    const [one, other] = [await panel.owner.api(), await panel.owner.api()]
    const [revoked, kept] = [dialWithKey(one.key), dialWithKey(other.key)]
    expect([await revoked.opened, await kept.opened]).toEqual([101, 101])
    const { data } = (await (await one.get('/account/keys')).json()) as { data: { id: string; prefix: string }[] }
    const before = Date.now()
    await one.delete(`/account/keys/${data.find(({ prefix }) => one.key.startsWith(prefix))?.id}`)
    expect(await revoked.closed).toBe(4403)
    expect(Date.now() - before).toBeLessThan(5000)
    expect(kept.socket.readyState).toBe(WebSocket.OPEN)
  })
})

test('attack 49: one person has at most forty consoles open', async () => {
  const eve = await panel.addUser('Many')
  const theirs = await addServer(panel, await panel.addNode(), { ownerId: eve.id })
  const who = await eve.browser()
  const codes = []
  for (let count = 0; count < 41; count++) codes.push(await dial(who, { serverId: theirs }).opened)
  expect(codes.slice(0, 40).every((code) => code === 101)).toBe(true)
  expect(codes[40]).toBe(429)
})

test('a panel that stops tells each browser so, and its page dials again by itself', async () => {
  const going = await testPanel()
  await using listener = await serveHttp({ app: going.app, host: '127.0.0.1', port: 0, log: silentLog })
  const nodeId = await going.addNode()
  going.hub.connect(nodeId)
  const theirs = await addServer(going, nodeId, { state: 'running' })
  const who = await going.owner.browser()
  const one = dial(who, { serverId: theirs, port: listener.port })
  expect(await one.opened).toBe(101)
  await going[Symbol.asyncDispose]()
  expect(await one.closed).toBe(1001)
})
