// The open plugins of one mode: their contributions, whole and checked, and the events they hear.
import type {
  GameAdapter,
  NodeContributions,
  NodeEvents,
  PanelContributions,
  PanelEvents,
  PanelIntentions,
  RuntimeDriver,
} from './contributions.ts'

export interface PluginStatus {
  readonly name: string
  readonly summary: string
  readonly version: string | undefined
  /** `skipped`: it contributes nothing in this mode. */
  readonly state: 'running' | 'failed' | 'skipped'
  /** Why it failed, one sentence. */
  readonly reason: string | undefined
  /** Ids of what it contributes, by kind. */
  readonly contributes: Readonly<Record<string, readonly string[]>>
  /** `built-in`, or the file it came from. */
  readonly source: string
}

export interface PanelRegistry extends AsyncDisposable {
  readonly plugins: readonly PluginStatus[]
  all<K extends Exclude<keyof PanelContributions, 'on' | 'guard'>>(
    kind: K,
  ): readonly NonNullable<PanelContributions[K]>[number][]
  /** Tells observers, in parallel, each with a deadline; failures are logged and stay here. */
  emit<K extends keyof PanelEvents>(name: K, event: PanelEvents[K]): void
  /** Asks guards in order; rejects with the first refusal. */
  ask<K extends keyof PanelIntentions>(name: K, event: PanelIntentions[K]): Promise<void>
}

export interface NodeRegistry extends AsyncDisposable {
  readonly plugins: readonly PluginStatus[]
  /** Throws PublicError `driver-missing` that names what is there. */
  driver(id: string): RuntimeDriver
  readonly drivers: readonly RuntimeDriver[]
  game(id: string): GameAdapter | undefined
  all<K extends Exclude<keyof NodeContributions, 'on'>>(kind: K): readonly NonNullable<NodeContributions[K]>[number][]
  /** Tells observers, in parallel, each with a deadline; failures are logged and stay here. */
  emit<K extends keyof NodeEvents>(name: K, event: NodeEvents[K]): void
}
