// Runs each blueprint whose server the test bed has as a node would: install, config files, start, ready, stop.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import config from '#config'
import { silentLog } from '#core/base/log.ts'
import { collectPlugins } from '#core/config/collect-plugins.ts'
import type { Blueprint, LinePattern } from '#core/domain/blueprint.ts'
import { planServer } from '#core/domain/plan-server.ts'
import { mebibytes } from '#core/domain/resources.ts'
import { blueprintsOf } from '#core/plugins/blueprints.ts'
import { openPanelRegistry } from '#core/plugins/open.ts'
import { testbedMirrors, writeTestPlugins } from '#core/testing/blueprints.ts'
import { contain } from '#core/testing/contained.ts'
import { freePort } from '#core/testing/free-port.ts'
import { withoutTestbed } from '#core/testing/services.ts'

// With the two of the tests, which come from disk as a stranger's would.
const data = await mkdtemp(join(tmpdir(), 'stellar-test-plugins-'))
await writeTestPlugins(data)
const plugins = await collectPlugins(config, data, silentLog)
await rm(data, { recursive: true })
await using registry = await openPanelRegistry({ plugins, log: silentLog })
const blueprints = new Map(blueprintsOf(registry).map((blueprint) => [blueprint.id, blueprint]))

/** Those from disk name the test bed's images themselves. */
const asTheyAre = ['flying-squid', 'chatter'].map((id) => [id, { from: '', to: '' }] as const)

test.skipIf(withoutTestbed).each([...Object.entries(testbedMirrors), ...asTheyAre])(
  '%s installs, becomes ready and stops cleanly on a read-only root without capabilities (needs the test bed)',
  async (id, { from, to }) => {
    const blueprint = must(blueprints.get(id))
    const mirror = (image: string): string => (image === from ? to : image)
    const plan = await planFor(blueprint, 'It’s "ours" & open')
    await using server = await contain(plan)
    if (blueprint.install) await server.install(mirror(blueprint.install.image))

    const running = await server.start(mirror(plan.run.image))
    await running.line((line) => isReady(blueprint, line), 90_000)
    const { by, cleanExitCodes } = blueprint.stop
    if (by.kind === 'command') running.command(by.command)
    else await running.signal(by.signal)
    const code = await running.exited
    expect([0, ...cleanExitCodes], running.lines.slice(-20).join('\n')).toContain(code)
  },
)

test.skipIf(withoutTestbed)('a second start finds what the first has left (needs the test bed)', async () => {
  const blueprint = must(blueprints.get('openttd'))
  const { to } = must(testbedMirrors['openttd'])
  await using server = await contain(await planFor(blueprint, 'Again'))
  for (const round of ['first', 'second']) {
    const running = await server.start(to)
    await running.line((line) => isReady(blueprint, line), 90_000)
    running.command('echo "round two"')
    await running.line((line) => line.includes('round two'), 15_000)
    running.command('quit')
    expect(await running.exited, round).toBe(0)
  }
})

async function planFor(blueprint: Blueprint, name: string) {
  const ports = await Promise.all(
    blueprint.ports.map(async (port) => ({ name: port.name, port: await freePort(), protocol: port.protocol })),
  )
  return planServer(blueprint, {
    id: 'e9b1c2d3-0000-4000-8000-000000000001',
    name,
    image: must(blueprint.images[0]).image,
    variables: {},
    ports,
    resources: { memoryBytes: mebibytes(blueprint.resources.memoryMiB), cpuPercent: 100, diskBytes: 1e9 },
  })
}

function isReady({ ready }: Blueprint, line: string): boolean {
  return ready.when === 'line' && ready.match.some((pattern) => matches(pattern, line))
}

function matches(pattern: LinePattern, line: string): boolean {
  return 'text' in pattern ? line.includes(pattern.text) : new RegExp(pattern.regex).test(line)
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('it is not there')
  return value
}
