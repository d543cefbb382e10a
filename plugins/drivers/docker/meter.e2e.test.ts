// The kernel's files and the engine's API, asked about the same real container: whichever cgroup version this machine has.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { docker } from '#core/testing/images.ts'
import { withoutTestbed } from '#core/testing/services.ts'
import { openEngine } from './engine.ts'
import { defaultSocketPath } from './machine.ts'
import { meter } from './meter.ts'
import { findCgroup, readUsage } from './stats.ts'

/** Above the largest number that the kernel gives: what a node sees that has a /proc of its own. */
const unseen = 4_194_305

describe.skipIf(withoutTestbed)('a meter (needs the test bed)', () => {
  const name = `tb-meter-${randomBytes(4).toString('hex')}`
  const engine = openEngine(defaultSocketPath)
  const container = engine.getContainer(name)

  beforeAll(async () => {
    await docker(['run', '--detach', '--interactive', '--name', name, 'tb-chatter'])
    // What does not run changes no figure between two readings.
    await docker(['pause', name])
  })
  afterAll(async () => void (await docker(['rm', '--force', name])))

  it('says by the engine’s API, where it cannot see the files, what it says by them', async () => {
    const { State } = await container.inspect()
    const files = findCgroup(State.Pid)
    const usage = files && readUsage(files, State.Pid)
    expect(usage?.memoryBytes).toBeGreaterThan(2e6)

    const blind = meter(engine, name, async () => {
      const info = await container.inspect()
      return { ...info, State: { ...info.State, Pid: unseen } }
    })
    const said = await blind(AbortSignal.timeout(10_000))
    expect(said?.cpuPercent).toBe(0)
    // The kernel hands memory out in batches of 64 pages for each processor.
    expect(Math.abs((said?.memoryBytes ?? 0) - (usage?.memoryBytes ?? 0))).toBeLessThan(1e6)
    // Others on the bridge may be heard in between.
    const after = files && readUsage(files, State.Pid)
    expect(said?.receivedBytes).toBeGreaterThanOrEqual(usage?.receivedBytes ?? Number.NaN)
    expect(said?.receivedBytes).toBeLessThanOrEqual(after?.receivedBytes ?? Number.NaN)
    // The API costs the engine a second of work: asked again at once it is spared.
    expect(await blind(AbortSignal.timeout(10_000))).toBe(said)
  })
})
