import { randomBytes, randomUUID } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { maxTextBytes } from '#core/protocol/codec.ts'
import { createAuthority, createRequest, issueNodeCertificate, verifyRequest } from '#core/protocol/identity.ts'
import { linkAlpn, linkServerName } from '#core/protocol/version.ts'
import { openTestNode, openTestPanel, type TestPanel, until } from '#core/testing/link.ts'
import { dialLink, openRogueNode, rogueIdentity } from '#core/testing/rogue-node.ts'

/** A certificate that says the right thing, signed by somebody else. */
async function foreignIdentity(nodeId: string) {
  const authority = await createAuthority(Date.now())
  const { key, request } = await createRequest()
  const verified = await verifyRequest(request)
  if (!verified) throw new Error('refused')
  const { certificate } = await issueNodeCertificate(authority, verified, nodeId, Date.now())
  return { cert: certificate, key }
}

function tlsToPanel(panel: TestPanel, options: object): TLSSocket {
  const fixed = { host: '127.0.0.1', port: panel.port, ca: panel.authority.certificate, servername: linkServerName }
  return connectTls({ ...fixed, ...options })
}

test('a machine without a certificate, or with one of another authority, does not get in', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  const node = await rogueIdentity(panel, nodeId)
  await expect(dialLink(panel, {})).rejects.toThrow()
  await expect(dialLink(panel, await foreignIdentity(nodeId))).rejects.toThrow()
  expect(panel.hub.connected(nodeId)).toBe(false)
  // The same way in works with the right one.
  const socket = await dialLink(panel, { cert: node.certificate, key: node.key })
  socket.terminate()
})

test('a certificate of this authority that is not in the table is nobody', async () => {
  await using panel = await openTestPanel()
  const node = await rogueIdentity(panel, randomUUID())
  panel.stores.certificates.clear() // as after the deletion of the node
  await expect(dialLink(panel, { cert: node.certificate, key: node.key })).rejects.toThrow('status 401')
})

test('a revoked or expired certificate is refused, whatever TLS says about it', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  const node = await rogueIdentity(panel, nodeId)
  panel.stores.revokeAll(nodeId)
  await expect(dialLink(panel, { cert: node.certificate, key: node.key })).rejects.toThrow('status 401')

  const other = await rogueIdentity(panel, nodeId)
  for (const [fingerprint, row] of panel.stores.certificates) {
    panel.stores.certificates.set(fingerprint, {
      ...row,
      revokedAt: null,
      notAfter: new Date(Date.now() - 1).toISOString(),
    })
  }
  await expect(dialLink(panel, { cert: other.certificate, key: other.key })).rejects.toThrow('status 401')
})

test('a connected node whose certificate is revoked falls out and cannot come back', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openRogueNode(panel, nodeId)
  await node.enter()
  expect(panel.hub.connected(nodeId)).toBe(true)

  panel.stores.revokeAll(nodeId)
  panel.hub.disconnect(nodeId, 'revoked by the owner')

  expect(await node.closed).toEqual({ code: 4403, reason: 'revoked by the owner' })
  expect(panel.hub.connected(nodeId)).toBe(false)
  await expect(openRogueNode(panel, nodeId, node.identity)).rejects.toThrow('status 401')
})

test('a certificate that somebody else revoked is noticed on the open link', async () => {
  await using panel = await openTestPanel({ checkEveryMs: 20 })
  const nodeId = randomUUID()
  await using node = await openRogueNode(panel, nodeId)
  await node.enter()
  panel.stores.revokeAll(nodeId)
  expect((await node.closed).code).toBe(4403)
  expect(panel.listener.online.size).toBe(0)
})

test('a TLS session is never resumed, so a ticket is no way in', async () => {
  await using panel = await openTestPanel()
  const { certificate: cert, key } = await rogueIdentity(panel, randomUUID())
  const first = tlsToPanel(panel, { cert, key, ALPNProtocols: [linkAlpn] })
  let ticket: Buffer | undefined
  first.on('session', (session) => {
    ticket = session
  })
  await new Promise((ready) => first.once('secureConnect', ready))
  first.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  await new Promise((gone) => first.resume().once('close', gone))

  const session = ticket ?? first.getSession()
  const second = tlsToPanel(panel, { session, ALPNProtocols: [linkAlpn] }) // without a certificate this time
  second.on('error', () => {})
  const opened = new Promise((ready) => second.once('secureConnect', () => ready(second.isSessionReused())))
  const closed = new Promise((gone) => second.resume().once('close', () => gone('closed')))
  expect(await Promise.race([opened, closed])).not.toBe(true)
  expect(await closed).toBe('closed')
})

test('TLS 1.2 is not spoken', async () => {
  await using panel = await openTestPanel()
  const socket = tlsToPanel(panel, { maxVersion: 'TLSv1.2' })
  const error = await new Promise<Error>((failed) => socket.once('error', failed))
  expect(error.message).toMatch(/protocol version/i)
})

test('with a certificate there is nothing but the link', async () => {
  await using panel = await openTestPanel()
  const { certificate: cert, key } = await rogueIdentity(panel, randomUUID())
  for (const path of ['/', '/node/v1/ca', '/node/v1/enroll', '/node/v1/link']) {
    const socket = tlsToPanel(panel, { cert, key, ALPNProtocols: [linkAlpn] })
    socket.end(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`)
    let answer = ''
    socket.on('data', (bytes) => {
      answer += String(bytes)
    })
    await new Promise((gone) => socket.once('close', gone))
    expect(answer).toMatch(/^HTTP\/1.1 404 /)
  }
})

test('garbage in place of TLS, before or after it, closes that connection only', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  await using node = await openTestNode(panel, nodeId)
  await until('the node', () => panel.hub.connected(nodeId))
  const garbage = [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    Buffer.from([22, 3, 1, 0, 0]),
    Buffer.concat([Buffer.from([22, 3, 1, 0x20, 0]), randomBytes(0x2000)]),
    randomBytes(100_000),
    Buffer.from([0]),
  ]
  for (const bytes of garbage) await closedBy(connect(panel.port, '127.0.0.1'), bytes)
  expect(node.connection.connected).toBe(true)
  expect(panel.hub.connected(nodeId)).toBe(true)
})

test('a connection that dawdles is closed, wherever it stops; a link is not', async () => {
  await using panel = await openTestPanel({ settledWithinMs: 3000 })
  const nodeId = randomUUID()
  await using node = await openRogueNode(panel, nodeId)
  await node.enter()
  const { certificate: cert, key } = node.identity
  const table = {
    'before a byte': connect(panel.port, '127.0.0.1'),
    'within the client hello': connect(panel.port, '127.0.0.1').setNoDelay(),
    'before a request': tlsToPanel(panel, { cert, key, ALPNProtocols: [linkAlpn] }),
    'before an enrolment': tlsToPanel(panel, {}),
    'within an enrolment': tlsToPanel(panel, {}),
  }
  table['within the client hello'].write(Buffer.from([22, 3, 1, 2, 0, 1]))
  table['within an enrolment'].write('POST /node/v1/enroll HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{')
  const closed = Object.values(table).map(async (socket) => {
    socket.on('error', () => {})
    await new Promise((gone) => socket.resume().once('close', gone))
  })
  await Promise.all(closed)
  expect(panel.hub.connected(nodeId)).toBe(true)
})

test('frames that are too large, broken or not understood close one link with the reason', async () => {
  await using panel = await openTestPanel()
  const bystander = randomUUID()
  await using good = await openTestNode(panel, bystander)
  await until('the node', () => panel.hub.connected(bystander))
  const fact = { type: 'fact', seq: 1, at: 'now', serverId: randomUUID(), body: { kind: 'removed' } }
  const table: { name: string; frame: string | Buffer; code: number }[] = [
    { name: 'text over 256 kB', frame: ' '.repeat(maxTextBytes + 1), code: 1009 },
    { name: 'binary over 256 kB', frame: Buffer.alloc(maxTextBytes + 1), code: 1009 },
    {
      name: 'DATA over 16 kB',
      frame: Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 1]), Buffer.alloc(20_000)]),
      code: 4000,
    },
    { name: 'no JSON', frame: '{', code: 4000 },
    { name: 'JSON of another kind', frame: '[]', code: 4000 },
    { name: 'a second hello', frame: JSON.stringify({ type: 'hello' }), code: 4000 },
    { name: 'a message of the panel', frame: JSON.stringify({ type: 'ack', seq: 1 }), code: 4000 },
    { name: 'a fact without a body', frame: JSON.stringify({ ...fact, body: {} }), code: 4000 },
    { name: 'data of a stream nobody opened', frame: Buffer.from([1, 0, 0, 0, 0, 0, 0, 9, 65]), code: 4000 },
    { name: 'an unknown kind of frame', frame: Buffer.from([9, 0, 0, 0, 0, 0, 0, 1]), code: 4000 },
    { name: 'half a header', frame: Buffer.from([1, 0]), code: 4000 },
  ]
  for (const { name, frame, code } of table) {
    await using rogue = await openRogueNode(panel, randomUUID())
    await rogue.enter()
    rogue.socket.send(frame)
    expect([name, (await rogue.closed).code]).toEqual([name, code])
  }
  expect(good.connection.connected).toBe(true)
  expect(panel.listener.facts).toEqual([])
})

test('no sequence of random frames does more than end its own link', async () => {
  await using panel = await openTestPanel()
  const bystander = randomUUID()
  await using good = await openTestNode(panel, bystander)
  await until('the node', () => panel.hub.connected(bystander))
  const identity = await rogueIdentity(panel, randomUUID())
  const frame = fc.oneof(fc.json(), fc.string(), fc.uint8Array({ maxLength: 40 }))
  await fc.assert(
    fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 5 }), fc.boolean(), async (frames, polite) => {
      await using rogue = await openRogueNode(panel, identity.nodeId, identity)
      if (polite) await rogue.enter()
      for (const each of frames) rogue.socket.send(each)
      expect((await rogue.closed).code).toBe(4000)
    }),
    { numRuns: 40 },
  )
  expect(good.connection.connected).toBe(true)
  expect(await panel.hub.request(bystander, 'node.status', {})).toMatchObject({ hostname: 'test' })
})

test('a peer that keeps silent before its hello, or talks before it, is not a node', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  await using rogue = await openRogueNode(panel, nodeId)
  expect(panel.hub.connected(nodeId)).toBe(false)
  rogue.say({ type: 'stats', at: 'now', servers: [] })
  expect(await rogue.closed).toEqual({ code: 4000, reason: 'the first message must be hello' })
})

test('one identity cannot hold more than a handful of sockets', async () => {
  await using panel = await openTestPanel()
  const identity = await rogueIdentity(panel, randomUUID())
  const sockets = await Promise.all(Array.from({ length: 8 }, () => openRogueNode(panel, identity.nodeId, identity)))
  await using ninth = await openRogueNode(panel, identity.nodeId, identity)
  expect((await ninth.closed).code).toBe(1006)
  expect(sockets.every(({ socket }) => socket.readyState === socket.OPEN)).toBe(true)
  for (const socket of sockets) await socket[Symbol.asyncDispose]()
})

async function closedBy(socket: Socket, bytes: Buffer): Promise<void> {
  socket.on('error', () => {})
  socket.on('data', () => {})
  socket.write(bytes)
  await new Promise((gone) => socket.once('close', gone))
}
