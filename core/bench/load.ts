// Sends a bounded number of HTTP requests over kept-alive connections and says how long they took. Runs as a process
// of its own, so that its CPU time is not the server's:  node core/bench/load.ts URL COUNT CONNECTIONS [HEADER VALUE]…
import { Agent, get } from 'node:http'

export interface Load {
  readonly requests: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Of the last answer, as sent over the wire. */
  readonly bytes: number
}

async function load(url: string, count: number, connections: number, headers: Record<string, string>): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const latencies: number[] = []
  let left = count
  let bytes = 0
  const one = () =>
    new Promise<void>((done, fail) => {
      const begin = performance.now()
      const request = get(url, { agent, headers, timeout: 30_000 }, (response) => {
        let length = 0
        response.on('data', (data: Buffer) => (length += data.length))
        response.once('error', fail)
        response.once('end', () => {
          if (response.statusCode !== 200) return fail(new Error(`${url} answered ${response.statusCode}`))
          latencies.push(performance.now() - begin)
          bytes = length
          done()
        })
      })
      request.once('error', fail)
      request.once('timeout', () => request.destroy(new Error(`${url} did not answer within 30 s`)))
    })
  const begin = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (left-- > 0) await one()
    }),
  )
  const seconds = (performance.now() - begin) / 1000
  agent.destroy()
  latencies.sort((a, b) => a - b)
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0
  return { requests: latencies.length, seconds, p50Ms: at(0.5), p99Ms: at(0.99), bytes }
}

const [url = '', count = '1000', connections = '16', ...pairs] = process.argv.slice(2)
const headers = Object.fromEntries(
  pairs.flatMap((name, index) => (index % 2 === 0 ? [[name, pairs[index + 1] ?? '']] : [])),
)
process.stdout.write(JSON.stringify(await load(url, Number(count), Number(connections), headers)))
