// One release older at either end: what version 1 of the link said is recorded in core/protocol/fixtures, and so is what
// it understood. Both are what that release did, and are never changed.
import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import { expect, onTestFinished, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { z } from 'zod'
import { silentLog } from '#core/base/log.ts'
import { connectNode } from '#core/node/connection.ts'
import { enrol } from '#core/node/enrol.ts'
import { openReport } from '#core/node/report.ts'
import { linkAlpn, linkSubprotocol, spoken } from '#core/protocol/version.ts'
import { openTestPanel, temporaryDirectory, until } from '#core/testing/link.ts'
import { openRogueNode } from '#core/testing/rogue-node.ts'
import { byteSource, scriptedNode, someServer, someStatus } from '#core/testing/scripted-node.ts'

type Message = Readonly<Record<string, unknown>> & { readonly type: string }

const fixture = (name: string) => readFileSync(new URL(`../../protocol/fixtures/${name}`, import.meta.url), 'utf8')
const recorded = fixture('protocol-1.jsonl')
  .trimEnd()
  .split('\n')
  .map((line): { from: 'node' | 'panel'; message: Message } => JSON.parse(line))
const said = (from: 'node' | 'panel', type: string): Message[] =>
  recorded.filter((line) => line.from === from && line.message.type === type).map(({ message }) => message)
const one = (from: 'node' | 'panel', type: string): Message => {
  const [message] = said(from, type)
  if (!message) throw new Error(`no ${type} was recorded`)
  return message
}

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0]
const schemas: {
  node: JsonSchema
  panel: JsonSchema
  requests: Record<string, { params: JsonSchema; result: JsonSchema }>
} = JSON.parse(fixture('protocol-1.schema.json'))
const [toPanel, toNode] = [z.fromJSONSchema(schemas.node), z.fromJSONSchema(schemas.panel)]

/** What that release would have refused of these, each with its reason. */
function notUnderstood(schema: z.ZodType, messages: readonly Record<string, unknown>[]): string[] {
  return messages.flatMap((message) => {
    const read = schema.safeParse(message)
    if (read.success) return []
    return [`${String(message['type'])}: ${z.prettifyError(read.error)}`]
  })
}

test('the recording understands itself, and refuses what version 1 refused', () => {
  const messages = (from: 'node' | 'panel') => recorded.filter((line) => line.from === from).map((line) => line.message)
  expect(notUnderstood(toPanel, messages('node'))).toEqual([])
  expect(notUnderstood(toNode, messages('panel'))).toEqual([])
  expect(notUnderstood(toNode, [{ type: 'ack', seq: 'one' }, { type: 'news' }])).toHaveLength(2)
})

test('a node of version 1 is welcomed, told its servers, believed, and asked by a panel of today', async () => {
  await using panel = await openTestPanel()
  const nodeId = randomUUID()
  const apply = one('panel', 'server.apply')['server'] as { id: string; revision: number }
  panel.listener.desired.set(nodeId, [someServer(apply.id, 9)])
  await using node = await openRogueNode(panel, nodeId)

  node.say(one('node', 'hello'))
  expect(await node.next('welcome')).toMatchObject({ protocol: 1, nodeId })
  expect(await node.next('server.apply')).toMatchObject({ server: { id: apply.id, revision: 9 } })
  expect(panel.hub.connected(nodeId)).toBe(true)
  expect(panel.hub.refusal(nodeId)).toBeUndefined()

  const facts = said('node', 'fact')
  for (const fact of facts) node.say(fact)
  for (const fact of facts) expect(await node.next('ack')).toMatchObject({ seq: fact['seq'] })
  expect(panel.listener.facts.map(({ fact }) => fact)).toEqual(facts)
  for (const type of ['status', 'stats', 'progress']) node.say(one('node', type))
  await until('the values', () => panel.listener.progressTold.length === 1)
  expect(panel.listener.statsTold).toMatchObject([{ servers: one('node', 'stats')['servers'] }])
  expect(panel.listener.statusTold).toEqual([one('node', 'status')['status']])

  panel.hub.settings(nodeId, { portRange: { from: 1, to: 2 }, mirrors: [], logins: [] })
  expect(await node.next('settings')).toBeDefined()
  // Each question of that release, answered as that release did.
  for (const { id, method, params } of said('panel', 'request') as unknown as Request[]) {
    if (method === 'console.read' || method === 'console.close') continue
    const answer = said('node', 'answer').find((each) => each['id'] === id)
    const asked = panel.hub.request(nodeId, method as 'console.write', params as never)
    node.say({ ...answer, id: Number((await node.next('request'))['id']) })
    expect(await asked).toEqual(answer?.['result'])
  }
  const console = panel.hub.console(nodeId, apply.id, { tail: 3 })
  const read = await node.next('request')
  node.say({ type: 'answer', id: Number(read['id']), ok: true, result: {} })
  const { stream } = read['params'] as { stream: number }
  node.socket.send(Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, stream]), Buffer.from('1 hello\n')]))
  for await (const chunk of console.chunks) {
    expect(Buffer.from(chunk).toString()).toBe('1 hello\n')
    break
  }
  await console[Symbol.asyncDispose]()
  await node.next('request')

  // Nothing that this panel said would have been refused there.
  expect(notUnderstood(toNode, node.heard)).toEqual([])
  const requests = node.heard.filter(({ type }) => type === 'request') as unknown as Request[]
  for (const { method, params } of requests) {
    const known = schemas.requests[method]
    expect(known && z.fromJSONSchema(known.params).safeParse(params).success, `${method} in version 1`).toBe(true)
  }
})

test('a node of today works with a panel of version 1', async () => {
  // An authority and an identity of today: they are the same in both releases.
  await using authority = await openTestPanel()
  const directory = temporaryDirectory()
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const nodeId = randomUUID()
  await enrol({ url: authority.url, token: authority.token(nodeId), directory, version: '0.2.0' })
  await using panel = await previousPanel(authority)

  const commands = scriptedNode()
  const source = byteSource()
  commands.source = () => source.source
  using report = openReport(directory)
  await using connection = connectNode({
    directory,
    url: panel.url,
    version: '0.2.0',
    commands,
    report,
    log: silentLog,
  })
  const socket = await panel.connected
  const heard: Message[] = []
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) heard.push(JSON.parse(data.toString()))
  })
  const say = (message: Message | undefined) => socket.send(JSON.stringify(message))
  await until('the hello', () => heard.length === 1)
  expect(heard[0]).toMatchObject({ type: 'hello', protocol: spoken.newest })

  say({ ...one('panel', 'welcome'), nodeId })
  await until('the welcome', () => connection.connected)
  say(one('panel', 'server.apply'))
  say(one('panel', 'settings'))
  await until('the servers', () => commands.applied.length === 1 && commands.settingsTold.length === 2)
  const serverId = commands.applied[0]?.id ?? ''
  for (const fact of said('node', 'fact')) report.fact(serverId, fact['body'] as Parameters<typeof report.fact>[1])
  report.status(someStatus)
  report.stats('2026-11-22T12:00:00.000Z', one('node', 'stats')['servers'] as Parameters<typeof report.stats>[1])
  report.progress(one('node', 'progress') as unknown as Parameters<typeof report.progress>[0])
  for (const request of said('panel', 'request')) say(request)
  const answers = () => heard.filter(({ type }) => type === 'answer')
  await until('the answers', () => answers().length === said('panel', 'request').length)
  expect(answers().filter(({ ok }) => ok !== true)).toEqual([])
  await until('the facts', () => heard.filter(({ type }) => type === 'fact').length === said('node', 'fact').length)
  for (const ack of said('panel', 'ack')) say(ack)
  await until('the acknowledgement', () => report.outbox.acknowledged === said('node', 'fact').length)
  expect(notUnderstood(toPanel, heard)).toEqual([])
})

interface Request {
  readonly id: number
  readonly method: string
  readonly params: unknown
}

/** A link port that leaves the talking to the test. */
async function previousPanel({ authority }: Awaited<ReturnType<typeof openTestPanel>>) {
  const { key, certificate: cert } = await authority.link()
  const server = createServer({ key, cert, minVersion: 'TLSv1.3', ALPNProtocols: [linkAlpn] })
  const sockets = new WebSocketServer({ server, handleProtocols: () => linkSubprotocol })
  const connected = new Promise<WebSocket>((resolve) => sockets.once('connection', (socket) => resolve(socket)))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  return {
    connected,
    url: `https://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
      await new Promise((closed) => server.close(closed))
    },
  }
}
