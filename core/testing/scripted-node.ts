// A node whose servers do what the test says.
import type { DesiredServer } from '#core/domain/plan.ts'
import type { ConsoleSource, NodeCommands } from '#core/node/context.ts'
import type { NodeSettings, NodeStatus } from '#core/protocol/messages.ts'

export const someStatus: NodeStatus = {
  at: '2026-11-22T12:00:00.000Z',
  hostname: 'test',
  version: '0.1.0',
  operatingSystem: 'Linux',
  architecture: 'x64',
  capacity: { cores: 2, memoryBytes: 1e9, diskBytes: 1e10, diskFreeBytes: 1e9 },
  usage: { cpuPercent: 1, memoryBytes: 1e8 },
  portsTaken: [],
  driver: { id: 'fake', healthy: true, detail: 'fine' },
  plugins: [],
}

/** A node whose servers do what the test says; every call is remembered. */
export interface ScriptedNode extends NodeCommands {
  readonly applied: DesiredServer[]
  readonly written: string[]
  readonly settingsTold: NodeSettings[]
  held: { id: string; revision: number }[]
  /** Answers `console.read`. */
  source: (serverId: string) => ConsoleSource
  historyAnswer: { text: string; more: boolean }
}

export function scriptedNode(): ScriptedNode {
  const node: ScriptedNode = {
    applied: [],
    written: [],
    settingsTold: [],
    held: [],
    historyAnswer: { text: '', more: false },
    source: () => byteSource().source,
    servers: () => node.held,
    status: async () => someStatus,
    async apply(server) {
      node.applied.push(server)
      node.held = [...node.held.filter(({ id }) => id !== server.id), { id: server.id, revision: server.revision }]
    },
    settings: (settings) => void node.settingsTold.push(settings),
    write: async ({ line }) => void node.written.push(line),
    read: async ({ serverId }) => node.source(serverId),
    history: async () => node.historyAnswer,
    search: async () => node.historyAnswer,
  }
  return node
}

export interface ByteSource {
  readonly source: ConsoleSource
  push(bytes: Uint8Array | string): void
  end(): void
  readonly pulledBytes: number
  readonly disposed: boolean
}

/** A console source that is fed by hand; `endless`: never runs dry. */
export function byteSource(endless?: Uint8Array): ByteSource {
  let held = Buffer.alloc(0)
  let wake: (() => void) | undefined
  let ended = false
  let pulledBytes = 0
  let disposed = false
  return {
    source: {
      pull(maxBytes) {
        const from = endless ?? held
        const bytes = from.subarray(0, maxBytes)
        if (!endless) held = held.subarray(bytes.length)
        pulledBytes += bytes.length
        return bytes
      },
      onReadable(callback) {
        wake = callback
      },
      get ended() {
        return ended
      },
      [Symbol.dispose]() {
        disposed = true
      },
    },
    push(bytes) {
      held = Buffer.concat([held, Buffer.from(bytes)])
      wake?.()
    },
    end() {
      ended = true
      wake?.()
    },
    get pulledBytes() {
      return pulledBytes
    },
    get disposed() {
      return disposed
    },
  }
}

/** The smallest desired state the schema takes. */
export function someServer(id: string, revision = 1): DesiredServer {
  return {
    id,
    name: 'Test',
    revision,
    run: {
      image: 'busybox',
      command: [],
      environment: {},
      ports: [],
      memoryBytes: 1,
      cpuPercent: 1,
      diskBytes: 1,
      dataPath: '/data',
      workingDirectory: '/data',
      user: { uid: 1000, gid: 1000 },
      tmpfs: [],
      tty: false,
      consoleInput: 'stdin',
      configFiles: [],
      ready: { when: 'running', seconds: 1, timeoutSeconds: 1 },
      readyTimeout: 'warn',
      stop: { by: { kind: 'signal', signal: 'SIGTERM' }, graceSeconds: 1, cleanExitCodes: [] },
      crash: { restart: true, maxRestarts: 3, windowSeconds: 600, delaySeconds: 5 },
      hints: [],
    },
    install: { request: 1 },
    power: { want: 'stopped', request: 0, how: 'stop' },
    deleted: false,
  }
}
