// Both ends of the link in one process, over real TLS sockets: a panel whose stores are in memory, and a node whose
// servers are a script.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Log, silentLog } from '#core/base/log.ts'
import { connectNode, type NodeConnection } from '#core/node/connection.ts'
import { enrol } from '#core/node/enrol.ts'
import { type NodeReport, openReport } from '#core/node/report.ts'
import { type Authority, loadAuthority } from '#core/panel/nodes/authority.ts'
import { type LinkHub, openHub } from '#core/panel/nodes/hub.ts'
import { openLinkListener } from '#core/panel/nodes/listener.ts'
import { formatEnrolmentToken, hashSecret, makeEnrolmentToken } from '#core/protocol/enrolment-token.ts'
import { type RecordingListener, recordingListener } from './link-listener.ts'
import { type MemoryStores, memoryStores, plainSecrets } from './link-stores.ts'
import { type ScriptedNode, scriptedNode } from './scripted-node.ts'

/** Waits for a condition to become true; what it waits for is named in the error. */
export async function until(what: string, condition: () => boolean, withinMs = 10_000): Promise<void> {
  const end = Date.now() + withinMs
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited ${withinMs / 1000} s for ${what}`)
    await new Promise((later) => setTimeout(later, 5))
  }
}

export interface TestPanel extends AsyncDisposable {
  readonly authority: Authority
  readonly stores: MemoryStores
  readonly listener: RecordingListener
  readonly hub: LinkHub
  readonly port: number
  readonly url: string
  /** A fresh enrolment token of that node. */
  token(nodeId: string, lifeMs?: number): string
}

export interface TestPanelOptions {
  readonly stores?: MemoryStores
  readonly listener?: RecordingListener
  readonly port?: number
  readonly log?: Log
  readonly now?: () => number
  readonly checkEveryMs?: number
  readonly settledWithinMs?: number
}

export async function openTestPanel(options: TestPanelOptions = {}): Promise<TestPanel> {
  const { stores = memoryStores(), listener = recordingListener(), log = silentLog, now = Date.now } = options
  await using stack = new AsyncDisposableStack()
  const authority = await loadAuthority({ store: stores, secrets: plainSecrets, now })
  const { checkEveryMs = 60_000, settledWithinMs = 10_000 } = options
  const hub = stack.use(openHub({ listener, authority, certificates: stores, log, now, checkEveryMs }))
  const port = stack.use(
    await openLinkListener({
      host: '127.0.0.1',
      port: options.port ?? 0,
      authority,
      certificates: stores,
      hub,
      log,
      now,
      settledWithinMs,
    }),
  )
  const resources = stack.move()
  return {
    authority,
    stores,
    listener,
    hub,
    port: port.port,
    url: `https://127.0.0.1:${port.port}`,
    token(nodeId, lifeMs = 3_600_000) {
      const token = makeEnrolmentToken(authority.pin)
      const expiresAt = new Date(now() + lifeMs).toISOString()
      const secretHash = hashSecret(token.secret)
      stores.tokens.set(token.id, { nodeId, secretHash, expiresAt, usedAt: null, keyHash: null })
      return formatEnrolmentToken(token)
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

export interface TestNode extends AsyncDisposable {
  readonly directory: string
  readonly commands: ScriptedNode
  readonly report: NodeReport
  readonly connection: NodeConnection
}

/** Enrols a node in a folder of its own and connects it; `url` goes around the panel's address, e.g. to a proxy. */
export async function openTestNode(
  panel: TestPanel,
  nodeId: string,
  options: { url?: string; log?: Log; now?: () => number; commands?: ScriptedNode } = {},
): Promise<TestNode> {
  const { url = panel.url, log = silentLog, now = Date.now, commands = scriptedNode() } = options
  await using stack = new AsyncDisposableStack()
  const directory = stack.adopt(temporaryDirectory(), (path) => rmSync(path, { recursive: true, force: true }))
  await enrol({ url: panel.url, token: panel.token(nodeId), directory, version: '0.1.0' })
  const report = stack.use(openReport(directory))
  const connection = stack.use(connectNode({ directory, url, version: '0.1.0', commands, report, log, now }))
  const resources = stack.move()
  return { directory, commands, report, connection, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'stellar-link-'))
}
