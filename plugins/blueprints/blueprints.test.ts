// Walks all blueprints that come with Stellar.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import config from '#config'
import { silentLog } from '#core/base/log.ts'
import type { Blueprint, LinePattern } from '#core/domain/blueprint.ts'
import { blueprintFaults } from '#core/domain/blueprint-faults.ts'
import { plainText } from '#core/domain/console.ts'
import { planServer } from '#core/domain/plan-server.ts'
import { mebibytes } from '#core/domain/resources.ts'
import { blueprintsOf } from '#core/plugins/blueprints.ts'
import { openNodeRegistry, openPanelRegistry } from '#core/plugins/open.ts'

/** Lines as real servers print them: one that means ready, and one from before that must not. */
const lines: Readonly<Record<string, readonly [ready: string, before: string]>> = {
  'minecraft-paper': [
    '[12:01:55 INFO]: Done (21.364s)! For help, type "help"',
    '[12:01:30 INFO]: Preparing level "world"',
  ],
  'minecraft-vanilla': [
    '[12:01:55] [Server thread/INFO]: Done (7.483s)! For help, type "help"',
    '[12:01:50] [Server thread/INFO]: Starting minecraft server version 1.21.8',
  ],
  'minecraft-fabric': [
    '[12:01:55] [Server thread/INFO]: Done (9,120s)! For help, type "help"',
    '[12:01:50] [main/INFO]: Loading Minecraft 1.21.8 with Fabric Loader 0.17.2',
  ],
  'minecraft-bedrock': [
    '[2026-01-12 10:11:12:123 INFO] Server started.',
    '[2026-01-12 10:11:10:001 INFO] Starting Server',
  ],
  valheim: ['02/17/2026 10:21:33: Game server connected', '02/17/2026 10:21:01: DungeonDB Start 2456'],
  rust: ['Server startup complete', 'Loading Prefab Bundle 100%'],
  'project-zomboid': [
    'LOG  : Network     , 1700000000000> *** SERVER STARTED ****',
    'LOG  : General     , 1700000000000> Initialising Server Systems...',
  ],
  factorio: ['   8.931 Hosting game at IP ADDR:({0.0.0.0:34197})', '   0.000 2026-01-05 12:00:00; Factorio 2.0.55'],
  'counter-strike-2': ['Connection to Steam servers successful.', 'Loading map "de_dust2"'],
  palworld: ['Running Palworld dedicated server on :8211', 'Shutdown handler: initalize.'],
  terraria: ['Server started', 'Listening on port 7777'],
  satisfactory: [
    '[2026.01.10-18.22.31:118][  0]LogInit: Display: Engine is initialized. Leaving FEngineLoop::Init()',
    '[2026.01.10-18.22.20:118][  0]LogInit: Display: Starting Game.',
  ],
  luanti: [
    '2026-01-05 12:00:00: ACTION[Main]: Server for gameid="minetest_game" listening on [::]:30000.',
    '2026-01-05 12:00:00: [Main]: World at [/data/world]',
  ],
  mumble: [
    '<W>2026-01-05 12:00:00.123 1 => Server listening on [::]:64738',
    '<W>2026-01-05 12:00:00.100 Initialized settings',
  ],
  openttd: ['Game started', 'dbg: [net] Starting dedicated server, version 14.1'],
  teeworlds: [
    '[2026-01-05 12:00:00][server]: version 0.7 802f1be60a05665f',
    '[2026-01-05 12:00:00][server]: starting...',
  ],
  bzflag: ['\tlistening on 0.0.0.0:5154', 'style: free-for-all'],
}

await using registry = await openPanelRegistry({ plugins: config.plugins, log: silentLog })
await using node = await openNodeRegistry({ plugins: config.plugins, log: silentLog })
const blueprints = blueprintsOf(registry)

test('every plugin of the configuration opens, in both modes', () => {
  expect([...registry.plugins, ...node.plugins].filter(({ state }) => state === 'failed')).toEqual([])
})

test('each has its lines here, its own plate and its own name', () => {
  expect(blueprints.map(({ id }) => id).sort()).toEqual(Object.keys(lines).sort())
  const { length } = blueprints
  expect(new Set(blueprints.map(({ plate }) => plate.motif)).size).toBe(length)
  expect(new Set(blueprints.map(({ plate }) => plate.hue)).size).toBe(length)
  expect(new Set(blueprints.map(({ name }) => name)).size).toBe(length)
})

describe.each(blueprints.map((blueprint) => [blueprint.id, blueprint] as const))('%s', (id, blueprint) => {
  test('has no faults, and an adapter that is there', () => {
    expect(blueprintFaults(blueprint)).toEqual([])
    if (blueprint.adapter !== undefined) expect(node.game(blueprint.adapter)).toBeDefined()
  })

  test('is ready at the line that says so, and not before', () => {
    const [ready, before] = lines[id] ?? ['', '']
    expect(isReady(blueprint, ready)).toBe(true)
    expect(isReady(blueprint, before)).toBe(false)
  })

  test('names images with their registry and a tag', () => {
    for (const image of [...blueprint.images.map(({ image }) => image), blueprint.install?.image ?? 'a.b/c:d']) {
      expect(image).toMatch(/^[\w-]+(\.[\w-]+)+\/.+:[\w.-]+$/)
    }
  })

  test('is planned from its defaults alone, and reads no variable in a script that it does not declare', () => {
    const { run, install, values } = planServer(blueprint, {
      id: '0e5c0c7e-3f6e-4d0c-9d3a-3b1f0a4c7d11',
      name: 'Test',
      image: blueprint.images[0]?.image ?? '',
      variables: {},
      ports: blueprint.ports.map((port) => ({ name: port.name, port: port.preferred, protocol: port.protocol })),
      resources: { memoryBytes: mebibytes(blueprint.resources.memoryMiB), cpuPercent: 100, diskBytes: 1e9 },
    })
    expect(Object.keys(values)).toEqual(blueprint.variables.map(({ name }) => name))
    for (const script of [...run.command, install?.script ?? '']) {
      for (const [, name = ''] of script.matchAll(/\$\{?([A-Z][A-Z0-9_]*)/g)) {
        // CURRENTDIR is a word of Teeworlds' storage.cfg; the others every shell has.
        if (!['CURRENTDIR', 'PATH', 'LD_LIBRARY_PATH'].includes(name))
          expect([...Object.keys(run.environment), 'STEAM_BRANCH', 'TV_PORT']).toContain(name)
      }
    }
  })

  test('has a README that names it', () => {
    const readme = readFileSync(new URL(`./${folderOf(id)}/README.md`, import.meta.url), 'utf8')
    expect(readme).toMatch(/^# /)
    expect(readme).toContain(blueprint.name)
    expect(readme.split('\n').length).toBeLessThan(40)
  })
})

/** The Java editions of Minecraft share a folder; every other blueprint has one of its own name. */
function folderOf(id: string): string {
  return /^minecraft-(paper|vanilla|fabric)$/.test(id) ? 'minecraft-java' : id
}

function isReady({ ready }: Blueprint, line: string): boolean {
  return ready.when === 'line' && ready.match.some((pattern) => matches(pattern, plainText(line)))
}

function matches(pattern: LinePattern, line: string): boolean {
  return 'text' in pattern ? line.includes(pattern.text) : new RegExp(pattern.regex).test(line)
}
