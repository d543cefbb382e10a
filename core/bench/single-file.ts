// The single executable, against what is promised of it: size, start, and memory at rest of a first start and after it.
import { execFile } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { promisify } from 'node:util'
import { cachedBuild } from '#core/build/cached-build.ts'
import { signIn } from '#core/testing/sign-in.ts'
import { startStellar } from '#core/testing/stellar.ts'
import { nodeChildOf, residentMiB } from './process.ts'
import { median, round } from './table.ts'

/** Name, result, target. */
type Row = readonly [string, string, string]

const restMs = 20_000
const turns = 7
/** People who come in: each has a password hashed. */
const signIns = 8

export async function measureSingleFile(data: string): Promise<Row[]> {
  const program = await cachedBuild()
  mkdirSync(data, { recursive: true })
  const start = (command: 'panel' | 'up') =>
    startStellar({ data, command: [command], program: [program], environment: { STELLAR_LOG_LEVEL: 'error' } })

  const version = await each(turns, () => promisify(execFile)(program, ['version']))
  const rows: Row[] = [
    ['executable', `${round(statSync(program).size / 1e6)} MB`, '≤ 160 MB'],
    ['`stellar version`', `${round(median(version))} ms`, '< 100 ms'],
  ]
  for (const [name, people] of [
    ['first start', 0],
    ['later start', 0],
    ['after sign-ins', signIns],
  ] as const) {
    await using stellar = await start('up')
    await each(people, () => signIn(stellar.url))
    await new Promise((done) => setTimeout(done, restMs))
    const resident = [stellar.pid, nodeChildOf(stellar.pid)].map(megabytes)
    rows.push([`executable at rest, ${name}: panel, node`, `${resident.join(', ')} MB`, '< 150 MB, < 100 MB'])
  }
  const first = await each(3, async () => {
    await using stellar = await start('panel')
    const { ok } = await fetch(`${stellar.url}/sign-in`, { signal: AbortSignal.timeout(10_000) })
    if (!ok) throw new Error('the sign-in page is not there')
    return performance.now()
  })
  return [...rows, ['executable, `panel` to the first page', `${round(median(first) / 1000, 2)} s`, '< 1 s']]
}

/** Milliseconds of each turn; of what returns a moment, up to that. */
async function each(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let turn = 0; turn < count; turn += 1) {
    const begin = performance.now()
    const end = await work()
    times.push((typeof end === 'number' ? end : performance.now()) - begin)
  }
  return times
}

const megabytes = (pid: number) => round((residentMiB(pid) * 1024 ** 2) / 1e6)
