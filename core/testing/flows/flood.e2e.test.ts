// A game that prints as fast as it can, with the whole program between it and a browser's socket: nothing of it is lost
// silently, and the server beside it answers as before.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeTestPlugins } from '#core/testing/blueprints.ts'
import { echoes, openViewer, saidAtLast, type Viewer } from '#core/testing/console-viewer.ts'
import { measureMachineDelay, percentile } from '#core/testing/machine-delay.ts'
import { withoutTestbed } from '#core/testing/services.ts'
import { signIn } from '#core/testing/sign-in.ts'
import { type Stellar, startStellar } from '#core/testing/stellar.ts'

describe.skipIf(withoutTestbed)('a flood (needs the test bed)', () => {
  const data = mkdtempSync(join(tmpdir(), 'stellar-flood-'))
  const names = ['Loud', 'Quiet']
  let stellar: Stellar
  let loud: Viewer
  /** Several sockets, because each may send five commands a second only. */
  const quiet: Viewer[] = []

  beforeAll(async () => {
    await writeTestPlugins(data)
    stellar = await startStellar({ data })
    await stellar.api.until<{ data: { connected: boolean; driver?: { healthy: boolean } }[] }>(
      '/nodes',
      ({ data: [node] }) => node?.connected === true && node.driver?.healthy === true,
    )
    const ids = await Promise.all(names.map((name) => create(name)))
    const cookie = await signIn(stellar.url)
    const watch = async (id: string | undefined) => await openViewer(stellar.url, cookie, id ?? '')
    loud = await watch(ids[0])
    for (let socket = 0; socket < 4; socket += 1) quiet.push(await watch(ids[1]))
  })
  afterAll(async () => {
    for (const viewer of [loud, ...quiet]) viewer[Symbol.dispose]()
    const { body } = await stellar.api<{ data: { id: string; name: string }[] }>('GET', '/servers')
    for (const { id, name } of body.data) await stellar.api('DELETE', `/servers/${id}?name=${name}`)
    await stellar.api.until<{ data: unknown[] }>('/servers', ({ data: left }) => left.length === 0)
    await stellar.stop()
    rmSync(data, { recursive: true, force: true })
  })

  async function create(name: string): Promise<string> {
    const { status, body } = await stellar.api<{ id: string }>('POST', '/servers', { blueprintId: 'chatter', name })
    expect(status, JSON.stringify(body)).toBe(201)
    await stellar.api.until<{ state: string }>(`/servers/${body.id}`, ({ state }) => state === 'running', 120_000)
    return body.id
  }

  test('is shown or counted to the last line, each time', async () => {
    for (const flood of ['first', 'second', 'third']) {
      const before = loud.shown + loud.missed
      // As fast as it can, which is more than the node keeps; it hears the next command only when it is done.
      loud.send('flood 300000 0')
      const asked = await saidAtLast(loud, `after the ${flood}`)
      // The lines, the sentence that they are done, the answers up to the one that was shown; and the commands.
      expect(loud.shown + loud.missed - before).toBe(300_000 + 1 + asked + (1 + asked))
    }
    expect(loud.missed, 'it was a flood').toBeGreaterThan(0)
  })

  test('leaves the echo of another server quick', async () => {
    const delay = measureMachineDelay()
    loud.send('flood 500000 100000')
    const times = await echoes(quiet, 50, 100)
    // Ten times another process takes its turn between the command and its echo. The slowest tenth belongs to the engine,
    // which the flood keeps busy as well: `npm run bench` says how much.
    expect(percentile(times, 90)).toBeLessThan(100 + 10 * (await delay()))
  })
})
