// A peer with a valid certificate that speaks the link by hand, rightly or wrongly.
import { rmSync } from 'node:fs'
import { WebSocket } from 'ws'
import { enrol } from '#core/node/enrol.ts'
import { type Identity, readIdentity } from '#core/node/identity.ts'
import type { FromNode } from '#core/protocol/messages.ts'
import { linkAlpn, linkServerName, linkSubprotocol } from '#core/protocol/version.ts'
import { type TestPanel, temporaryDirectory } from './link.ts'
import { someStatus } from './scripted-node.ts'

export interface RogueNode extends AsyncDisposable {
  readonly identity: Identity
  readonly socket: WebSocket
  /** Every text frame of the panel. */
  readonly heard: Record<string, unknown>[]
  readonly closed: Promise<{ code: number; reason: string }>
  say(message: FromNode | Record<string, unknown>): void
  /** Says hello and waits for the welcome. */
  enter(servers?: { id: string; revision: number }[]): Promise<void>
  /** The next text frame of that type that was not waited for yet. */
  next(type: string): Promise<Record<string, unknown>>
}

export async function rogueIdentity(panel: TestPanel, nodeId: string): Promise<Identity> {
  const directory = temporaryDirectory()
  try {
    await enrol({ url: panel.url, token: panel.token(nodeId), directory, version: '0.1.0' })
    const identity = readIdentity(directory)
    if (!identity) throw new Error('no identity after enrolment')
    return identity
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

export interface DialOptions {
  readonly cert?: string
  readonly key?: string
  readonly session?: Buffer
}

/** Rejects when the panel does not open the link. */
export async function dialLink(panel: TestPanel, { cert, key, session }: DialOptions): Promise<WebSocket> {
  const socket = new WebSocket(`wss://127.0.0.1:${panel.port}/node/v1/link`, linkSubprotocol, {
    ca: panel.authority.certificate,
    cert,
    key,
    session,
    servername: linkServerName,
    ALPNProtocols: [linkAlpn],
    perMessageDeflate: false,
  } as object)
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
    socket.once('unexpected-response', (_request, response) => {
      reject(new Error(`status ${response.statusCode}`))
      socket.terminate()
    })
  })
  return socket
}

export const hello = {
  type: 'hello' as const,
  protocol: 2,
  oldestProtocol: 1,
  version: '0.1.0',
  bootId: 'boot',
  outboxId: 'outbox',
  clock: '2026-11-22T12:00:00.000Z',
  servers: [] as { id: string; revision: number }[],
  status: someStatus,
}

export async function openRogueNode(panel: TestPanel, nodeId: string, known?: Identity): Promise<RogueNode> {
  const identity = known ?? (await rogueIdentity(panel, nodeId))
  const socket = await dialLink(panel, { cert: identity.certificate, key: identity.key })
  const heard: Record<string, unknown>[] = []
  const waiting: Record<string, unknown>[] = []
  let wake = () => {}
  socket.on('message', (data, isBinary) => {
    if (isBinary || !Buffer.isBuffer(data)) return
    const message: Record<string, unknown> = JSON.parse(data.toString())
    heard.push(message)
    waiting.push(message)
    wake()
  })
  socket.on('error', () => {})
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }))
  })
  const node: RogueNode = {
    identity,
    socket,
    heard,
    closed,
    say: (message) => socket.send(JSON.stringify(message)),
    async enter(servers = []) {
      node.say({ ...hello, servers })
      await node.next('welcome')
    },
    async next(type) {
      for (;;) {
        const at = waiting.findIndex((message) => message['type'] === type)
        const [found] = at < 0 ? [] : waiting.splice(at, 1)
        if (found) return found
        const more = new Promise<void>((resolve) => {
          wake = resolve
        })
        const end = await Promise.race([more, closed])
        if (end) throw new Error(`closed with ${end.code} ${end.reason} while waiting for ${type}`)
      }
    },
    async [Symbol.asyncDispose]() {
      socket.terminate()
      await closed
    },
  }
  return node
}
