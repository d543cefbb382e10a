// Servers, blueprints, nodes and installations for tests of views and for the gallery. Names and addresses are invented.
import { type Blueprint, blueprintSchema } from '#core/domain/blueprint.ts'
import { planServer, type ServerPlan } from '#core/domain/plan-server.ts'
import { gibibytes, gigabytes } from '#core/domain/resources.ts'
import { offeredPower } from '#core/domain/server.ts'
import { permissionNames } from '#core/permissions/catalogue.ts'
import type { DraftView, InstallView, NodeView, ServerView, Shell, StatsView } from '#views/models.ts'

export const serverId = '6f1c0000-0000-4000-8000-000000000001'

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString()

export function shellOf(path: string, more: Partial<Shell> = {}): Shell {
  return {
    user: { id: 'mara', name: 'Mara Lindqvist', email: 'mara@kestrel.example', isOwner: true },
    may: new Set(permissionNames),
    theme: 'system',
    instance: 'kestrel.example',
    path,
    counts: { servers: 10, nodesWarn: 1 },
    pluginPages: [],
    flash: undefined,
    version: 'test',
    ...more,
  }
}

export const statsOf = (more: Partial<StatsView> = {}): StatsView => ({
  at: new Date().toISOString(),
  cpuPercent: 38,
  memoryBytes: gibibytes(5.1),
  diskBytes: gigabytes(1.6),
  receivedPerSecond: 300_000,
  sentPerSecond: 1_400_000,
  players: null,
  capacity: null,
  ...more,
})

export function serverOf(more: Partial<ServerView> = {}): ServerView {
  const state = more.state ?? 'running'
  return {
    id: serverId,
    name: 'Hearthvale SMP',
    blueprint: { id: 'minecraft-paper', name: 'Minecraft: Paper', plate: { motif: 'cube', hue: 155 } },
    node: { id: 'node-1', name: 'fra-1', connected: state !== 'unreachable' },
    owner: { id: 'mara', name: 'Mara Lindqvist' },
    state,
    lastState: state === 'unreachable' ? 'running' : state,
    since: ago(3 * 86_400 + 4 * 3600),
    startedAt: ago(3 * 86_400 + 4 * 3600),
    address: 'play.hearthvale.example:25565',
    ports: [
      { name: 'game', label: 'Game', port: 25_565, protocol: 'tcp' },
      { name: 'query', label: 'Query', port: 25_566, protocol: 'udp' },
    ],
    limits: { memoryBytes: gibibytes(8), cpuPercent: 400, diskBytes: gigabytes(40) },
    stats: state === 'running' || state === 'starting' ? statsOf() : undefined,
    cpuHistory: [],
    exit: undefined,
    reason: undefined,
    suspended: undefined,
    notReady: false,
    restarts: 0,
    hint: undefined,
    pending: false,
    consoleInput: 'stdin',
    may: new Set(permissionNames),
    offered: offeredPower(state === 'unreachable' ? (more.lastState ?? 'running') : state),
    ...more,
  }
}

export const crashed = (): ServerView =>
  serverOf({
    state: 'crashed',
    since: ago(720),
    restarts: 3,
    reason: 'It crashed 3 times in 10 minutes and was left off.',
    exit: {
      code: 137,
      signal: 'SIGKILL',
      outOfMemory: true,
      at: ago(720),
      unexpected: true,
      lastLines: [
        '[12:31:02 WARN]: Can’t keep up!',
        'java.lang.OutOfMemoryError: Java heap space',
        '<b>not markup</b>',
      ],
    },
    hint: {
      id: 'heap',
      title: 'The heap is larger than the limit.',
      advice: 'Java takes what it is promised. Give it less than the server’s memory.',
      fix: { label: 'Set the heap to 6 GiB', variable: 'HEAP', value: '6G' },
    },
  })

export function blueprintOf(more: Record<string, unknown> = {}): Blueprint {
  return blueprintSchema.parse({
    schema: 1,
    id: 'minecraft-paper',
    version: 1,
    name: 'Minecraft: Paper',
    summary: 'Java Edition with plugins',
    tags: ['minecraft', 'survival', 'building'],
    plate: { motif: 'cube', hue: 155 },
    images: [
      { label: 'Java 21', image: 'docker.io/library/eclipse-temurin:21-jre' },
      { label: 'Java 17', image: 'docker.io/library/eclipse-temurin:17-jre' },
    ],
    start: ['java', '-Xmx{{HEAP}}', '-jar', 'server.jar', '--motd', '{{MOTD}}', '--rcon={{RCON_PASSWORD}}', 'nogui'],
    variables: [
      {
        name: 'MINECRAFT_VERSION',
        label: 'Minecraft version',
        kind: 'choice',
        required: true,
        default: '1.21.4',
        options: [
          { value: '1.21.4', label: '1.21.4' },
          { value: '1.20.1', label: '1.20.1' },
        ],
      },
      {
        name: 'EULA',
        label: 'I accept Mojang’s licence (EULA)',
        kind: 'switch',
        required: true,
        hint: 'The server does not start without it.',
      },
      {
        name: 'MAX_PLAYERS',
        label: 'Players',
        kind: 'number',
        required: true,
        default: 20,
        min: 1,
        max: 500,
        unit: 'at most',
      },
      { name: 'MOTD', label: 'Message in the list', kind: 'text', default: 'A Stellar server', maxLength: 59 },
      {
        name: 'HEAP',
        label: 'Heap',
        kind: 'text',
        default: '6G',
        pattern: '\\d+[MG]',
        patternHint: 'A number and M or G, e.g. 6G.',
      },
      { name: 'RCON_PASSWORD', label: 'RCON password', kind: 'secret', generate: true },
      { name: 'SEED', label: 'Seed', kind: 'text', access: 'admin' },
      { name: 'INTERNAL', label: 'Internal', kind: 'text', access: 'hidden', default: 'never shown' },
    ],
    ports: [
      { name: 'game', label: 'Game port', protocol: 'tcp', preferred: 25_565 },
      { name: 'query', label: 'Query port', protocol: 'udp', preferred: 25_566, required: false },
    ],
    resources: { memoryMiB: 4096, minimumMemoryMiB: 1024, cpuPercent: 400, diskMB: 20_000 },
    install: { image: 'docker.io/library/debian:12', script: 'curl -o server.jar …' },
    ready: { when: 'line', match: [{ text: 'Done (' }] },
    stop: { by: { kind: 'command', command: 'stop' } },
    ...more,
  })
}

export const gallery = (): Blueprint[] =>
  (
    [
      ['minecraft-paper', 'Minecraft: Paper', 'Java Edition with plugins', 'cube', 155, ['minecraft', 'survival']],
      ['minecraft-fabric', 'Minecraft: Fabric', 'Java Edition with mods', 'lattice', 295, ['minecraft', 'modded']],
      ['valheim', 'Valheim', 'Vikings, crossplay ready', 'longship', 40, ['survival']],
      ['rust', 'Rust', 'Survival of the loudest', 'flame', 22, ['survival', 'shooter']],
      ['project-zomboid', 'Project Zomboid', 'Stable and unstable branch', 'house', 100, ['survival']],
      ['factorio', 'Factorio', 'Headless server', 'gear', 60, ['building']],
      ['counter-strike-2', 'Counter-Strike 2', 'With or without Metamod', 'crosshair', 240, ['shooter']],
      ['terraria', 'Terraria', 'Vanilla or tModLoader', 'tree', 130, ['survival', 'building']],
      ['satisfactory', 'Satisfactory', 'Dedicated server', 'hexagons', 65, ['building']],
      ['mumble', 'Mumble', 'Voice chat', 'wave', 310, ['voice']],
      ['luanti', 'Luanti', 'Voxel worlds from mods', 'bricks', 110, ['survival', 'building']],
      ['openttd', 'OpenTTD', 'Trains, and more trains', 'unknown', 200, ['building']],
    ] as const
  ).map(([id, name, summary, motif, hue, tags]) =>
    blueprintOf({ id, name, summary, plate: { motif, hue }, tags: [...tags] }),
  )

export function draftOf(more: Partial<DraftView> = {}): DraftView {
  return {
    name: 'Skyforge',
    image: 'docker.io/library/eclipse-temurin:21-jre',
    variables: {
      MINECRAFT_VERSION: '1.21.4',
      EULA: 'true',
      MAX_PLAYERS: '20',
      MOTD: 'Hello',
      HEAP: '6G',
      RCON_PASSWORD: 'hunter2hunter2',
    },
    nodeId: 'node-2',
    memoryMiB: '12288',
    cpuPercent: '400',
    diskGB: '40',
    ports: { game: '', query: '' },
    startAfterInstall: true,
    ...more,
  }
}

/** What `planServer` makes of that draft. */
export function planOf({ name, image, variables }: DraftView): ServerPlan {
  return planServer(blueprintOf(), {
    id: serverId,
    name,
    image,
    variables,
    ports: [
      { name: 'game', port: 25_565, protocol: 'tcp' },
      { name: 'query', port: 25_566, protocol: 'udp' },
    ],
    resources: { memoryBytes: gibibytes(12), cpuPercent: 400, diskBytes: gigabytes(40) },
  })
}

export function nodeOf(more: Partial<NodeView> = {}): NodeView {
  return {
    id: 'node-2',
    name: 'fra-2',
    isLocal: false,
    connected: true,
    enrolled: true,
    publicAddress: '203.0.113.61',
    portFrom: 25_565,
    portTo: 25_600,
    memoryPercent: 100,
    diskPercent: 100,
    mirrors: [],
    logins: [],
    lastSeenAt: ago(2),
    hostname: 'fra-2.kestrel.example',
    operatingSystem: 'Debian GNU/Linux 12',
    architecture: 'x64',
    version: '0.1.0',
    refused: undefined,
    clockSkewSeconds: 0,
    driver: undefined,
    serverCount: 6,
    memory: { total: gibibytes(64), offered: gibibytes(64), used: gibibytes(24), promised: gibibytes(40) },
    cpu: { total: 1600, offered: 1600, used: 540, promised: 700 },
    disk: { total: gigabytes(1600), offered: gigabytes(1600), used: gigabytes(210), promised: gigabytes(400) },
    freePorts: 30,
    certificateDays: 60,
    ...more,
  }
}

export const nodePicks = () => [
  { ...nodeOf(), fits: true, best: true },
  {
    ...nodeOf({
      id: 'node-3',
      name: 'home-nuc',
      isLocal: true,
      freePorts: 12,
      memory: { total: gibibytes(32), offered: gibibytes(32), used: gibibytes(20), promised: gibibytes(26) },
      cpu: { total: 800, offered: 800, used: 320, promised: 600 },
    }),
    fits: true,
    best: false,
  },
  {
    ...nodeOf({
      id: 'node-1',
      name: 'fra-1',
      memory: { total: gibibytes(64), offered: gibibytes(64), used: gibibytes(39), promised: gibibytes(62.8) },
    }),
    fits: false,
    reason: 'It has 1.2 GiB of memory left; this server needs 12 GiB.',
    best: false,
  },
]

export const installing = (): { server: ServerView; install: InstallView } => ({
  server: serverOf({
    state: 'installing',
    name: 'Skyforge',
    since: ago(40),
    startedAt: undefined,
    blueprint: { id: 'minecraft-fabric', name: 'Minecraft: Fabric', plate: { motif: 'lattice', hue: 295 } },
    node: { id: 'node-2', name: 'fra-2', connected: true },
    address: '203.0.113.61:25565',
  }),
  install: {
    steps: [
      { name: 'pull', state: 'done', startedAt: ago(40), endedAt: ago(19) },
      { name: 'pull-installer', state: 'running', startedAt: ago(19) },
      { name: 'script', state: 'waiting' },
      { name: 'finish', state: 'waiting' },
    ],
    layers: [
      { id: 'a4f1b2c3d4e9c', status: 'done', current: 60_000_000, total: 60_000_000 },
      { id: '02be71', status: 'done', current: 30_000_000, total: 30_000_000 },
      { id: '77d0e3', status: 'downloading', current: 39_000_000, total: 92_000_000 },
      { id: 'c9a208', status: 'waiting', current: 0, total: 0 },
    ],
    log: [],
  },
})

export const installFailed = (): { server: ServerView; install: InstallView } => {
  const { server, install } = installing()
  return {
    server: {
      ...server,
      state: 'install-failed',
      lastState: 'install-failed',
      reason: 'The script ended with exit code 6.',
      offered: [],
    },
    install: {
      ...install,
      steps: install.steps.map((step) =>
        step.name === 'script'
          ? { ...step, state: 'failed', startedAt: ago(12), endedAt: ago(4) }
          : step.name === 'finish'
            ? step
            : { ...step, state: 'done', endedAt: ago(12) },
      ),
      log: [
        '+ curl -fsSL https://meta.fabricmc.example/v2/versions',
        'curl: (6) Could not resolve host: meta.fabricmc.example',
      ],
    },
  }
}
