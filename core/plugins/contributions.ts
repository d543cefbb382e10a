// The kinds of thing a plugin can contribute, and the events it may hear. Everything here is public through
// `stellar/plugin`; a change here is a change of the SDK.
import type { Blueprint, BlueprintInput } from '#core/domain/blueprint.ts'
import type { RunSpec } from '#core/domain/plan.ts'
import type { ObservedState } from '#core/domain/server.ts'

export type { Blueprint, BlueprintInput, ObservedState, RunSpec }

export interface Named {
  /** Unique among contributions of its kind; kebab-case. */
  readonly id: string
}

// --- panel -----------------------------------------------------------------------------------------------------------

/** A person as an auth provider knows them. */
export interface ExternalIdentity {
  /** Stable at the provider. */
  readonly subject: string
  readonly name: string
  readonly email: string | undefined
  /** True only when the provider says that it checked the address. */
  readonly emailVerified: boolean
  /** Groups, roles, guilds: what an administrator may map to roles of this panel. */
  readonly groups?: readonly string[]
}

/** What the core made for one sign-in; it checks `state` itself before it asks again. */
export interface SignInRequest {
  readonly state: string
  /** S256 of the verifier. */
  readonly codeChallenge: string
  readonly nonce: string
  readonly redirectUri: string
}

export interface SignInAnswer {
  readonly code: string
  readonly codeVerifier: string
  readonly state: string
  readonly nonce: string
  readonly redirectUri: string
  /** The whole address the browser came back to, for what a provider puts there beside code and state. */
  readonly returnedTo: URL
}

/** Knows a provider's endpoints; state, PKCE, nonce, cookies and linking are the core's. */
export interface AuthProvider extends Named {
  readonly label: string
  /** Its mark on the button. */
  readonly icon?: ProviderIcon
  authorizationUrl(request: SignInRequest, signal: AbortSignal): URL | Promise<URL>
  /** Throws when the answer does not hold: a signature, the nonce, a code that was used. */
  identify(answer: SignInAnswer, signal: AbortSignal): Promise<ExternalIdentity>
}

export type ProviderIcon = 'github' | 'discord' | 'openid'

export interface ProviderField {
  readonly name: string
  readonly label: string
  readonly hint?: string
  /** `secret` is encrypted and never shown again. */
  readonly kind: 'text' | 'url' | 'secret'
  /** Must be filled in unless it has a default. */
  readonly default?: string
}

/** A provider that administrators set up in the panel, as often as they like. */
export interface AuthProviderKind extends Named {
  readonly label: string
  readonly icon?: ProviderIcon
  /** One sentence: where the values come from. */
  readonly help: string
  readonly fields: readonly ProviderField[]
  /** `values` by field name. Throws one sentence for values that cannot be right; asks nobody yet. */
  open(values: Readonly<Record<string, string>>, as: { readonly id: string; readonly label: string }): AuthProvider
}

export interface Notifier extends Named {
  send(message: { title: string; body: string }, signal: AbortSignal): Promise<void>
}

export interface ServerSummary {
  readonly id: string
  readonly name: string
  readonly nodeId: string
  readonly blueprintId: string
  readonly state: ObservedState
}

export interface ScheduleAction extends Named {
  readonly label: string
  /** The permission a schedule's author must hold, checked when it is saved and whenever it runs. */
  readonly permission: string
  run(server: ServerSummary, input: unknown, signal: AbortSignal): Promise<void>
}

/** A page of the panel under `/plugins/<plugin><path>`. Session, CSRF and permission are checked before it is called. */
export interface Page extends Named {
  readonly method: 'get' | 'post'
  readonly path: `/${string}`
  readonly permission: string
  /** Shown in the navigation when given. */
  readonly title?: string
  /** HTML for the page's main part, or a Response of its own. */
  handle(request: Request): Promise<string | Response> | string | Response
}

/** Facts: told afterwards, in parallel, cannot veto; a failing observer is logged and passed over. */
export interface PanelEvents {
  'server.created': ServerSummary
  'server.state': ServerSummary & { readonly previous: ObservedState }
  'server.deleted': ServerSummary
}

/** Intentions: asked beforehand, in the order of the configuration; throw a PublicError to refuse. */
export interface PanelIntentions {
  'server.create': {
    readonly name: string
    readonly blueprintId: string
    readonly ownerId: string
    readonly nodeId: string
  }
}

export type Observers<Events> = {
  readonly [Name in keyof Events]?: (event: Events[Name], signal: AbortSignal) => void | Promise<void>
}

export interface PanelContributions {
  readonly blueprints?: readonly BlueprintInput[]
  /** Set up by the plugin's own settings. */
  readonly authProviders?: readonly AuthProvider[]
  /** Set up by administrators in the panel. */
  readonly authProviderKinds?: readonly AuthProviderKind[]
  readonly notifiers?: readonly Notifier[]
  readonly scheduleActions?: readonly ScheduleAction[]
  readonly pages?: readonly Page[]
  readonly on?: Observers<PanelEvents>
  readonly guard?: Observers<PanelIntentions>
}

// --- node ------------------------------------------------------------------------------------------------------------

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
