// What a plugin can contribute to a node, and the events it may hear there.
import type { RunSpec } from '#core/domain/plan.ts'
import type { ObservedState } from '#core/domain/server.ts'
import type { Named, Observers } from './named.ts'

export interface PlayersAnswer {
  readonly players: number
  readonly capacity: number
  readonly version?: string
  readonly names?: readonly string[]
}

/** Knows how to talk to one game while it runs. */
export interface GameAdapter extends Named {
  /**
   * Asks the game itself over loopback, at its port named `query`, else at `game`; throws when it does not answer before
   * the signal ends.
   */
  query(address: { host: string; port: number }, signal: AbortSignal): Promise<PlayersAnswer>
}

export interface DriverHealth {
  readonly healthy: boolean
  /** One sentence: what is there, or what is missing. */
  readonly detail: string
  /** The exact shell command that mends it, when there is one. */
  readonly fix?: string
  /** e.g. `Docker 27.3.1`. */
  readonly engine?: string
  /** Facts worth showing: cgroup version, storage driver, what the engine cannot do. */
  readonly facts?: Readonly<Record<string, string>>
  /** Things that work less well than they should on this machine, each with a sentence. */
  readonly warnings?: readonly string[]
}

export interface ImageMirror {
  /** Reference prefix to replace, e.g. `docker.io/` or `docker.io/itzg/minecraft-server`. */
  readonly from: string
  readonly to: string
}

export interface RegistryLogin {
  /** Host and port, e.g. `registry.example:5000`. */
  readonly registry: string
  readonly username: string
  readonly password: string
}

export interface ImageSources {
  readonly mirrors: readonly ImageMirror[]
  readonly logins: readonly RegistryLogin[]
}

/** One layer or one step of a pull. */
export interface PullProgress {
  readonly image: string
  readonly layers: readonly {
    readonly id: string
    readonly status: 'waiting' | 'downloading' | 'unpacking' | 'done'
    readonly current: number
    readonly total: number
  }[]
}

/** What a driver makes a container from. Paths are absolute on the node. */
export interface ContainerRequest {
  readonly serverId: string
  readonly purpose: 'run' | 'install'
  readonly name: string
  readonly image: string
  /** Empty: the image's own entrypoint and command. Given, it replaces both; `entrypoint` comes before it. */
  readonly command: readonly string[]
  readonly entrypoint?: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly ports: RunSpec['ports']
  /** Hard limit of the container, swap included; the node has already added the overhead to the server's limit. */
  readonly memoryBytes: number
  readonly cpuPercent: number
  readonly dataDirectory: string
  readonly dataPath: string
  readonly workingDirectory: string
  readonly user: { readonly uid: number; readonly gid: number }
  readonly tmpfs: RunSpec['tmpfs']
  readonly tty: boolean
}

export interface InstanceExit {
  readonly code: number
  readonly signal?: string
  readonly outOfMemory: boolean
  /** ISO time, from the engine. */
  readonly at: string
}

export interface InstanceStats {
  /** Percent of one core, since the previous reading. */
  readonly cpuPercent: number
  /** Without page cache that can be given back. */
  readonly memoryBytes: number
  /** Totals since the start. */
  readonly receivedBytes: number
  readonly sentBytes: number
}

export interface OutputChunk {
  readonly source: 'stdout' | 'stderr'
  readonly data: Uint8Array
  /** Lines that came before this chunk and were dropped because the reader was too slow. */
  readonly droppedLines?: number
}

/** An attachment to a container: open it before start, hold it for the container's life, and never stop reading. */
export interface Attachment extends AsyncDisposable {
  readonly output: AsyncIterable<OutputChunk>
  write(data: string): Promise<void>
}

/** One container, made but perhaps not started. Handling a call twice is harmless. */
export interface Instance {
  /** Survives restarts of the node; give it to `recover`. */
  readonly handle: string
  attach(signal: AbortSignal): Promise<Attachment>
  start(signal: AbortSignal): Promise<void>
  signal(name: string): Promise<void>
  kill(): Promise<void>
  running(): Promise<{ readonly running: boolean; readonly startedAt?: string; readonly exit?: InstanceExit }>
  /** Resolves when it ends, at once when it has ended; rejects when the signal aborts. */
  exited(signal: AbortSignal): Promise<InstanceExit>
  /** One reading; undefined when it does not run. */
  stats(signal: AbortSignal): Promise<InstanceStats | undefined>
  /** Output the engine kept since that ISO time, oldest first; what happened while nobody was attached. */
  since(time: string, signal: AbortSignal): AsyncIterable<OutputChunk & { readonly at: string }>
  /** Stops it if need be and removes it. */
  remove(): Promise<void>
}

export interface RuntimeDriver extends Named {
  /** Asked every few seconds; never throws. */
  health(signal: AbortSignal): Promise<DriverHealth>
  /** Makes the image present. Pulls only what is missing, unless `always`. */
  pull(
    image: string,
    sources: ImageSources,
    options: { readonly always: boolean },
    onProgress: (progress: PullProgress) => void,
    signal: AbortSignal,
  ): Promise<void>
  /** Makes the server's network and a container that is not started; replaces one of the same name and purpose. */
  create(request: ContainerRequest, signal: AbortSignal): Promise<Instance>
  /** Finds it again after the node restarted; undefined when it is gone. */
  recover(serverId: string, purpose: 'run' | 'install'): Promise<Instance | undefined>
  /** Ids of all servers that have a container or a network here, by label. */
  servers(): Promise<readonly string[]>
  /** Removes containers and network of a server. Harmless when there is nothing. */
  purge(serverId: string): Promise<void>
  /** Called when the engine comes back or says that a container died; a hint to look, never the truth itself. */
  watch(onChange: (serverId: string | undefined) => void, signal: AbortSignal): void
}

/** Kept for the backup feature: the contract is fixed so that stores can be written now. */
export interface BackupStore extends Named {
  put(
    key: string,
    data: ReadableStream<Uint8Array>,
    signal: AbortSignal,
  ): Promise<{ readonly bytes: number; readonly sha256: string }>
  get(key: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>
  delete(key: string, signal: AbortSignal): Promise<void>
}

export interface NodeEvents {
  'server.state': { readonly serverId: string; readonly state: ObservedState }
}

export interface NodeContributions {
  readonly drivers?: readonly RuntimeDriver[]
  readonly games?: readonly GameAdapter[]
  readonly backupStores?: readonly BackupStore[]
  readonly on?: Observers<NodeEvents>
}
