// A machine that comes up again without its engine, or with one that takes its time.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import type { RuntimeDriver } from '#core/plugins/contributions.ts'
import { aServer, keptReport, openTestNode } from '#core/testing/node-runtime.ts'
import { bootId } from './machine.ts'
import { firstState, type KeptState, openServerDisk } from './server-disk.ts'

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

/** A node that knows one server, as it was kept, and an engine that answers nothing. */
async function nodeWith(kept: Partial<KeptState>) {
  const directory = await mkdtemp(join(tmpdir(), 'stellar-reboot-'))
  folders.push(directory)
  const server = aServer(25_000, { power: { want: 'running', request: 1, how: 'start' } })
  const { disk } = await openServerDisk(join(directory, 'servers', server.id), silentLog)
  await disk.saveDesired(server)
  const since = '2026-11-22T10:00:00.000Z'
  await disk.saveState({ ...firstState(since), request: 1, installed: 1, hasFiles: true, startedAt: since, ...kept })
  const { promise: asked, resolve } = Promise.withResolvers<void>()
  const away = () => Promise.reject(new Error('connect ENOENT'))
  const driver = {
    id: 'docker',
    health: away,
    recover: () => {
      resolve()
      return away()
    },
    servers: away,
    watch() {},
  } as unknown as RuntimeDriver
  const report = keptReport()
  const node = await openTestNode(directory, driver, report)
  return { node, asked, states: () => report.states(server.id) }
}

test('what ran before the machine was restarted is said to be stopped, before the engine says anything', async () => {
  const { node, asked, states } = await nodeWith({ state: 'running', bootId: 'the boot before' })
  await using _ = node
  await asked
  expect(states()).toMatchObject([{ state: 'stopped', reason: 'The machine was restarted.' }])
  expect(states()[0]).not.toHaveProperty('startedAt')
})

test('what ran in this boot may run still: nothing is said of it until the engine answers', async () => {
  const { node, asked, states } = await nodeWith({ state: 'running', bootId: bootId() })
  await using _ = node
  await asked
  expect(states()).toEqual([])
})
