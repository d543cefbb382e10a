// `npm run bench`: what Stellar costs on this machine, as one Markdown table, beside a bare Hono application on the same
// machine. About six minutes; stops by itself and removes what it made. Targets are in the last column.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withoutTestbed } from '#core/testing/services.ts'
import { type ConsoleResults, measureConsole } from './console.ts'
import { type Hundred, openHundred } from './hundred.ts'
import { residentMiB } from './process.ts'
import { bytesOf, type Measured, measure, measureHello } from './requests.ts'
import { measureSingleFile } from './single-file.ts'
import { measureStart } from './starts.ts'
import { quantile, round, table } from './table.ts'

const head = ['', 'result', 'CPU µs', '× hello', 'requests/s', 'p99 ms', 'PostgreSQL µs', 'bytes', 'raw', 'target']
const rows: string[][] = []
const compressed = { 'accept-encoding': 'gzip' }

const data = mkdtempSync(join(tmpdir(), 'stellar-bench-'))
try {
  say('a bare Hono application')
  const hello = await measureHello()
  request('bare Hono, one JSON', hello, hello)
  {
    say('a panel with 100 servers')
    await using panel = await openHundred(join(data, 'hundred'))
    await requests(panel, hello)
    rows.push(['panel after the load', `${residentMiB(panel.pid)} MiB`, ...blank(7), '≤ 175 MiB'])
  }
  say('starts')
  for (const [command, target] of [
    ['panel', '≤ 0.8 s, ≤ 150 MiB'],
    ['up', '≤ 0.8 s'],
  ] as const) {
    const { seconds, restMiB } = await measureStart(join(data, 'hundred'), command)
    rows.push([`start of \`${command}\`, panel at rest`, `${round(seconds, 2)} s, ${restMiB} MiB`, ...blank(7), target])
  }
  say('the single executable')
  for (const [name, result, target] of await measureSingleFile(join(data, 'file'))) {
    rows.push([name, result, ...blank(7), target])
  }
  say('the console')
  consoleRows(withoutTestbed ? undefined : await measureConsole(join(data, 'console')))
  console.log(table(head, rows))
} finally {
  rmSync(data, { recursive: true, force: true })
}

async function requests({ pid, url, cookie, authorization, seasoned }: Hundred, hello: Measured): Promise<void> {
  const one = async (name: string, path: string, count: number, target: string, headers: Record<string, string> = {}) =>
    request(
      name,
      await measure(pid, url + path, count, { ...compressed, ...headers }),
      hello,
      await bytesOf(url + path, headers),
      target,
    )
  await one('/health', '/health', 10_000, '≤ 100 µs')
  await one('sign-in page', '/sign-in', 3000, '≤ 500 µs')
  await one('session check, cookie', '/api/v1/account', 4000, '≤ 400 µs', { cookie })
  await one('session check, API key', '/api/v1/account', 4000, '≤ 400 µs', { authorization })
  await seasoned
  await one('100 servers, JSON', '/api/v1/servers?limit=100', 1000, '≤ 2000 µs, ≤ 30 kB', { authorization })
  await one('100 servers, dashboard', '/servers', 400, '≤ 5000 µs, ≤ 60 kB', { cookie })
}

function request(name: string, measured: Measured, hello: Measured, raw = measured.load.bytes, target = ''): void {
  const { load, cpuMicros, postgresMicros } = measured
  rows.push([
    name,
    '',
    round(cpuMicros),
    round(cpuMicros / hello.cpuMicros, 1),
    round(load.requests / load.seconds),
    round(load.p99Ms, 1),
    round(postgresMicros),
    String(load.bytes),
    String(raw),
    target,
  ])
}

function consoleRows(results: ConsoleResults | undefined): void {
  const row = (name: string, target: string, result: (of: ConsoleResults) => string) =>
    rows.push([name, results ? result(results) : 'needs the test bed', ...blank(7), target])
  const times = (all: readonly number[]) =>
    `p50 ${round(quantile(all, 0.5), 1)}, p99 ${round(quantile(all, 0.99), 1)} ms`
  row('panel of `up`, 2 servers run', '≤ 150 MiB', ({ panelMiB }) => `${panelMiB} MiB`)
  row('node of `up`, 2 servers run', '≤ 90 MiB', ({ nodeMiB }) => `${nodeMiB} MiB`)
  row('echo of a command', 'p50 ≤ 10, p99 ≤ 25 ms', ({ idle }) => times(idle))
  row('echo beside a flood', 'p99 ≤ 33 ms, < 100 ms', ({ beside }) => times(beside))
  row(
    'floods, 3 × 100 000 lines/s for 10 s',
    'counted + skipped = produced',
    ({ shown, missed, produced }) => `${shown} + ${missed} of ${produced} lines`,
  )
  row('node while it floods', '≤ +32 MiB', ({ nodeGrowthMiB }) => `+${nodeGrowthMiB} MiB`)
}

function blank(count: number): string[] {
  return Array.from({ length: count }, () => '')
}

/** Progress is not part of the table. */
function say(what: string): void {
  process.stderr.write(`${what} …\n`)
}
