// The console through everything, from a browser's socket to a game in a container and back: how long an echo takes,
// alone and beside a server that prints a hundred thousand lines a second, and what such a flood costs.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chatterPlugin } from '#core/testing/blueprints.ts'
import { echoes, openViewer, saidAtLast, type Viewer } from '#core/testing/console-viewer.ts'
import { signIn } from '#core/testing/sign-in.ts'
import { type Stellar, startStellar } from '#core/testing/stellar.ts'
import { flags, nodeChildOf, residentMiB } from './process.ts'

export interface ConsoleResults {
  /** At rest, with two servers. */
  readonly panelMiB: number
  readonly nodeMiB: number
  readonly idle: readonly number[]
  readonly beside: readonly number[]
  readonly produced: number
  readonly shown: number
  readonly missed: number
  readonly nodeGrowthMiB: number
}

const rate = 100_000
const seconds = 10
/** A hundred echoes fit beside one flood, and of a hundred the slowest hundredth is a single one. */
const floods = 3
const floodMs = 60_000
const sockets = 8
/** Slower than the panel's frames, of which each echo takes two, and below what eight sockets may send. */
const everyMs = 100

export async function measureConsole(data: string): Promise<ConsoleResults> {
  mkdirSync(join(data, 'plugins'), { recursive: true })
  writeFileSync(join(data, 'plugins', 'chatter.ts'), chatterPlugin)
  await using stack = new AsyncDisposableStack()
  const stellar = stack.use(
    await startStellar({ data, environment: { NODE_OPTIONS: flags[0] ?? '', STELLAR_LOG_LEVEL: 'error' } }),
  )
  await stellar.api.until<{ data: { connected: boolean; driver?: { healthy: boolean } }[] }>(
    '/nodes',
    ({ data: [node] }) => node?.connected === true && node.driver?.healthy === true,
  )
  const quiet = await create(stellar, 'Bench quiet')
  stack.defer(() => remove(stellar, quiet, 'Bench quiet'))
  const loud = await create(stellar, 'Bench loud')
  stack.defer(() => remove(stellar, loud, 'Bench loud'))
  for (const id of [quiet, loud])
    await stellar.api.until<{ state: string }>(`/servers/${id}`, ({ state }) => state === 'running', 120_000)

  const cookie = await signIn(stellar.url)
  const near: Viewer[] = []
  for (let turn = 0; turn < sockets; turn += 1) near.push(stack.use(await openViewer(stellar.url, cookie, quiet)))
  const far = stack.use(await openViewer(stellar.url, cookie, loud))
  const node = nodeChildOf(stellar.pid)
  await echoes(near, 20, everyMs)
  const rest = { panelMiB: residentMiB(stellar.pid), nodeMiB: residentMiB(node) }
  const idle = await echoes(near, 150, everyMs)

  let largest = residentMiB(node)
  const before = largest
  const watch = setInterval(() => (largest = Math.max(largest, residentMiB(node))), 200)
  const [shown, missed] = [far.shown, far.missed]
  const beside: number[] = []
  let produced = 0
  for (let flood = 1; flood <= floods; flood += 1) {
    far.send(`flood ${rate * seconds} ${rate}`)
    beside.push(...(await echoes(near, (seconds * 1000) / everyMs, everyMs)))
    await settled(() => far.shown + far.missed)
    // Only with something that follows is the viewer told what it missed at the end.
    const asked = await saidAtLast(far, `after flood ${flood}`)
    // The lines and the sentence that they are done, the answers, and a record for each command.
    produced += rate * seconds + 1 + asked + (1 + asked)
  }
  clearInterval(watch)
  return {
    ...rest,
    idle,
    beside,
    produced,
    shown: far.shown - shown,
    missed: far.missed - missed,
    nodeGrowthMiB: largest - before,
  }
}

/** Resolves once it has not grown for two seconds; a busy machine prints slower than asked. */
async function settled(count: () => number): Promise<void> {
  const deadline = performance.now() + floodMs
  for (let before = -1; before !== count() && performance.now() < deadline; ) {
    before = count()
    await new Promise((done) => setTimeout(done, 2000))
  }
}

async function create({ api }: Stellar, name: string): Promise<string> {
  const { status, body } = await api<{ id: string }>('POST', '/servers', {
    blueprintId: 'chatter',
    name,
    startAfterInstall: true,
  })
  if (status !== 201) throw new Error(`${name} was not created: ${status} ${JSON.stringify(body)}`)
  return body.id
}

async function remove({ api }: Stellar, id: string, name: string): Promise<void> {
  await api('DELETE', `/servers/${id}?name=${encodeURIComponent(name)}`)
  await api.until<{ data: { id: string }[] }>('/servers', ({ data }) => !data.some((server) => server.id === id))
}
