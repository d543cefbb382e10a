// Requests for one address: how many a second, and what one costs the server.
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import type { Load } from './load.ts'
import { cpuSeconds, postgresSeconds, start } from './process.ts'

export interface Measured {
  readonly load: Load
  /** User and system time of the server a request. */
  readonly cpuMicros: number
  readonly postgresMicros: number
}

const connections = 8
/** The compiler has seen the code and caches are warm before anything counts. */
const warmUp = 0.3

export async function measure(
  pid: number,
  url: string,
  count: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<Measured> {
  await send(url, Math.ceil(count * warmUp), headers)
  const before = [cpuSeconds(pid), postgresSeconds(pid)] as const
  const load = await send(url, count, headers)
  const micros = (from: number, to: number) => ((to - from) / load.requests) * 1e6
  return {
    load,
    cpuMicros: micros(before[0], cpuSeconds(pid)),
    postgresMicros: micros(before[1], postgresSeconds(pid)),
  }
}

/** Bytes of one answer. */
export async function bytesOf(url: string, headers: Readonly<Record<string, string>> = {}): Promise<number> {
  return (await send(url, 1, headers)).bytes
}

async function send(url: string, count: number, headers: Readonly<Record<string, string>>): Promise<Load> {
  await using child = start([
    'core/bench/load.ts',
    url,
    String(count),
    String(connections),
    ...Object.entries(headers).flat(),
  ])
  const said = await text(child.stdout)
  if (said === '') throw new Error(`${url} could not be measured`)
  return JSON.parse(said) as Load
}

/** The reference: a bare Hono application on this machine. */
export async function measureHello(): Promise<Measured> {
  await using child = start(['core/bench/hello.ts'])
  const [port] = await once(child.stdout, 'data', { signal: AbortSignal.timeout(20_000) })
  return await measure(child.pid, `http://127.0.0.1:${String(port).trim()}/`, 20_000)
}
