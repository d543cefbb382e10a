// The machine of a panel is lost and comes back from its backup, on another data folder and another database: the nodes
// find it again by themselves, and games never noticed.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { writeTestPlugins } from '#core/testing/blueprints.ts'
import { runCommand } from '#core/testing/command.ts'
import { emptyDatabase } from '#core/testing/database.ts'
import { freePort } from '#core/testing/free-port.ts'
import { run, withoutTestbed } from '#core/testing/services.ts'
import { startStellar } from '#core/testing/stellar.ts'

interface Server {
  readonly id: string
  readonly state: string
  readonly startedAt: string | null
}

const passphrase = 'several words nobody guesses'
const startOf = async (id: string) => {
  const container = await run('docker', ['ps', '-aq', '--filter', `label=stellar.server=${id}`], { timeoutMs: 20_000 })
  return await run('docker', ['inspect', '--format', '{{.State.StartedAt}} {{.State.Pid}}', container.trim()], {
    timeoutMs: 20_000,
  })
}

describe.skipIf(withoutTestbed)('a panel that was lost (needs the test bed)', () => {
  test('comes back with its nodes and servers, which ran on', async () => {
    const root = mkdtempSync(join(tmpdir(), 'stellar-lost-'))
    onTestFinished(() => rmSync(root, { recursive: true, force: true }))
    const [before, after, file] = [join(root, 'before'), join(root, 'after'), join(root, 'panel.backup')]
    mkdirSync(before)
    await writeTestPlugins(before)
    // The address that nodes know must be the same again.
    const environment = { STELLAR_LINK_PORT: String(await freePort()) }
    const first = await startStellar({ data: before, environment })
    const { body: server } = await first.api
      .until<{ data: { connected: boolean }[] }>('/nodes', ({ data: [node] }) => node?.connected === true)
      .then(() => first.api<Server>('POST', '/servers', { blueprintId: 'chatter', name: 'Steady', memoryMiB: 128 }))
    await first.api.until<Server>(`/servers/${server.id}`, ({ state }) => state === 'running')
    const authorization = first.api.authorization()
    const started = await startOf(server.id)
    const made = await runCommand(['backup', file], { data: before, input: passphrase })
    expect(made).toMatchObject({ code: 0 })
    await first.stop()

    await using database = await emptyDatabase('external')
    if (!('url' in database.target)) throw new Error('The external server has a URL.')
    const elsewhere = { ...environment, DATABASE_URL: database.target.url }
    expect(
      await runCommand(['restore', file], { data: after, input: passphrase, environment: elsewhere }),
    ).toMatchObject({ code: 0, sentences: [] })
    await using second = await startStellar({
      data: after,
      command: ['panel'],
      environment: {
        ...elsewhere,
        STELLAR_OWNER_EMAIL: '',
        STELLAR_OWNER_PASSWORD: '',
        STELLAR_OWNER_API_KEY_FILE: '',
      },
    })
    const api = async <T>(method: string, path: string) => {
      const answer = await fetch(`${second.url}/api/v1${path}`, { method, headers: { authorization } })
      return (await answer.json().catch(() => ({}))) as T
    }
    // Known, and nothing is claimed of it that nobody has seen.
    expect(await api<Server>('GET', `/servers/${server.id}`)).toMatchObject({ name: 'Steady', state: 'unreachable' })

    // The node's machine was never lost.
    const node = spawn(process.execPath, ['--import', './core/bootstrap/tsx.mjs', 'core/cli.ts', 'node'], {
      env: { ...process.env, STELLAR_DATA: before, ...environment },
      stdio: 'ignore',
    })
    onTestFinished(() => ended(node))
    const shows = async (wanted: string) =>
      await expect
        .poll(async () => (await api<Partial<Server>>('GET', `/servers/${server.id}`)).state ?? 'gone', {
          timeout: 60_000,
        })
        .toBe(wanted)
    await shows('running')
    expect(await startOf(server.id), 'the same process').toBe(started)
    await api('DELETE', `/servers/${server.id}?name=Steady`)
    await shows('gone')
  })
})

async function ended(node: ChildProcess): Promise<void> {
  if (node.exitCode !== null || node.signalCode !== null) return
  const end = once(node, 'exit')
  node.kill('SIGTERM')
  await end
}
