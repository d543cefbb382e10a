// A panel with a hundred servers that run, are measured every two seconds and have players: the panel is real, its node
// is scripted, so that neither Docker nor a hundred games are needed.
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { silentLog } from '#core/base/log.ts'
import { connectNode } from '#core/node/connection.ts'
import { enrol } from '#core/node/enrol.ts'
import { openReport } from '#core/node/report.ts'
import type { ServerStats } from '#core/protocol/messages.ts'
import { chatterPlugin } from '#core/testing/blueprints.ts'
import { until } from '#core/testing/link.ts'
import { scriptedNode, someStatus } from '#core/testing/scripted-node.ts'
import { signIn } from '#core/testing/sign-in.ts'
import { owner } from '#core/testing/stellar.ts'
import { start } from './process.ts'

export interface Hundred extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  readonly cookie: string
  readonly authorization: string
  /** Enough was measured for whole sparklines. */
  readonly seasoned: Promise<void>
}

export const servers = 100
const MiB = 1024 ** 2
/** As many readings as a sparkline of five minutes shows. */
const readings = 36

export async function openHundred(data: string): Promise<Hundred> {
  await using stack = new AsyncDisposableStack()
  mkdirSync(join(data, 'plugins'), { recursive: true })
  writeFileSync(join(data, 'plugins', 'chatter.ts'), chatterPlugin)
  const child = start(['core/bench/panel.ts'], {
    STELLAR_DATA: data,
    STELLAR_PORT: '0',
    STELLAR_LINK_PORT: '0',
    STELLAR_OWNER_EMAIL: owner.email,
    STELLAR_OWNER_PASSWORD: owner.password,
    STELLAR_OWNER_API_KEY_FILE: join(data, 'owner.key'),
    STELLAR_LOG_LEVEL: 'error',
    STELLAR_API_LIMIT: '0',
  })
  stack.use(child)
  const [line] = await once(createInterface(child.stdout), 'line', { signal: AbortSignal.timeout(60_000) })
  const { url, linkPort, token } = JSON.parse(String(line)) as { url: string; linkPort: number; token: string }

  const commands = scriptedNode()
  commands.status = async () => ({
    ...someStatus,
    capacity: { cores: 64, memoryBytes: 2 ** 38, diskBytes: 2 ** 42, diskFreeBytes: 2 ** 42 },
  })
  const directory = join(data, 'scripted-node')
  await enrol({ url: `127.0.0.1:${linkPort}`, token, directory, version: '0.1.0' })
  const report = stack.use(openReport(directory))
  const connection = stack.use(
    connectNode({
      directory,
      url: `https://127.0.0.1:${linkPort}`,
      version: '0.1.0',
      commands,
      report,
      log: silentLog,
    }),
  )
  await until('the scripted node', () => connection.connected)

  const authorization = `Bearer ${readFileSync(join(data, 'owner.key'), 'utf8').trim()}`
  for (let number = 1; number <= servers; number += 1) await create(url, authorization, number)
  await until('all servers at the node', () => commands.applied.length >= servers)
  const startedAt = new Date(Date.now() - 3_600_000).toISOString()
  for (const { id, revision, power } of commands.held.map(({ id }) => ofId(commands.applied, id)))
    report.fact(id, { kind: 'state', state: 'running', since: startedAt, startedAt, revision, request: power.request })
  const measure = (tick: number) =>
    report.stats(
      new Date().toISOString(),
      commands.held.map(({ id }, index) => reading(id, index, tick)),
    )
  const { promise: seasoned, resolve } = Promise.withResolvers<void>()
  let tick = 0
  const timer = setInterval(() => {
    measure(++tick)
    if (tick === readings) resolve()
  }, 2000)
  stack.defer(() => clearInterval(timer))
  const resources = stack.move()
  return {
    url,
    pid: child.pid,
    authorization,
    seasoned,
    cookie: await signIn(url),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

async function create(url: string, authorization: string, number: number): Promise<void> {
  const name = `Server ${number} of the bench`
  const response = await fetch(`${url}/api/v1/servers`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ blueprintId: 'chatter', name, startAfterInstall: true }),
    signal: AbortSignal.timeout(30_000),
  })
  if (response.status !== 201) throw new Error(`${name} was not created: ${response.status} ${await response.text()}`)
}

function ofId<T extends { readonly id: string }>(all: readonly T[], id: string): T {
  const found = all.findLast((each) => each.id === id)
  if (!found) throw new Error(`no server ${id}`)
  return found
}

/** A third of them have players, and all load moves. */
function reading(id: string, index: number, tick: number): ServerStats {
  return {
    id,
    cpuPercent: 12 + ((index * 7 + tick * 13) % 60) + Math.random(),
    memoryBytes: (40 + ((index * 3 + tick) % 50)) * MiB,
    diskBytes: 300 * MiB,
    receivedPerSecond: 1200,
    sentPerSecond: 5400,
    players: index % 3 === 0 ? 1 + (index % 9) : 0,
    capacity: 16,
  }
}
