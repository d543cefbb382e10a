// Invented contents of the general pages: servers in every state, machines with and without trouble, hostile names.
import config from '#config'
import { silentLog } from '#core/base/log.ts'
import type { Blueprint } from '#core/domain/blueprint.ts'
import { gibibytes, gigabytes } from '#core/domain/resources.ts'
import { offeredPower, type ShownState } from '#core/domain/server.ts'
import { blueprintsOf } from '#core/plugins/blueprints.ts'
import { openPanelRegistry } from '#core/plugins/open.ts'
import type { ActivityView, NodeView, ServerView } from '#views/models.ts'
import type { KeyView } from '#views/pages/account/keys.tsx'
import type { PasskeyView, SessionView } from '#views/pages/account/security.tsx'
import type { PluginView } from '#views/pages/plugins.tsx'
import type { MailView } from '#views/pages/settings/mail.tsx'
import { nodeOf, serverOf, statsOf } from './server-fixtures.ts'

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString()
const day = 86_400

export const hostileName = `"><img src=x onerror=alert(1)>'&{{7*7}}\u202eevil`

interface Row {
  readonly name: string
  readonly plate: readonly [motif: string, hue: number]
  readonly game: string
  readonly node: string
  readonly state: ShownState
  readonly address: string
  readonly players?: readonly [number, number]
  readonly cpu?: number
  readonly memory: readonly [used: number, limit: number]
  readonly up?: number
  readonly more?: Partial<ServerView>
}

const rows: readonly Row[] = [
  {
    name: 'Hearthvale SMP',
    plate: ['cube', 150],
    game: 'Paper 1.21.4',
    node: 'fra-1',
    state: 'running',
    address: 'play.hearthvale.example',
    players: [12, 40],
    cpu: 38,
    memory: [5.1, 8],
    up: 3 * day + 4 * 3600,
  },
  {
    name: 'Proxy',
    plate: ['network', 225],
    game: 'Velocity 3.4',
    node: 'fra-1',
    state: 'running',
    address: 'hearthvale.example',
    players: [17, 200],
    cpu: 6,
    memory: [0.31, 1],
    up: 11 * day + 2 * 3600,
  },
  {
    name: 'Creative plots',
    plate: ['cube', 190],
    game: 'Paper 1.21.4',
    node: 'fra-1',
    state: 'running',
    address: '203.0.113.24:25571',
    players: [5, 30],
    cpu: 17,
    memory: [2.1, 4],
    up: 3 * day + 4 * 3600,
  },
  {
    name: 'Skyforge',
    plate: ['lattice', 285],
    game: 'Fabric 1.20.1',
    node: 'fra-2',
    state: 'starting',
    address: '203.0.113.61:25565',
    cpu: 91,
    memory: [9.4, 12],
    up: 38,
  },
  {
    name: 'Ashlands',
    plate: ['longship', 35],
    game: 'Valheim',
    node: 'fra-2',
    state: 'crashed',
    address: '203.0.113.61:2456',
    memory: [0, 6],
    more: {
      restarts: 3,
      reason: 'It crashed 3 times in 10 minutes.',
      exit: { code: 137, signal: 'SIGKILL', outOfMemory: true, at: ago(700), unexpected: true, lastLines: [] },
    },
  },
  {
    name: 'The Compound',
    plate: ['house', 75],
    game: 'Project Zomboid B42',
    node: 'home-nuc',
    state: 'running',
    address: 'zed.mara.example:16261',
    players: [4, 16],
    cpu: 44,
    memory: [7, 8],
    up: 19 * 3600 + 720,
  },
  {
    name: 'Iron & Oil',
    plate: ['gear', 55],
    game: 'Factorio 2.0',
    node: 'home-nuc',
    state: 'running',
    address: 'zed.mara.example:34197',
    players: [2, 8],
    cpu: 22,
    memory: [1.6, 4],
    up: 6 * day + 20 * 3600,
  },
  {
    name: 'Palmira',
    plate: ['planet', 255],
    game: 'Palworld',
    node: 'fra-2',
    state: 'stopped',
    address: '203.0.113.61:8211',
    memory: [0, 16],
  },
  {
    name: 'Monday wipe',
    plate: ['campfire', 20],
    game: 'Rust',
    node: 'fra-2',
    state: 'running',
    address: 'rust.mara.example:28015',
    players: [61, 100],
    cpu: 57,
    memory: [8.5, 12],
    up: 2 * day + 3600,
  },
  {
    name: 'Aim night',
    plate: ['crosshair', 235],
    game: 'Counter-Strike 2',
    node: 'fra-1',
    state: 'stopping',
    address: '203.0.113.24:27015',
    memory: [1.9, 4],
    up: 400,
  },
  {
    name: 'Trains',
    plate: ['railway', 45],
    game: 'OpenTTD',
    node: 'home-nuc',
    state: 'installing',
    address: 'zed.mara.example:3979',
    memory: [0, 1],
  },
  {
    name: 'Broken install',
    plate: ['tree', 110],
    game: 'Terraria',
    node: 'fra-1',
    state: 'install-failed',
    address: '203.0.113.24:7777',
    memory: [0, 2],
    more: { reason: 'The download of the server ended with 404.' },
  },
  {
    name: 'A name as long as names may be, with exactly sixty characters',
    plate: ['hexagons', 65],
    game: 'Satisfactory',
    node: 'attic',
    state: 'unreachable',
    address: 'a-rather-long-host-name.attic.mara.example:15777',
    memory: [0, 16],
    more: { lastState: 'running', since: ago(192) },
  },
  {
    name: hostileName,
    plate: ['squid', 210],
    game: 'Luanti',
    node: 'home-nuc',
    state: 'running',
    address: '[2001:db8::17]:30000',
    cpu: 3,
    memory: [0.2, 1],
    up: 42,
    more: { notReady: true },
  },
]

export const galleryServers = (): ServerView[] => rows.map(serverFrom)

function serverFrom(row: Row, index: number): ServerView {
  const [motif, hue] = row.plate
  const limits = { memoryBytes: gibibytes(row.memory[1]), cpuPercent: 100, diskBytes: gigabytes(40) }
  return serverOf({
    id: `6f1c0000-0000-4000-8000-0000000001${String(index).padStart(2, '0')}`,
    name: row.name,
    blueprint: { id: row.game.toLowerCase().replace(/\W+/g, '-'), name: row.game, plate: { motif, hue } },
    node: { id: row.node, name: row.node, connected: row.state !== 'unreachable' },
    state: row.state,
    lastState: row.state,
    since: ago(row.up ?? 600),
    startedAt: row.up === undefined ? undefined : ago(row.up),
    address: row.address,
    limits,
    stats:
      row.cpu === undefined
        ? undefined
        : statsOf({
            cpuPercent: row.cpu,
            memoryBytes: gibibytes(row.memory[0]),
            players: row.players?.[0] ?? null,
            capacity: row.players?.[1] ?? null,
          }),
    cpuHistory: row.cpu === undefined ? [] : history(row.cpu, index),
    offered: offeredPower(row.state),
    ...row.more,
  })
}

/** Wanders around a value, the same at each call. */
const history = (around: number, seed: number): number[] =>
  Array.from({ length: 60 }, (_, index) => {
    const sway = Math.sin(index / 5 + seed * 2) * 0.12 + Math.sin(index * 1.9 + seed) * 0.05
    return Math.max(0, Math.min(100, around * (index === 59 ? 1 : 1 + sway)))
  })

export const galleryNodes = (): NodeView[] => [
  nodeOf({
    id: 'fra-1',
    name: 'fra-1',
    isLocal: true,
    hostname: 'fra-1.kestrel.example',
    serverCount: 5,
    certificateDays: 71,
    memory: { total: gibibytes(64), offered: gibibytes(58), used: gibibytes(39), promised: gibibytes(57) },
    cpu: { total: 1600, offered: 1600, used: 770, promised: 1100 },
    disk: { total: gigabytes(1600), offered: gigabytes(1440), used: gigabytes(900), promised: gigabytes(910) },
  }),
  nodeOf({
    id: 'home-nuc',
    name: 'home-nuc',
    isLocal: false,
    hostname: 'nuc',
    serverCount: 3,
    certificateDays: 6,
    version: '0.1.0',
    memory: { total: gibibytes(32), offered: gibibytes(28), used: gibibytes(26), promised: gibibytes(22) },
    cpu: { total: 800, offered: 800, used: 420, promised: 600 },
    disk: { total: gigabytes(468), offered: gigabytes(420), used: gigabytes(412), promised: gigabytes(300) },
    clockSkewSeconds: 42,
  }),
  nodeOf({
    id: 'fra-2',
    name: 'fra-2',
    isLocal: false,
    serverCount: 6,
    freePorts: 0,
    driver: {
      healthy: false,
      detail: 'Docker is installed but its service is stopped.',
      fix: 'sudo systemctl enable --now docker',
      engine: undefined,
      facts: {},
      warnings: [],
    },
  }),
  nodeOf({ id: 'attic', name: 'attic', isLocal: false, connected: false, lastSeenAt: ago(192), serverCount: 1 }),
]

export const readyNode = (): NodeView =>
  nodeOf({
    driver: {
      healthy: true,
      detail: '/var/run/docker.sock',
      fix: undefined,
      engine: 'Docker 28.3',
      facts: { 'Storage driver': 'overlay2', 'Control groups': 'version 1', Runtime: 'runc' },
      warnings: ['Disk limits are watched, not enforced: the data is not on a file system with project quotas.'],
    },
    mirrors: [{ from: 'docker.io/', to: 'cache.example:5000/' }],
    logins: [{ registry: 'registry.example', username: 'mara' }],
  })

export const galleryActivity = (): ActivityView[] =>
  (
    [
      ['server.power.restart', 'Mara Lindqvist', 'Hearthvale SMP', 'session', 'done', { request: 4 }],
      ['console.command', 'tobiasv', 'Hearthvale SMP', 'session', 'done', { command: 'give pixelpanda emerald 32' }],
      ['server.crashed', 'Stellar', 'Ashlands', 'system', 'done', { code: 137, outOfMemory: true }],
      ['server.update', 'Mara Lindqvist', 'Skyforge', 'api-key', 'done', { changed: ['memory', 'MAX_PLAYERS'] }],
      ['account.sign-in', 'Mara Lindqvist', undefined, 'session', 'refused', {}],
      ['node.update', 'Mara Lindqvist', undefined, 'session', 'done', { changed: ['portTo'] }],
      ['server.create', hostileName, hostileName, 'session', 'failed', { blueprint: 'luanti' }],
      ['server.deleted', 'Stellar', undefined, 'system', 'done', {}],
      ['account.key.create', 'Mara Lindqvist', undefined, 'command-line', 'done', { prefix: 'st_9f2' }],
    ] as const
  ).map(([action, actor, server, via, outcome, meta], index) => ({
    id: 100 - index,
    at: ago(index * 5000 + 40),
    actor,
    via,
    action,
    server: server === undefined ? undefined : { id: `srv-${index}`, name: server, exists: index < 5 },
    subject: server === undefined ? (action === 'node.update' ? 'fra-1' : 'Mara Lindqvist') : undefined,
    address: via === 'system' ? undefined : '192.0.2.7',
    outcome,
    meta,
  }))

export const galleryPlugins = (): PluginView[] => [
  plugin('docker', 'Runs servers as Docker containers', 'skipped', {}),
  plugin('minecraft', 'Players of Minecraft servers', 'running', {
    games: ['minecraft-java'],
    blueprints: ['minecraft-paper', 'minecraft-fabric'],
  }),
  plugin('valheim', 'Valheim', 'running', { blueprints: ['valheim'] }),
  {
    ...plugin('discord', 'Tells a channel what happens', 'failed', {}),
    source: '/var/lib/stellar/plugins/discord.ts',
    reason: 'Setting “token” is missing.\n    at discord/plugin.ts:88:31',
  },
]

const plugin = (
  name: string,
  summary: string,
  state: PluginView['state'],
  contributes: PluginView['contributes'],
): PluginView => ({ name, summary, version: '0.1.0', state, reason: undefined, contributes, source: 'built-in' })

export const gallerySessions = (): SessionView[] => [
  {
    id: 's1',
    current: true,
    impersonated: false,
    createdAt: ago(3 * day),
    lastUsedAt: ago(2),
    address: '192.0.2.7',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  },
  {
    id: 's2',
    current: false,
    impersonated: false,
    createdAt: ago(40 * day),
    lastUsedAt: ago(5 * 3600),
    address: '2001:db8::7',
    userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Safari/604',
  },
  {
    id: 's3',
    current: false,
    impersonated: false,
    createdAt: ago(2 * day),
    lastUsedAt: ago(day),
    address: undefined,
    userAgent: hostileName,
  },
]

export const galleryKeys = (): KeyView[] => [
  {
    id: 'k1',
    name: 'backup script',
    prefix: 'st_9f2c',
    createdAt: ago(20 * day),
    lastUsedAt: ago(3600),
    lastUsedAddress: '192.0.2.7',
    expiresAt: undefined,
    permissions: undefined,
    servers: undefined,
    allowedAddresses: undefined,
  },
  {
    id: 'k2',
    name: hostileName,
    prefix: 'st_77aa',
    createdAt: ago(day),
    lastUsedAt: undefined,
    lastUsedAddress: undefined,
    expiresAt: ago(-30 * day),
    permissions: ['server.start', 'server.backups.*'],
    servers: [{ id: 's1', name: hostileName }],
    allowedAddresses: ['10.0.0.0/8'],
  },
]

/** Those that come with Stellar, as their plugins give them. */
export async function builtInBlueprints(): Promise<Blueprint[]> {
  await using registry = await openPanelRegistry({ plugins: config.plugins, log: silentLog })
  return blueprintsOf(registry)
}

export const galleryMailServer = {
  host: 'smtp.kestrel.example',
  port: '587',
  security: 'starttls',
  username: 'panel@kestrel.example',
  from: 'panel@kestrel.example',
}

export function galleryMails(): MailView[] {
  const mail = (more: Partial<MailView>): MailView => ({
    id: crypto.randomUUID(),
    recipient: 'robin@people.example',
    kind: 'invitation',
    state: 'sent',
    createdAt: ago(400),
    sentAt: ago(398),
    nextAttemptAt: undefined,
    attempts: 1,
    error: undefined,
    ...more,
  })
  return [
    mail({
      state: 'waiting',
      kind: 'reset-password',
      sentAt: undefined,
      nextAttemptAt: ago(-90),
      attempts: 3,
      error: 'Nothing listens at smtp.kestrel.example:587.',
    }),
    mail({
      state: 'failed',
      recipient: hostileName,
      sentAt: undefined,
      error: 'smtp.kestrel.example:587 refused the mail: 550 no such mailbox',
    }),
    mail({}),
  ]
}
export const galleryPasskeys = (): PasskeyView[] => [
  { id: 'p1', name: 'Laptop', createdAt: ago(30 * day), lastUsedAt: ago(3600), backedUp: true },
  { id: 'p2', name: hostileName, createdAt: ago(2 * day), lastUsedAt: undefined, backedUp: false },
]
