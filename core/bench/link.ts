// The node link on loopback: how long a question and a console's echo take while another console floods without limit,
// and what a flood costs. `node core/bench/link.ts`.
import { randomUUID } from 'node:crypto'
import { openTestNode, openTestPanel, until } from '#core/testing/link.ts'
import { byteSource } from '#core/testing/scripted-node.ts'
import { round, table } from './table.ts'

const rounds = 400
const seconds = 3

await using panel = await openTestPanel()
const nodeId = randomUUID()
await using node = await openTestNode(panel, nodeId)
await until('the node', () => node.connection.connected)

const line = `1 1764500000000 o${'x'.repeat(82)}\n`
const echo = byteSource()
const flood = byteSource(Buffer.from(line.repeat(163)))
const [quiet, loud] = [randomUUID(), randomUUID()]
node.commands.source = (serverId) => (serverId === loud ? flood.source : echo.source)
node.commands.write = async () => echo.push(line)
await using watched = panel.hub.console(nodeId, quiet, { tail: 0 })
const lines = watched.chunks[Symbol.asyncIterator]()

const rows: string[][] = []
await measure('idle link')

const stream = panel.hub.console(nodeId, loud, { tail: 0 })
let taken = 0
const reading = (async () => {
  for await (const chunk of stream.chunks) taken += chunk.length
})()
await measure('beside a console that floods')

const before = { cpu: process.cpuUsage(), taken, at: performance.now() }
await new Promise((later) => setTimeout(later, seconds * 1000))
const { user, system } = process.cpuUsage(before.cpu)
const megabytes = (taken - before.taken) / 1e6
const perMillionLines = (user + system) / 1e6 / ((taken - before.taken) / line.length / 1e6)
await stream[Symbol.asyncDispose]()
await reading

await using unread = panel.hub.console(nodeId, loud, { tail: 0 })
await measure('beside a console nobody reads')
void unread

console.log(table(['', 'ask p50 ms', 'ask p99 ms', 'echo p50 ms', 'echo p99 ms'], rows))
console.log(
  `\nflood: ${round(megabytes / seconds)} MB/s, ${round(perMillionLines, 2)} CPU-s per million lines of 100 bytes, both ends in one process`,
)

async function measure(name: string): Promise<void> {
  const asks: number[] = []
  const echoes: number[] = []
  for (let turn = 0; turn < rounds; turn += 1) {
    asks.push(await timed(() => panel.hub.request(nodeId, 'node.status', {})))
    echoes.push(
      await timed(async () => {
        const next = lines.next()
        await panel.hub.request(nodeId, 'console.write', { serverId: quiet, line: 'say', by: 'bench' })
        await next
      }),
    )
  }
  rows.push([name, ...[asks, echoes].flatMap((times) => [quantile(times, 0.5), quantile(times, 0.99)])])
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

function quantile(times: number[], share: number): string {
  return round(times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0, 2)
}
