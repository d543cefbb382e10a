// Each adapter against the real server of the test bed, through a published port.
import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import config from '#config'
import { silentLog } from '#core/base/log.ts'
import { openNodeRegistry } from '#core/plugins/open.ts'
import { freePort } from '#core/testing/free-port.ts'
import { registryHost, run, withoutTestbed } from '#core/testing/services.ts'

interface Case {
  readonly adapter: string
  readonly image: string
  readonly protocol: 'tcp' | 'udp'
  readonly environment: Readonly<Record<string, string>>
  /** What it prints when it answers. */
  readonly ready: string
  readonly expected: { players: number; capacity: number; version: unknown }
}

const cases: readonly Case[] = [
  {
    adapter: 'minecraft',
    image: 'tb-minecraft',
    protocol: 'tcp',
    environment: { MAX_PLAYERS: '7', VIEW_DISTANCE: '2' },
    ready: 'Server listening on port',
    expected: { players: 0, capacity: 7, version: expect.stringContaining('1.16') },
  },
  {
    adapter: 'valve-query',
    image: 'tb-chatter',
    protocol: 'udp',
    environment: { MAX_PLAYERS: '16', PLAYERS: '3' },
    ready: 'tb-chatter ready on port',
    expected: { players: 3, capacity: 16, version: expect.any(String) },
  },
  {
    adapter: 'mumble',
    image: 'tb-mumble',
    protocol: 'udp',
    environment: { MAX_PLAYERS: '20' },
    ready: 'Server listening on',
    expected: { players: 0, capacity: 20, version: expect.stringMatching(/^1\.\d+\.\d+$/) },
  },
  {
    adapter: 'openttd',
    image: 'tb-openttd',
    protocol: 'tcp',
    environment: { MAX_PLAYERS: '25' },
    ready: 'Game started',
    expected: { players: 0, capacity: 25, version: expect.stringMatching(/^\d+\.\d+/) },
  },
]

await using registry = await openNodeRegistry({ plugins: config.plugins, log: silentLog })

test.skipIf(withoutTestbed).each(cases)(
  '$adapter counts the players of a real server (needs the test bed)',
  async (row) => {
    const port = await freePort()
    await using container = await start(row, port)
    await printed(container.id, row.ready)
    const adapter = must(registry.game(row.adapter))
    const answer = await adapter.query({ host: '127.0.0.1', port }, AbortSignal.timeout(10_000))
    expect(answer).toMatchObject(row.expected)
  },
)

test.each(['minecraft', 'valve-query', 'mumble', 'openttd'])(
  '%s gives up when its signal ends and nobody answers',
  async (id) => {
    const port = await freePort()
    const signal = AbortSignal.timeout(300)
    await expect(must(registry.game(id)).query({ host: '127.0.0.1', port }, signal)).rejects.toThrow()
  },
)

async function start(
  { image, protocol, environment }: Case,
  port: number,
): Promise<AsyncDisposable & { readonly id: string }> {
  const variables = Object.entries({ ...environment, SERVER_PORT: String(port) })
  const id = await run(
    'docker',
    [
      'run',
      '--detach',
      '--rm',
      '--init',
      '--label',
      'stellar-games-test',
      '--publish',
      `127.0.0.1:${port}:${port}/${protocol}`,
      ...variables.flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      `${registryHost}/${image}`,
    ],
    { timeoutMs: 60_000 },
  )
  return {
    id: id.trim(),
    async [Symbol.asyncDispose]() {
      await run('docker', ['rm', '--force', '--volumes', id.trim()], { timeoutMs: 30_000 })
    },
  }
}

/** Follows what the container prints until it holds this. */
async function printed(id: string, what: string): Promise<void> {
  const logs = spawn('sh', ['-c', `exec docker logs --follow ${id} 2>&1`], {
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 45_000,
  })
  let text = ''
  try {
    for await (const chunk of logs.stdout) if ((text += String(chunk)).includes(what)) return
    throw new Error(`It never printed “${what}”:\n${text}`)
  } finally {
    logs.kill('SIGKILL')
  }
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is not there')
  return value
}
