// Attacks 12 and 13: whatever takes somebody's right away reaches every channel that is open, within five seconds; also when
// another panel on the same database did it, of which this process hears nothing.
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createApiKey } from '#core/auth/api-keys.ts'
import { createSession, revokeSessionsOf } from '#core/auth/sessions.ts'
import { silentLog } from '#core/base/log.ts'
import { serverMembers } from '#core/db/schema/access.ts'
import { apiKeys, sessions, users } from '#core/db/schema/accounts.ts'
import { type HttpServer, serveHttp } from '#core/panel/http/serve.ts'
import { type TestPanel, testPanel } from '#core/testing/panel.ts'
import { addServer } from '#core/testing/test-servers.ts'
import { urls } from '#views/urls.ts'

/** What the promise says. */
const withinMs = 5_000

let panel: TestPanel
let server: HttpServer
let serverId: string
beforeAll(async () => {
  panel = await testPanel()
  server = await serveHttp({ app: panel.app, host: '127.0.0.1', port: 0, log: silentLog })
  const nodeId = await panel.addNode()
  panel.hub.connect(nodeId)
  serverId = await addServer(panel, nodeId, { state: 'running' })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await panel[Symbol.asyncDispose]()
})

interface Member {
  readonly userId: string
  readonly sessionId: string
  readonly cookie: string
  readonly key: string
}

/** Somebody who was let into the server and reads its console. */
async function member(name: string): Promise<Member> {
  const { id: userId } = await panel.addUser(name)
  return await panel.database.withSystem(async (tx) => {
    await tx.insert(serverMembers).values({ serverId, userId, permissions: ['server.console'] })
    const session = await createSession(tx, userId, { address: undefined, userAgent: 'test' })
    const { key } = await createApiKey(tx, userId, { name: 'program' })
    return { userId, sessionId: session.id, cookie: `stellar-session=${session.secret}`, key }
  })
}

interface Channel {
  readonly name: string
  /** Resolves once it is open; `ended` once it is over. */
  open(who: Member): Promise<{ readonly ended: Promise<unknown>; close(): void }>
}

async function socket(path: string, headers: Record<string, string>) {
  const dialled = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers })
  const ended = new Promise((done) => dialled.once('close', done))
  await new Promise((done, fail) => dialled.once('open', done).once('error', fail))
  return { ended, close: () => dialled.terminate() }
}

const channels: readonly Channel[] = [
  {
    name: 'the event stream of a page',
    async open({ cookie }) {
      const life = new AbortController()
      const url = `http://127.0.0.1:${server.port}${urls.events()}?server=${serverId}`
      const response = await fetch(url, { headers: { cookie }, signal: life.signal })
      expect(response.status).toBe(200)
      const reader = response.body?.getReader()
      await reader?.read()
      const ended = (async () => {
        while (!(await reader?.read())?.done);
      })().catch(() => undefined)
      return { ended, close: () => life.abort() }
    },
  },
  {
    name: 'the console in the browser',
    open: ({ cookie }) =>
      socket(`${urls.serverConsole({ id: serverId })}?tail=1`, {
        cookie,
        origin: `http://127.0.0.1:${server.port}`,
      }),
  },
  {
    name: 'the console of a program with a key',
    open: ({ key }) =>
      socket(`${urls.api()}/servers/${serverId}/console/live?tail=1`, { authorization: `Bearer ${key}` }),
  },
]

interface Cause {
  readonly name: string
  /** Which channels it must close; the others must go on. */
  readonly closes: readonly ('browser' | 'key')[]
  happen(who: Member): Promise<unknown>
}

/** Straight in the database, as another panel's work looks from here. */
const elsewhere = (work: Parameters<TestPanel['database']['withSystem']>[0]) => panel.database.withSystem(work)

const causes: readonly Cause[] = [
  {
    name: 'the session is ended',
    closes: ['browser'],
    happen: ({ sessionId }) => elsewhere((tx) => tx.delete(sessions).where(eq(sessions.id, sessionId))),
  },
  {
    name: 'all sessions end with a new password',
    closes: ['browser'],
    happen: ({ userId }) => revokeSessionsOf(panel.database, userId),
  },
  {
    name: 'the key is revoked',
    closes: ['key'],
    happen: ({ userId }) => elsewhere((tx) => tx.delete(apiKeys).where(eq(apiKeys.userId, userId))),
  },
  {
    name: 'the person is suspended',
    closes: ['browser', 'key'],
    happen: ({ userId }) =>
      elsewhere((tx) => tx.update(users).set({ suspendedAt: new Date().toISOString() }).where(eq(users.id, userId))),
  },
  {
    name: 'the account is deleted',
    closes: ['browser', 'key'],
    happen: ({ userId }) => elsewhere((tx) => tx.delete(users).where(eq(users.id, userId))),
  },
  {
    name: 'the person is no longer let into the server',
    closes: ['browser', 'key'],
    happen: ({ userId }) =>
      elsewhere((tx) =>
        tx.delete(serverMembers).where(and(eq(serverMembers.userId, userId), eq(serverMembers.serverId, serverId))),
      ),
  },
]

// Side by side: each waits for the same look at who may still listen.
describe.concurrent.each(causes)('when $name', ({ name, closes, happen }) => {
  test(`what is open is closed within ${withinMs / 1000} s, and nothing else is`, async () => {
    const [who, other] = [await member(`Mia ${name.length}`), await member(`Tim ${name.length}`)]
    const opened = await Promise.all(
      channels.map(async (channel) => ({
        name: channel.name,
        ...(await channel.open(who)),
        must: closes.includes(channel.name.includes('key') ? 'key' : 'browser'),
      })),
    )
    const untouched = await Promise.all(channels.map((channel) => channel.open(other)))
    try {
      await happen(who)
      const begun = performance.now()
      await Promise.all(opened.filter(({ must }) => must).map(({ ended }) => ended))
      expect(performance.now() - begun).toBeLessThan(withinMs)
      const over = await Promise.race([
        ...opened.filter(({ must }) => !must).map(({ ended, name }) => ended.then(() => name)),
        ...untouched.map(({ ended }) => ended.then(() => 'of somebody else')),
        Promise.resolve('none'),
      ])
      expect(over).toBe('none')
    } finally {
      for (const { close } of [...opened, ...untouched]) close()
    }
  })
})
