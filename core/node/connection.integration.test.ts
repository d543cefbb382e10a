import { randomUUID, X509Certificate } from 'node:crypto'
import { rmSync } from 'node:fs'
import { createServer } from 'node:https'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { type Log, silentLog } from '#core/base/log.ts'
import { linkAlpn, linkSubprotocol } from '#core/protocol/version.ts'
import { openTestNode, openTestPanel, temporaryDirectory, until } from '#core/testing/link.ts'
import { byteSource, scriptedNode, someServer } from '#core/testing/scripted-node.ts'
import { openProxy } from '#core/testing/tcp-proxy.ts'
import { connectNode } from './connection.ts'
import { readIdentity } from './identity.ts'
import { openReport } from './report.ts'

const at = '2026-11-22T12:00:00.000Z'
const removed = { kind: 'removed' } as const
const state = (revision: number) => ({ kind: 'state', state: 'running', since: at, revision, request: 0 }) as const

/** Remembers what is said at `warn` and `error`. */
function listeningLog(): Log & { said: { sentence: string; reason: unknown }[] } {
  const said: { sentence: string; reason: unknown }[] = []
  const note = (sentence: string, fields?: Readonly<Record<string, unknown>>) =>
    void said.push({ sentence, reason: fields?.['reason'] })
  return { ...silentLog, warn: note, error: note, with: () => silentLog, said }
}

test('a machine that was not enrolled is told how', () => {
  const directory = temporaryDirectory()
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  using report = openReport(directory)
  const options = { directory, version: '1', commands: scriptedNode(), report, log: silentLog }
  expect(() => connectNode(options)).toThrow('not enrolled')
})

test('a connection that is cut comes back by itself, with what changed meanwhile', async () => {
  await using panel = await openTestPanel()
  await using proxy = await openProxy(panel.port)
  const nodeId = randomUUID()
  await using node = await openTestNode(panel, nodeId, { url: proxy.url })
  await until('the node', () => panel.hub.connected(nodeId))

  proxy.refuse(true)
  proxy.cut()
  await until('the end', () => !panel.hub.connected(nodeId) && !node.connection.connected)
  const server = someServer(randomUUID(), 2)
  panel.hub.apply(nodeId, server) // nobody there: it is in the database, here the listener
  panel.listener.desired.set(nodeId, [server])
  node.report.fact(server.id, state(1))
  proxy.refuse(false)

  await until('the fact', () => panel.listener.facts.length === 1)
  await until('the server', () => node.commands.applied.length === 1)
  expect(node.commands.applied).toEqual([server])
})

test('a panel that restarts sees its node again within seconds', async () => {
  const first = await openTestPanel()
  const nodeId = randomUUID()
  const log = listeningLog()
  await using _node = await openTestNode(first, nodeId, { log })
  await until('the node', () => first.hub.connected(nodeId))
  await first[Symbol.asyncDispose]()
  await until('an attempt in vain', () => log.said.length > 0)
  await using second = await openTestPanel({ stores: first.stores, listener: first.listener, port: first.port })
  await until('the node again', () => second.hub.connected(nodeId), 5000)
})

test('a panel that dies after a fact was applied and before it was acknowledged applies it once', async () => {
  const first = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openTestNode(first, nodeId)
  await until('the node', () => node.connection.connected)
  const { promise: applied, resolve } = Promise.withResolvers<void>()
  first.listener.afterFact = () => {
    resolve()
    return new Promise(() => {}) // it never gets to the acknowledgement
  }
  const [a, b, c] = [randomUUID(), randomUUID(), randomUUID()]
  for (const serverId of [a, b, c]) node.report.fact(serverId, removed)
  await applied
  await first[Symbol.asyncDispose]()
  expect(node.report.outbox.size).toBe(3)
  delete first.listener.afterFact
  await using second = await openTestPanel({ stores: first.stores, listener: first.listener, port: first.port })
  await until('all facts', () => node.report.outbox.size === 0)
  expect(second.listener.facts.map(({ fact }) => fact.serverId)).toEqual([a, b, c])
  expect(node.report.outbox.acknowledged).toBe(3)
})

test('facts told over a connection that is cut again and again arrive in order, each once', async () => {
  await using panel = await openTestPanel()
  await using proxy = await openProxy(panel.port)
  const nodeId = randomUUID()
  const node = await openTestNode(panel, nodeId, { url: proxy.url })
  await until('the node', () => panel.hub.connected(nodeId))
  const servers = Array.from({ length: 350 }, () => randomUUID())
  let told = 0
  const tell = (count: number) => {
    for (const serverId of servers.slice(told, told + count)) node.report.fact(serverId, removed)
    told += count
  }
  tell(100)
  proxy.cut()
  tell(150)
  await until('some facts', () => panel.listener.facts.length > 100)
  proxy.cut()
  tell(100)
  await until('all facts', () => panel.listener.facts.length >= 350)
  expect(panel.listener.facts.map(({ fact }) => fact.serverId)).toEqual(servers)
  await until('the acknowledgements', () => node.report.outbox.size === 0)
  await node[Symbol.asyncDispose]()
})

test('at most a hundred facts are on their way before the first is acknowledged', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openTestNode(panel, nodeId)
  await until('the node', () => node.connection.connected)
  const { promise: go, resolve } = Promise.withResolvers<void>()
  panel.listener.beforeFact = () => go
  for (let number = 0; number < 400; number += 1) node.report.fact(randomUUID(), removed)
  await panel.hub.request(nodeId, 'node.status', {}) // comes back although facts wait
  expect(panel.listener.arrivals.size).toBe(1)
  resolve()
  await until('all facts', () => panel.listener.facts.length === 400)
})

test('a panel restored from a backup is told every server’s state again', async () => {
  const first = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openTestNode(first, nodeId)
  const serverId = randomUUID()
  node.report.fact(serverId, state(1))
  node.report.fact(serverId, state(2))
  await until('the acknowledgement', () => node.report.outbox.acknowledged === 2)
  await first[Symbol.asyncDispose]()
  const outboxId = node.report.outbox.id
  await using second = await openTestPanel({ stores: first.stores, port: first.port }) // its listener knows nothing
  await until('the state', () => second.listener.facts.length === 1)
  expect(second.listener.facts[0]?.fact).toMatchObject({ seq: 1, serverId, body: { revision: 2 } })
  expect(node.report.outbox.id).not.toBe(outboxId)
})

test('a connection that stalls does not hold up the stop of either end', async () => {
  const panel = await openTestPanel()
  await using proxy = await openProxy(panel.port)
  const nodeId = randomUUID()
  const node = await openTestNode(panel, nodeId, { url: proxy.url })
  await until('the node', () => panel.hub.connected(nodeId))
  proxy.stall(true)
  const begun = Date.now()
  await Promise.all([node[Symbol.asyncDispose](), panel[Symbol.asyncDispose]()])
  expect(Date.now() - begun).toBeLessThan(8000)
})

test('a node whose certificate was revoked says what to do', async () => {
  await using panel = await openTestPanel({ checkEveryMs: 20 })
  const nodeId = randomUUID()
  await using node = await openTestNode(panel, nodeId)
  await until('the node', () => panel.hub.connected(nodeId))
  panel.stores.revokeAll(nodeId)
  await until('the end', () => !panel.hub.connected(nodeId))
  await node.connection[Symbol.asyncDispose]()

  const log = listeningLog()
  await using again = connectNode({ ...node, version: '1', log })
  await until('the complaint', () => log.said.length > 0)
  expect(log.said[0]?.reason).toMatch(/does not accept this node's certificate any more/)
  expect(again.connected).toBe(false)
})

test('a certificate past two thirds of its life is renewed over the link, and the old one is retired', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openTestNode(panel, nodeId)
  await until('the node', () => panel.hub.connected(nodeId))
  await node.connection[Symbol.asyncDispose]()
  const before = readIdentity(node.directory)

  const inSeventyDays = () => Date.now() + 70 * 86_400_000
  await using again = connectNode({ ...node, version: '1', log: silentLog, now: inSeventyDays })
  await until('the retirement', () =>
    [...panel.stores.certificates.values()].some(({ revokedAt }) => revokedAt !== null),
  )
  await until('the node', () => again.connected)
  const after = readIdentity(node.directory)
  expect(after?.key).not.toBe(before?.key)
  expect(new X509Certificate(after?.certificate ?? '').subjectAltName).toContain(nodeId)
})

test('a panel of a version that is too old is named', async () => {
  const panel = await openTestPanel()
  const node = await openTestNode(panel, randomUUID())
  await node.connection[Symbol.asyncDispose]()
  const { key, certificate: cert } = await panel.authority.link()
  await panel[Symbol.asyncDispose]()

  const server = createServer({ key, cert, ALPNProtocols: [linkAlpn] })
  const old = new WebSocketServer({ server, handleProtocols: () => linkSubprotocol })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    old.on('connection', (socket) => {
      const settings = { portRange: { from: 1, to: 2 }, mirrors: [], logins: [] }
      const welcome = { type: 'welcome', protocol: 0, nodeId: randomUUID(), clock: at, settings, acknowledged: 0 }
      socket.once('message', () => socket.send(JSON.stringify(welcome)))
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const address = server.address()
  const url = `https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  const connection = connectNode({ ...node, version: '1', url, log: silentLog })
  expect(await closed).toEqual({
    code: 4003,
    reason: expect.stringMatching(/^the panel speaks protocol 0, this node 1 to \d+: update the panel$/),
  })
  expect(connection.connected).toBe(false)
  await connection[Symbol.asyncDispose]()
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  await node[Symbol.asyncDispose]()
})

test('another program at the panel’s address gets nothing and is named', async () => {
  await using panel = await openTestPanel()
  await using other = await openTestPanel()
  const log = listeningLog()
  await using node = await openTestNode(panel, randomUUID(), { url: other.url, log })
  await until('the complaint', () => log.said.length > 0)
  expect(log.said).toEqual([
    {
      sentence: 'no connection to the panel',
      reason: expect.stringMatching(/does not prove to be the panel this node/),
    },
  ])
  expect(node.connection.connected).toBe(false)
})

test('a desired state the disk refused is tried again, unless a newer one came', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  const commands = scriptedNode()
  const apply = commands.apply
  let failures = 1
  commands.apply = async (server) => {
    failures -= 1
    if (failures >= 0) throw new Error('no space left on device')
    await apply(server)
  }
  await using _node = await openTestNode(panel, nodeId, { commands })
  await until('the node', () => panel.hub.connected(nodeId))
  const id = randomUUID()
  panel.hub.apply(nodeId, someServer(id, 1))
  panel.hub.apply(nodeId, someServer(id, 2))
  await until('the state', () => commands.applied.length > 0)
  expect(commands.applied.map(({ revision }) => revision)).toEqual([2])
}, 30_000)

test('history that grows in JSON is shortened from its far end, and says so', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openTestNode(panel, nodeId)
  await until('the node', () => panel.hub.connected(nodeId))
  const line = (number: number) => `${number} 1 o${'\u001b'.repeat(1000)}\n`
  node.commands.historyAnswer = { text: Array.from({ length: 200 }, (_, number) => line(number)).join(''), more: false }
  const serverId = randomUUID()
  const history = await panel.hub.request(nodeId, 'console.history', { serverId, before: 9999, limit: 1000 })
  expect(history.more).toBe(true)
  expect(history.text.endsWith(line(199))).toBe(true)
  expect(history.text).toMatch(/^\d+ 1 o/)
  const search = await panel.hub.request(nodeId, 'console.search', { serverId, query: 'o', limit: 500 })
  expect(search.text.startsWith(line(0))).toBe(true)
  expect(search.text.endsWith('\n')).toBe(true)
})

test('a method this node does not know, or a failure of its own, is an answer', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openTestNode(panel, nodeId)
  await until('the node', () => panel.hub.connected(nodeId))
  const ask = (method: string) => panel.hub.request(nodeId, method as 'node.status', {})
  await expect(ask('node.explode')).rejects.toMatchObject({ code: 'unknown-method', status: 501 })
  await expect(ask('__proto__')).rejects.toMatchObject({ code: 'unknown-method' })
  node.commands.status = () => Promise.reject(new Error('secret detail'))
  await expect(ask('node.status')).rejects.toMatchObject({ code: 'node-failed', status: 500 })
  await expect(ask('node.status')).rejects.not.toThrow('secret detail')
})

test('a source that fails ends its stream, and the node goes on', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openTestNode(panel, nodeId)
  await until('the node', () => panel.hub.connected(nodeId))
  const broken = byteSource()
  node.commands.source = () => ({
    ...broken.source,
    ended: false,
    pull() {
      throw new Error('disk error')
    },
  })
  await using stream = panel.hub.console(nodeId, randomUUID(), { tail: 0 })
  for await (const _chunk of stream.chunks);
  expect(broken.disposed).toBe(true)
  expect(await panel.hub.request(nodeId, 'node.status', {})).toMatchObject({ hostname: 'test' })
})
