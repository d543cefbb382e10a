// Attack 23: each token opens only what it is for: its own purpose, server and person, once, before it ends.
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { newLinkSecret } from '#core/auth/link-secret.ts'
import { createSession, revokeSession } from '#core/auth/sessions.ts'
import { silentLog } from '#core/base/log.ts'
import { serverMembers } from '#core/db/schema/access.ts'
import { accountTokens, apiKeys } from '#core/db/schema/accounts.ts'
import { consoleTokens, signingKeys } from '#core/db/schema/tokens.ts'
import { type HttpServer, serveHttp } from '#core/panel/http/serve.ts'
import { type ApiClient, type TestPanel, testPanel } from '#core/testing/panel.ts'
import { addServer } from '#core/testing/test-servers.ts'

const clock = { now: Date.now() }
let panel: TestPanel
let server: HttpServer
let api: ApiClient
let nodeId = ''
let [one, two] = ['', '']

beforeAll(async () => {
  panel = await testPanel({ now: () => clock.now })
  server = await serveHttp({ app: panel.app, host: '127.0.0.1', port: 0, log: silentLog })
  nodeId = await panel.addNode()
  panel.hub.connect(nodeId)
  one = await addServer(panel, nodeId, { state: 'running' })
  two = await addServer(panel, nodeId, { state: 'running' })
  api = await panel.owner.api()
})
afterAll(async () => {
  for (const socket of sockets) socket.terminate()
  await server[Symbol.asyncDispose]()
  await panel[Symbol.asyncDispose]()
})

const ask = async (client = api, id = one) => {
  const response = await client.get(`/servers/${id}/console-token`)
  expect(response.status).toBe(200)
  return await response.json()
}

const sockets: WebSocket[] = []
/** 101, or with what it was refused. */
function dial(id: string, token: string, how: 'header' | 'protocol' = 'header') {
  const url = `ws://127.0.0.1:${server.port}/api/v1/servers/${id}/console/live?tail=1`
  const socket =
    how === 'header'
      ? new WebSocket(url, { headers: { authorization: `Bearer ${token}` } })
      : new WebSocket(url, ['stellar.console', token], { headers: { origin: 'https://elsewhere.example' } })
  sockets.push(socket)
  const told: string[] = []
  socket.on('message', (data: Buffer, binary) => binary || told.push(data.toString()))
  const status = new Promise<number>((done) => {
    socket.once('open', () => done(101))
    socket.once('unexpected-response', (_, { statusCode }) => {
      done(statusCode ?? 0)
      socket.terminate()
    })
    socket.once('error', () => done(0))
  })
  const closed = new Promise<number>((done) => socket.once('close', done))
  return { socket, status, closed, told }
}

describe('attack 23: a console token', () => {
  test('has exactly the claims of the field, and says in its header what it is for', async () => {
    const { consoleToken, expiresAt, permissions, nodeHost, nodePort, url } = await ask()
    expect(consoleToken).toMatch(/^strk_console_eyJ/)
    const jwt = consoleToken.slice('strk_console_'.length)
    expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'EdDSA', typ: 'console+jwt', kid: expect.any(String) })
    const claims = decodeJwt(jwt)
    expect(claims).toEqual({
      iss: 'stellarstack',
      sub: panel.owner.id,
      aud: nodeId,
      exp: expect.any(Number),
      iat: expect.any(Number),
      jti: expect.any(String),
      serverId: one,
      containerId: `stellar-${one}`,
      permissions: { canRead: true, canWrite: true },
      metadata: { username: 'Ada', ip: '' },
    })
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(300)
    expect(Date.parse(expiresAt)).toBe((claims.exp ?? 0) * 1000)
    expect([permissions, nodeHost, nodePort]).toEqual([{ canRead: true, canWrite: true }, '127.0.0.1', 3000])
    expect(url).not.toContain(consoleToken)
  })

  test('opens its console once, by header or as subprotocol from a page elsewhere', async () => {
    const { consoleToken } = await ask()
    expect(await dial(one, consoleToken).status).toBe(101)
    expect(await dial(one, consoleToken).status).toBe(401)
    const second = (await ask()).consoleToken
    const page = dial(one, second, 'protocol')
    expect(await page.status).toBe(101)
    // Never echoed: what a proxy logs of the answer holds no secret.
    expect(page.socket.protocol).toBe('stellar.console')
  })

  test('opens it once also when many try at the same time', async () => {
    const { consoleToken } = await ask()
    const answers = await Promise.all(Array.from({ length: 8 }, () => dial(one, consoleToken).status))
    expect(answers.toSorted((a, b) => a - b)).toEqual([101, ...Array.from({ length: 7 }, () => 401)])
  })

  test('opens no other server, no other address, and is not used up by trying', async () => {
    const { consoleToken } = await ask()
    expect(await dial(two, consoleToken).status).toBe(401)
    const headers = { authorization: `Bearer ${consoleToken}` }
    for (const path of [
      '/account',
      '/servers',
      `/servers/${one}`,
      `/servers/${one}/console`,
      `/servers/${one}/console/live`,
    ]) {
      expect([path, (await panel.app.request(`/api/v1${path}`, { headers })).status]).toEqual([path, 401])
    }
    const command = {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"command":"x"}',
    }
    expect((await panel.app.request(`/api/v1/servers/${one}/console/commands`, command)).status).not.toBe(202)
    expect(await dial(one, consoleToken).status).toBe(101)
  })

  test('ends after five minutes', async () => {
    const { consoleToken } = await ask()
    clock.now += 301_000
    expect(await dial(one, consoleToken).status).toBe(401)
  })

  test('that somebody made themselves opens nothing', async () => {
    const jwt = (await ask()).consoleToken.slice('strk_console_'.length)
    const claims = decodeJwt(jwt)
    const { privateKey } = await generateKeyPair('EdDSA')
    const { kid = '' } = decodeProtectedHeader(jwt)
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'console+jwt', kid })
      .sign(privateKey)
    const [header = '', body = '', signature = ''] = jwt.split('.')
    const unsigned = Buffer.from('{"alg":"none","typ":"console+jwt"}').toString('base64url')
    const other = Buffer.from(JSON.stringify({ ...claims, serverId: two })).toString('base64url')
    for (const bad of [forged, `${unsigned}.${body}.`, `${header}.${other}.${signature}`, `${header}.${body}`, '']) {
      expect(await dial(one, `strk_console_${bad}`).status).toBe(401)
      expect(await dial(two, `strk_console_${bad}`).status).toBe(401)
    }
  })

  test('reads only, for who may only read, and is nothing for who may not', async () => {
    const [reader, stranger] = [await panel.addUser('Rea'), await panel.addUser('Eve')]
    await panel.database.withSystem((tx) =>
      tx.insert(serverMembers).values({ serverId: one, userId: reader.id, permissions: ['server.console'] }),
    )
    const { consoleToken, permissions } = await ask(await reader.api())
    expect(permissions).toEqual({ canRead: true, canWrite: false })
    const { socket, status, told } = dial(one, consoleToken)
    expect(await status).toBe(101)
    socket.send(JSON.stringify({ input: 'say hi' }))
    await expect.poll(() => told.join()).toContain('error')
    expect((await (await stranger.api()).get(`/servers/${one}/console-token`)).status).toBe(404)
  })

  test('what it opened ends with the session that asked for it', async () => {
    const session = await panel.database.withSystem((tx) =>
      createSession(tx, panel.owner.id, { address: undefined, userAgent: 'test' }),
    )
    const response = await panel.app.request(`/api/v1/servers/${one}/console-token`, {
      headers: { cookie: `stellar-session=${session.secret}` },
    })
    const [used, unused] = [await response.json(), await ask()]
    const { status, closed } = dial(one, used.consoleToken)
    expect(await status).toBe(101)
    await revokeSession(panel.database, session.id)
    expect(await closed).toBe(4403)
    expect(await dial(one, unused.consoleToken).status).toBe(101)
  })

  test('needs the node to be there', async () => {
    panel.hub.disconnect(nodeId, 'test')
    expect((await api.get(`/servers/${one}/console-token`)).status).toBe(503)
    panel.hub.connect(nodeId)
  })

  test('is not in the database, and the key that signs it is encrypted there', async () => {
    const { consoleToken } = await ask()
    const dump = JSON.stringify(
      await panel.database.withSystem(async (tx) => [
        await tx.select().from(consoleTokens),
        await tx.select().from(signingKeys),
      ]),
    )
    expect(dump).not.toContain(consoleToken.slice(13, 60))
    expect(dump).not.toMatch(/"d":/)
  })
})

describe('attack 23: every other token', () => {
  test('opens no console and no API by being sent as one', async () => {
    const { secret, hash } = newLinkSecret()
    const session = (await panel.owner.browser()).cookies.get('stellar-session')
    await panel.database.withSystem((tx) =>
      tx.insert(accountTokens).values({
        id: crypto.randomUUID(),
        userId: panel.owner.id,
        purpose: 'reset-password',
        tokenHash: hash,
        expiresAt: new Date(clock.now + 60_000).toISOString(),
      }),
    )
    const setup = 'A'.repeat(32)
    for (const token of [session ?? '', secret, setup, `strk_console_${session}`, `stellar_key_00000000_${secret}`]) {
      expect(await dial(one, token).status).toBe(401)
      const headers = { authorization: `Bearer ${token}` }
      expect((await panel.app.request('/api/v1/account', { headers })).status).toBe(401)
    }
  })

  test('a key or a console token is no session, no reset and no confirmation', async () => {
    const { consoleToken } = await ask()
    const [row] = await panel.database.withSystem((tx) => tx.select({ hash: apiKeys.keyHash }).from(apiKeys).limit(1))
    for (const secret of [api.key, consoleToken, row?.hash ?? '']) {
      const cookie = await panel.app.request('/account', { headers: { cookie: `stellar-session=${secret}` } })
      expect(cookie.status).toBe(303)
      for (const path of ['/reset', '/verify-email', '/join']) {
        const shown = await panel.app.request(`${path}?token=${encodeURIComponent(secret)}`)
        expect([path, shown.status === 200 && (await shown.text()).includes('type="password"')]).toEqual([path, false])
      }
    }
  })
})
