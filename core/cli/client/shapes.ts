// What API v1 answers, as far as the commands read it. The document at /api/v1/openapi.json is the whole of it.

export interface Stats {
  readonly cpuPercent: number
  readonly memoryBytes: number
  readonly players: number | null
}

export interface ListedServer {
  readonly id: string
  readonly name: string
  readonly blueprintId: string
  readonly nodeId: string
  readonly state: string
  readonly address: string
  readonly memoryBytes: number
  readonly stats: Stats | null
  readonly pending: boolean
}

export interface Server {
  readonly id: string
  readonly name: string
  readonly blueprint: { readonly id: string; readonly name: string }
  readonly node: { readonly id: string; readonly name: string; readonly connected: boolean }
  readonly owner: { readonly name: string }
  readonly state: string
  readonly lastState: string
  /** Left out by a panel that is older than this. */
  readonly suspended?: { readonly since: string; readonly reason: string } | null
  readonly since: string
  readonly startedAt: string | null
  readonly address: string
  readonly ports: readonly { readonly name: string; readonly port: number; readonly protocol: string }[]
  readonly limits: { readonly memoryBytes: number; readonly cpuPercent: number; readonly diskBytes: number }
  readonly stats: (Stats & { readonly diskBytes: number | null; readonly capacity: number | null }) | null
  readonly exit: { readonly code: number; readonly signal?: string; readonly outOfMemory: boolean } | null
  readonly reason: string | null
  readonly restarts: number
  readonly hint: { readonly title: string; readonly advice: string } | null
  readonly pending: boolean
  readonly offered: readonly string[]
  readonly image?: string
  readonly variables?: Readonly<Record<string, string>>
}

export interface Install {
  readonly state: string
  readonly steps: readonly { readonly name: string; readonly state: 'waiting' | 'running' | 'done' | 'failed' }[]
  readonly layers: readonly { readonly status: string; readonly current: number; readonly total: number }[]
  readonly log: readonly string[]
  readonly reason: string | null
}

interface Bar {
  readonly total: number
  readonly offered: number
  readonly used: number
  readonly promised: number
}

export interface NodeShape {
  readonly id: string
  readonly name: string
  readonly connected: boolean
  readonly enrolled: boolean
  readonly publicAddress: string
  readonly portFrom: number
  readonly portTo: number
  readonly lastSeenAt?: string
  readonly hostname?: string
  readonly operatingSystem?: string
  readonly architecture?: string
  readonly version?: string
  readonly driver?: {
    readonly healthy: boolean
    readonly detail: string
    readonly fix?: string
    readonly warnings: readonly string[]
  }
  readonly serverCount: number
  readonly memory: Bar
  readonly cpu: Bar
  readonly disk: Bar
  readonly freePorts: number
}

export interface Blueprint {
  readonly id: string
  readonly name: string
  readonly images: readonly { readonly label: string; readonly image: string }[]
}

export interface Account {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly isOwner: boolean
}
