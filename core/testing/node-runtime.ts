// A node without a link, for tests: its servers run on a real driver, what they report is kept for looking at.

import { PublicError } from '#core/base/errors.ts'
import { silentLog } from '#core/base/log.ts'
import type { ConsoleRecord } from '#core/domain/console.ts'
import { decodeRecords } from '#core/domain/console.ts'
import type { DesiredServer } from '#core/domain/plan.ts'
import type { PowerAction } from '#core/domain/server.ts'
import type { ConsoleSource, Report } from '#core/node/context.ts'
import { openSupervisor, type Supervisor } from '#core/node/servers/supervisor.ts'
import type { GameAdapter, RuntimeDriver } from '#core/plugins/contributions.ts'
import type { NodeRegistry } from '#core/plugins/registry.ts'
import type { FactBody, InstallProgress, NodeStatus, ServerStats, StateFact } from '#core/protocol/messages.ts'

export interface KeptReport extends Report {
  readonly facts: { readonly serverId: string; readonly body: FactBody }[]
  readonly statistics: ServerStats[]
  readonly installs: Omit<InstallProgress, 'type'>[]
  readonly statuses: NodeStatus[]
  /** State facts of one server, oldest first. */
  states(serverId: string): StateFact[]
}

export function keptReport(): KeptReport {
  const facts: KeptReport['facts'] = []
  const statistics: ServerStats[] = []
  const installs: KeptReport['installs'] = []
  const statuses: NodeStatus[] = []
  return {
    facts,
    statistics,
    installs,
    statuses,
    fact: (serverId, body) => facts.push({ serverId, body }),
    stats: (_at, servers) => statistics.push(...servers),
    progress: (progress) => installs.push(structuredClone(progress)),
    status: (status) => statuses.push(status),
    states: (serverId) =>
      facts.flatMap(({ serverId: id, body }) => (id === serverId && body.kind === 'state' ? [body] : [])),
  }
}

function registryOf(driver: RuntimeDriver, games: readonly GameAdapter[] = []): NodeRegistry {
  return {
    plugins: [],
    drivers: [driver],
    driver(id) {
      if (id !== driver.id) throw new PublicError('driver-missing', `There is no driver ${id}.`)
      return driver
    },
    game: (id) => games.find((game) => game.id === id),
    all: () => [],
    emit() {},
    async [Symbol.asyncDispose]() {},
  }
}

export function openTestNode(
  directory: string,
  driver: RuntimeDriver,
  report: Report,
  games: readonly GameAdapter[] = [],
): Promise<Supervisor> {
  const registry = registryOf(driver, games)
  return openSupervisor({ directory, registry, driverId: driver.id, report, version: '0.0.0', log: silentLog })
}

type Changes = Partial<Omit<DesiredServer, 'run' | 'install'>> & {
  readonly run?: Partial<DesiredServer['run']>
  readonly install?: Partial<DesiredServer['install']>
}

/** A server of the test bed's `tb-chatter`, with limits that suit tests. */
export function aServer(port: number, { run, install, ...changes }: Changes = {}): DesiredServer {
  return {
    id: crypto.randomUUID(),
    name: 'A test',
    revision: 1,
    run: {
      image: 'tb-chatter',
      command: [],
      environment: { SERVER_PORT: String(port) },
      ports: [{ name: 'game', port, protocol: 'both' }],
      memoryBytes: 64 * 1024 ** 2,
      cpuPercent: 100,
      diskBytes: 1e9,
      dataPath: '/data',
      workingDirectory: '/data',
      user: { uid: 1000, gid: 1000 },
      tmpfs: [],
      tty: false,
      consoleInput: 'stdin',
      configFiles: [],
      ready: { when: 'line', match: [{ text: 'tb-chatter ready on port' }], timeoutSeconds: 30 },
      readyTimeout: 'warn',
      stop: { by: { kind: 'command', command: 'stop' }, graceSeconds: 10, cleanExitCodes: [] },
      crash: { restart: true, maxRestarts: 2, windowSeconds: 600, delaySeconds: 0 },
      hints: [],
      ...run,
    },
    install: { request: 1, ...install },
    power: { want: 'stopped', request: 0, how: 'stop' },
    deleted: false,
    ...changes,
  }
}

/** The next revision of it, with another power request. */
export function asked(server: DesiredServer, how: PowerAction): DesiredServer {
  const want = how === 'start' || how === 'restart' ? 'running' : 'stopped'
  return { ...server, revision: server.revision + 1, power: { want, how, request: server.power.request + 1 } }
}

export interface Followed {
  readonly records: ConsoleRecord[]
  text(): string
  /** Resolves when a record is this text, from now on. */
  said(text: string): Promise<void>
}

/** Everything a source has now and gets later; with a pause, like a reader who looks only now and then. */
export function follow(source: ConsoleSource, everyMs = 0): Followed {
  const records: ConsoleRecord[] = []
  const waiting = new Map<string, () => void>()
  const pull = () => {
    for (let bytes = source.pull(16_384); bytes.length > 0; bytes = source.pull(16_384)) {
      for (const record of decodeRecords(new TextDecoder().decode(bytes))) {
        records.push(record)
        waiting.get(record.text)?.()
      }
    }
  }
  source.onReadable(() => (everyMs > 0 ? setTimeout(pull, everyMs) : pull()))
  pull()
  return {
    records,
    text: () => records.map(({ text }) => text).join('\n'),
    said: (text) => new Promise((resolve) => waiting.set(text, resolve)),
  }
}

/** A port that is probably free: the range is above what the system hands out by itself only in part. */
export const aPort = () => 20_000 + Math.floor(Math.random() * 10_000)
