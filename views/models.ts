// What pages are given: plain values, ready to show. Routes make them, views only read them.
import type { Blueprint } from '#core/domain/blueprint.ts'
import type { Resources } from '#core/domain/resources.ts'
import type { Exit, PowerAction, ShownState } from '#core/domain/server.ts'
import type { Permission } from '#core/permissions/catalogue.ts'

/** The frame around every page of a signed-in person. */
export interface Shell {
  readonly user: { readonly id: string; readonly name: string; readonly email: string; readonly isOwner: boolean }
  readonly theme: 'system' | 'light' | 'dark'
  /** How dates are written and in which zone; what is missing is the browser's. */
  readonly locale?: { readonly language?: string | undefined; readonly timeZone?: string | undefined }
  /** True while an administrator looks through this account. */
  readonly impersonated?: boolean
  /** What they may do that is not about one server. */
  readonly may: ReadonlySet<Permission>
  /** Name of the installation, e.g. its host name. */
  readonly instance: string
  /** Path of this request, for `aria-current` and return addresses. */
  readonly path: string
  readonly counts: { readonly servers: number /** Nodes that need a look. */; readonly nodesWarn: number }
  /** Pages of plugins that this person may open, for the navigation. */
  readonly pluginPages: readonly { readonly title: string; readonly href: string }[]
  /** Shown once at the top, after a redirect. */
  readonly flash: { readonly kind: 'ok' | 'bad'; readonly text: string } | undefined
  /** For links to versioned static files and the About line. */
  readonly version: string
}

export interface StatsView {
  readonly at: string
  readonly cpuPercent: number
  readonly memoryBytes: number
  readonly diskBytes: number | null
  readonly receivedPerSecond: number
  readonly sentPerSecond: number
  readonly players: number | null
  readonly capacity: number | null
}

export interface ServerView {
  readonly id: string
  readonly name: string
  readonly blueprint: { readonly id: string; readonly name: string; readonly plate: Blueprint['plate'] }
  readonly node: { readonly id: string; readonly name: string; readonly connected: boolean }
  readonly owner: { readonly id: string; readonly name: string }
  readonly state: ShownState
  /** The last state the node reported, when `state` is `unreachable`. */
  readonly lastState: ShownState
  /** By an administrator; undefined: it is not. */
  readonly suspended: { readonly since: string; readonly reason: string } | undefined
  /** ISO: when the state began; for `unreachable` when the node was last heard. */
  readonly since: string
  /** ISO: start of the current run. */
  readonly startedAt: string | undefined
  /** `host:port` of the game port. */
  readonly address: string
  readonly ports: readonly {
    readonly name: string
    readonly label: string
    readonly port: number
    readonly protocol: 'tcp' | 'udp' | 'both'
  }[]
  readonly limits: Resources
  /** Undefined when it does not run or nothing was heard for 15 s. */
  readonly stats: StatsView | undefined
  /** CPU of the last five minutes for the sparkline, percent of one core, oldest first; at most 60. */
  readonly cpuHistory: readonly number[]
  readonly exit: Exit | undefined
  readonly reason: string | undefined
  readonly notReady: boolean
  readonly restarts: number
  /** A known problem seen in the console of this run. */
  readonly hint:
    | {
        readonly id: string
        readonly title: string
        readonly advice: string
        readonly fix: { readonly label: string; readonly variable: string; readonly value: string } | undefined
      }
    | undefined
  /** A command was given that the node has not acted on yet. */
  readonly pending: boolean
  /** Which command that is. */
  readonly pendingAction?: PowerAction | undefined
  readonly consoleInput: 'stdin' | 'none'
  /** While `unreachable`: what the last known state offers; it is done when the node is back. */
  readonly offered: readonly PowerAction[]
  /** What whoever looks may do to it. */
  readonly may: ReadonlySet<Permission>
}

export interface InstallView {
  readonly steps: readonly {
    readonly name: 'pull' | 'pull-installer' | 'script' | 'finish'
    readonly state: 'waiting' | 'running' | 'done' | 'failed'
    readonly startedAt?: string | undefined
    readonly endedAt?: string | undefined
  }[]
  readonly layers: readonly {
    readonly id: string
    readonly status: 'waiting' | 'downloading' | 'unpacking' | 'done'
    readonly current: number
    readonly total: number
  }[]
  /** Last lines of a failed installation. */
  readonly log: readonly string[]
}

/** A node as the create form and the node pages show it. */
export interface NodeView {
  readonly id: string
  readonly name: string
  readonly isLocal: boolean
  readonly connected: boolean
  readonly enrolled: boolean
  readonly publicAddress: string
  readonly portFrom: number
  readonly portTo: number
  readonly memoryPercent: number
  readonly diskPercent: number
  readonly mirrors: readonly { readonly from: string; readonly to: string }[]
  /** Passwords never leave the panel. */
  readonly logins: readonly { readonly registry: string; readonly username: string }[]
  readonly lastSeenAt: string | undefined
  readonly hostname: string | undefined
  readonly operatingSystem: string | undefined
  readonly architecture: string | undefined
  readonly version: string | undefined
  /** Why it is turned away although it dials: one of the two programs is too old to understand the other. */
  readonly refused: { readonly update: 'node' | 'panel'; readonly nodeVersion: string | undefined } | undefined
  /** Seconds the node's clock is ahead of the panel's. */
  readonly clockSkewSeconds: number | undefined
  readonly driver:
    | {
        readonly healthy: boolean
        readonly detail: string
        readonly fix: string | undefined
        readonly engine: string | undefined
        readonly facts: Readonly<Record<string, string>>
        readonly warnings: readonly string[]
      }
    | undefined
  readonly serverCount: number
  readonly memory: Bar
  readonly cpu: Bar
  readonly disk: Bar
  readonly freePorts: number
  /** Days until its certificate ends. */
  readonly certificateDays: number | undefined
}

/** Bytes, or percent of one core. */
export interface Bar {
  readonly total: number
  /** What servers may be promised in all. */
  readonly offered: number
  /** Used right now on the whole machine. */
  readonly used: number
  /** Promised to servers. */
  readonly promised: number
}

export interface ActivityView {
  readonly id: number
  readonly at: string
  readonly actor: string
  readonly actorId?: string | undefined
  /** Who really acted, while looking through that account. */
  readonly through?: string | undefined
  readonly impersonatorId?: string | undefined
  /** Row of the session or key that was used. */
  readonly credentialId?: string | undefined
  /** Name of the key, when it was one and may be seen. */
  readonly key?: string | undefined
  readonly userAgent?: string | undefined
  /** What changed, where it matters. */
  readonly before?: Readonly<Record<string, unknown>> | undefined
  readonly after?: Readonly<Record<string, unknown>> | undefined
  readonly requestId?: string | undefined
  readonly via: 'session' | 'api-key' | 'command-line' | 'system'
  readonly action: string
  readonly server: { readonly id: string; readonly name: string; readonly exists: boolean } | undefined
  readonly subject: string | undefined
  readonly address: string | undefined
  readonly outcome: 'done' | 'refused' | 'failed'
  readonly meta: Readonly<Record<string, unknown>>
}

/** What the create form holds between its pages: exactly what was typed. */
export interface DraftView {
  readonly name: string
  readonly image: string
  /** By variable name, as text. */
  readonly variables: Readonly<Record<string, string>>
  readonly nodeId: string
  readonly memoryMiB: string
  readonly cpuPercent: string
  readonly diskGB: string
  /** By port name; empty: chosen by the panel. */
  readonly ports: Readonly<Record<string, string>>
  readonly startAfterInstall: boolean
}

/** By field name as in the form (`name`, `variables.MAX_PLAYERS`, `ports.game`, `memoryMiB` …), one sentence each. */
export type FieldErrors = Readonly<Record<string, string>>

export interface ConsoleLineView {
  readonly number: number
  readonly at: number
  readonly kind: 'o' | 'e' | 'i' | 's' | 'g'
  readonly text: string
}
