import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { maxStreams, streamWindowBytes } from '#core/protocol/outgoing-streams.ts'
import { maxPendingRequests } from '#core/protocol/requests.ts'
import { openTestNode, openTestPanel, until } from '#core/testing/link.ts'
import { hello, openRogueNode } from '#core/testing/rogue-node.ts'
import { byteSource, someServer, someStatus } from '#core/testing/scripted-node.ts'

const stats = (id: string) => ({
  id,
  cpuPercent: 1,
  memoryBytes: 1,
  diskBytes: null,
  receivedPerSecond: 0,
  sentPerSecond: 0,
  players: null,
  capacity: null,
})

test('a node is told each server that it does not have in the wanted revision, and no other', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  const [same, older, missing] = [someServer(randomUUID(), 3), someServer(randomUUID(), 2), someServer(randomUUID(), 1)]
  panel.listener.desired.set(nodeId, [same, older, missing])
  await using node = await openRogueNode(panel, nodeId)
  await node.enter([
    { id: same.id, revision: 3 },
    { id: older.id, revision: 1 },
    { id: randomUUID(), revision: 7 }, // the panel never heard of it: nothing is said about it
  ])
  expect(await node.next('server.apply')).toMatchObject({ server: { id: older.id, revision: 2 } })
  expect(await node.next('server.apply')).toMatchObject({ server: { id: missing.id } })
  await panel.hub.request(nodeId, 'node.status', {}, 100).catch(() => {})
  expect(node.heard.filter(({ type }) => type === 'server.apply')).toHaveLength(2)
})

test('what is wanted while the hello is being answered is not lost', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>()
  const { promise: go, resolve: answer } = Promise.withResolvers<void>()
  panel.listener.beforeHello = () => {
    ask()
    return go
  }
  await using node = await openRogueNode(panel, nodeId)
  node.say({ ...hello })
  await asked
  const server = someServer(randomUUID(), 4)
  panel.hub.apply(nodeId, someServer(server.id, 3))
  panel.hub.apply(nodeId, server)
  expect(panel.hub.connected(nodeId)).toBe(false)
  answer()
  expect(await node.next('server.apply')).toMatchObject({ server: { revision: 4 } })
  expect(panel.hub.connected(nodeId)).toBe(true)
})

test('a second connection of a node takes over from the first, and pages see no gap', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  const told: string[] = []
  panel.listener.connected = () => void told.push('connected')
  panel.listener.disconnected = () => void told.push('disconnected')
  await using first = await openRogueNode(panel, nodeId)
  await first.enter()
  await using second = await openRogueNode(panel, nodeId, first.identity)
  await second.enter()
  expect((await first.closed).code).toBe(4001)
  expect(told).toEqual(['connected'])
  second.socket.terminate()
  await until('the end', () => !panel.hub.connected(nodeId))
  expect(told).toEqual(['connected', 'disconnected'])
  expect(panel.hub.status(nodeId)?.hostname).toBe('test') // what is known stays known
})

test('a node of a version that is too old is told to be updated', async () => {
  await using panel = await openTestPanel()
  await using node = await openRogueNode(panel, randomUUID())
  node.say({ type: 'hello', protocol: 0, version: '0.0.1', something: 'that only version 0 says' })
  expect(await node.closed).toEqual({
    code: 4003,
    reason: 'the panel speaks protocol 1 to 2, this node 0: update the node',
  })
  expect(panel.listener.online.size).toBe(0)
  expect(panel.listener.refusedTold).toEqual([node.identity.nodeId])
  expect(panel.hub.refusal(node.identity.nodeId)).toEqual({ update: 'node', nodeVersion: '0.0.1' })
})

test('a node that has forgotten the panel’s version says so before anything else of it is read', async () => {
  await using panel = await openTestPanel()
  await using node = await openRogueNode(panel, randomUUID())
  node.say({ type: 'hello', protocol: 9, oldestProtocol: 8, version: '9.0.0', servers: 'of a form nobody here knows' })
  expect(await node.closed).toEqual({
    code: 4003,
    reason: 'the panel speaks protocol 1 to 2, this node 8 to 9: update the panel',
  })
  expect(panel.hub.refusal(node.identity.nodeId)).toEqual({ update: 'panel', nodeVersion: '9.0.0' })
  // After its update, or the panel's, nothing of it is left.
  await using again = await openRogueNode(panel, node.identity.nodeId, node.identity)
  await again.enter()
  expect(panel.hub.refusal(node.identity.nodeId)).toBeUndefined()
})

test('a node of a newer version is answered in the version both speak', async () => {
  await using panel = await openTestPanel()
  await using node = await openRogueNode(panel, randomUUID())
  node.say({ ...hello, protocol: 7, oldestProtocol: 2 })
  expect(await node.next('welcome')).toMatchObject({ protocol: 2 })
})

test('a question to a node that is away, silent or gone meanwhile fails in words of its own', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  const ask = (deadlineMs?: number) => panel.hub.request(nodeId, 'node.status', {}, deadlineMs)
  await expect(ask()).rejects.toMatchObject({ code: 'node-unreachable', status: 503 })
  await using node = await openRogueNode(panel, nodeId)
  await node.enter()
  await expect(ask(20)).rejects.toMatchObject({ code: 'node-timeout', status: 504 })
  const pending = ask()
  node.socket.terminate()
  await expect(pending).rejects.toMatchObject({ code: 'node-unreachable' })
})

test('answers nobody waits for, of wrong form or with an error are harmless', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openRogueNode(panel, nodeId)
  await node.enter()
  node.say({ type: 'answer', id: 99, ok: true, result: {} })
  const wrong = panel.hub.request(nodeId, 'node.status', {})
  node.say({ type: 'answer', id: Number((await node.next('request'))['id']), ok: true, result: { hostname: 1 } })
  await expect(wrong).rejects.toThrow('answer to node.status not understood')
  const refused = panel.hub.request(nodeId, 'console.write', { serverId: randomUUID(), line: 'stop', by: 'me' })
  const error = { code: 'server-not-running', message: 'The server is not running.', status: 409 }
  node.say({ type: 'answer', id: Number((await node.next('request'))['id']), ok: false, error })
  await expect(refused).rejects.toMatchObject(error)
})

test('open questions to one node are bounded', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openRogueNode(panel, nodeId)
  await node.enter()
  const asked = Array.from({ length: maxPendingRequests + 1 }, () => panel.hub.request(nodeId, 'node.status', {}))
  await expect(asked.pop()).rejects.toMatchObject({ code: 'node-busy', status: 503 })
  node.socket.terminate()
  const outcomes = await Promise.allSettled(asked)
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
})

test('attack 21: a node speaks only of servers the panel wants on it', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  const own = someServer(randomUUID())
  const foreign = randomUUID()
  panel.listener.desired.set(nodeId, [own])
  await using node = await openRogueNode(panel, nodeId)
  await node.enter()
  await node.next('server.apply')
  const progress = { type: 'progress', request: 1, steps: [], layers: [] }
  node.say({ type: 'stats', at: 'now', servers: [stats(own.id), stats(foreign)] })
  node.say({ ...progress, serverId: foreign })
  node.say({ ...progress, serverId: own.id })
  await until('progress', () => panel.listener.progressTold.length > 0)
  expect(panel.listener.statsTold).toEqual([{ nodeId, servers: [stats(own.id)] }])
  expect(panel.listener.progressTold.map(({ serverId }) => serverId)).toEqual([own.id])
})

test('every fact reaches the listener with the node whose certificate it came under', async () => {
  await using panel = await openTestPanel()
  const [a, b] = [randomUUID(), randomUUID()]
  const serverOfB = randomUUID()
  await using node = await openRogueNode(panel, a)
  await node.enter()
  node.say({ type: 'fact', seq: 1, at: 'now', serverId: serverOfB, nodeId: b, body: { kind: 'removed' } })
  expect(await node.next('ack')).toMatchObject({ seq: 1 })
  expect(panel.listener.facts).toMatchObject([{ nodeId: a, fact: { serverId: serverOfB } }])
  expect(panel.listener.facts[0]?.fact).not.toHaveProperty('nodeId')
})

test('facts out of order, and more than the node may have on their way, end the link', async () => {
  await using panel = await openTestPanel()
  const fact = (seq: number) => ({ type: 'fact', seq, at: 'now', serverId: randomUUID(), body: { kind: 'removed' } })
  await using one = await openRogueNode(panel, randomUUID())
  await one.enter()
  one.say(fact(2))
  one.say(fact(2))
  expect(await one.closed).toEqual({ code: 4000, reason: 'fact 2 after fact 2' })

  panel.listener.beforeFact = () => new Promise(() => {}) // a database that hangs
  await using two = await openRogueNode(panel, randomUUID())
  await two.enter()
  for (let seq = 1; seq <= 1001; seq += 1) two.say(fact(seq))
  expect(await two.closed).toEqual({ code: 4000, reason: 'more than 1000 facts at once' })
})

test('a fact is acknowledged only when it is stored; a failing database is tried again', async () => {
  await using panel = await openTestPanel()
  let failures = 2
  panel.listener.beforeFact = () => {
    failures -= 1
    if (failures >= 0) throw new Error('no connection to the database')
  }
  await using node = await openRogueNode(panel, randomUUID())
  await node.enter()
  node.say({ type: 'fact', seq: 1, at: 'now', serverId: randomUUID(), body: { kind: 'removed' } })
  await node.next('ack')
  expect(panel.listener.facts).toHaveLength(1)
  expect(failures).toBe(-1)
})

test('a flood of values ends the link instead of drowning the panel', async () => {
  await using panel = await openTestPanel()
  await using node = await openRogueNode(panel, randomUUID())
  await node.enter()
  const message = JSON.stringify({ type: 'stats', at: 'now', servers: [] })
  for (let sent = 0; sent < 4000; sent += 1) node.socket.send(message)
  expect(await node.closed).toEqual({ code: 4000, reason: 'more than 200 messages a second' })
  expect(panel.listener.statsTold.length).toBeLessThan(3000)
})

test('a console stream carries bytes as they are, and ends when the source ends', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openTestNode(panel, nodeId)
  await until('the node', () => panel.hub.connected(nodeId))
  const console_ = byteSource()
  node.commands.source = () => console_.source
  await using stream = panel.hub.console(nodeId, randomUUID(), { tail: 10 })
  const sent = Array.from({ length: 5000 }, (_, number) => `${number} 1 ohällo ${'x'.repeat(number % 300)}\n`).join('')
  console_.push(sent)
  console_.end()
  const chunks: Uint8Array[] = []
  for await (const chunk of stream.chunks) chunks.push(chunk)
  expect(Buffer.concat(chunks).toString()).toBe(sent)
  expect(console_.disposed).toBe(true)
})

test('a viewer who does not read holds back its own stream at the window, and nothing else', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openTestNode(panel, nodeId)
  await until('the node', () => panel.hub.connected(nodeId))
  const flood = byteSource(Buffer.alloc(16_384, 'x'))
  const quiet = byteSource()
  const [flooded, watched] = [randomUUID(), randomUUID()]
  node.commands.source = (serverId) => (serverId === flooded ? flood.source : quiet.source)

  await using unread = panel.hub.console(nodeId, flooded, { tail: 0 })
  await until('the window', () => flood.pulledBytes >= streamWindowBytes)
  await using read = panel.hub.console(nodeId, watched, { tail: 0 })
  const lines = read.chunks[Symbol.asyncIterator]()
  for (let number = 0; number < 50; number += 1) {
    const next = lines.next()
    quiet.push(`${number} 1 oline\n`)
    expect(Buffer.from((await next).value ?? '').toString()).toBe(`${number} 1 oline\n`)
    await panel.hub.request(nodeId, 'node.status', {})
  }
  expect(flood.pulledBytes).toBe(streamWindowBytes) // not a byte more while nobody took any

  const chunks = unread.chunks[Symbol.asyncIterator]()
  let taken = 0
  while (taken < 10 * streamWindowBytes) taken += (await chunks.next()).value?.length ?? 0
  expect(flood.pulledBytes).toBeLessThanOrEqual(taken + 2 * streamWindowBytes)
})

test('a viewer who takes everything leaves room for questions under a flood', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openTestNode(panel, nodeId)
  await until('the node', () => panel.hub.connected(nodeId))
  const flood = byteSource(Buffer.alloc(16_384, 'x'))
  node.commands.source = () => flood.source
  const stream = panel.hub.console(nodeId, randomUUID(), { tail: 0 })
  let taken = 0
  const reading = (async () => {
    for await (const chunk of stream.chunks) taken += chunk.length
  })()
  await until('the flood', () => taken > 4 * streamWindowBytes)
  for (let number = 0; number < 20; number += 1) {
    const before = taken
    await panel.hub.request(nodeId, 'node.status', {})
    // Bytes, not time: an answer stands behind at most what was in the socket and its window.
    expect(taken - before).toBeLessThan(8 * streamWindowBytes)
  }
  await stream[Symbol.asyncDispose]()
  await reading
  await until('the source', () => flood.disposed)
})

test('closing a console tells the node; a node that is gone ends it', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openTestNode(panel, nodeId)
  await until('the node', () => panel.hub.connected(nodeId))
  const first = byteSource()
  node.commands.source = () => first.source
  const closed = panel.hub.console(nodeId, randomUUID(), { tail: 0 })
  first.push('1 1 ox\n')
  await closed.chunks[Symbol.asyncIterator]().next()
  await closed[Symbol.asyncDispose]()
  await until('the source', () => first.disposed)

  const second = byteSource()
  node.commands.source = () => second.source
  await using cut = panel.hub.console(nodeId, randomUUID(), { after: 3 })
  const ended = (async () => {
    for await (const _chunk of cut.chunks);
    return 'ended'
  })()
  await node.connection[Symbol.asyncDispose]()
  expect(await ended).toBe('ended')
  expect(() => panel.hub.console(nodeId, randomUUID(), { tail: 0 })).toThrow('not connected')
})

test('a console the node refuses throws its reason, and consoles of a node are bounded', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openRogueNode(panel, nodeId)
  await node.enter()
  await using stream = panel.hub.console(nodeId, randomUUID(), { tail: 0 })
  const error = { code: 'server-not-found', message: 'No such server.', status: 404 }
  node.say({ type: 'answer', id: Number((await node.next('request'))['id']), ok: false, error })
  await expect(stream.chunks[Symbol.asyncIterator]().next()).rejects.toMatchObject(error)

  for (let open = 1; open < maxStreams; open += 1) panel.hub.console(nodeId, randomUUID(), { tail: 0 })
  expect(() => panel.hub.console(nodeId, randomUUID(), { tail: 0 })).toThrow('Too many consoles')
})

test('a node that sends more than its credit, or out of order, is cut off', async () => {
  await using panel = await openTestPanel()
  const data = (seq: number) => Buffer.concat([Buffer.from([1, 0, 0, seq, 0, 0, 0, 1]), Buffer.alloc(16_384)])
  const nodeId = randomUUID()
  await using node = await openRogueNode(panel, nodeId)
  await node.enter()
  await using _stream = panel.hub.console(nodeId, randomUUID(), { tail: 0 })
  for (let seq = 0; seq <= streamWindowBytes / 16_384; seq += 1) node.socket.send(data(seq))
  expect(await node.closed).toEqual({ code: 4000, reason: 'stream 1 sent more than its credit' })

  await using other = await openRogueNode(panel, nodeId, node.identity)
  await other.enter()
  await using _other = panel.hub.console(nodeId, randomUUID(), { tail: 0 })
  other.socket.send(data(1))
  expect(await other.closed).toEqual({ code: 4000, reason: 'stream 1: frame 1 where 0 was due' })
})

test('the latest status is known, also as it was when the node left', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openTestNode(panel, nodeId)
  await until('the welcome', () => node.connection.connected)
  node.report.status({ ...someStatus, hostname: 'renamed' })
  await until('the status', () => panel.hub.status(nodeId)?.hostname === 'renamed')
  panel.hub.settings(nodeId, { portRange: { from: 1, to: 2 }, mirrors: [], logins: [] })
  await until('the settings', () => node.commands.settingsTold.at(-1)?.portRange.from === 1)
  await node.connection[Symbol.asyncDispose]()
  await until('the end', () => !panel.hub.connected(nodeId))
  expect(panel.hub.status(nodeId)?.hostname).toBe('renamed')
})
