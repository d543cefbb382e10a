// What a plugin is: a name, settings with a schema, and up to two functions that return contributions.

import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Log } from '#core/base/log.ts'
import type { NodeContributions, PanelContributions } from './contributions.ts'

/** What the core lends a plugin while it lives; nothing else of the core can be reached. */
export interface Host<Config> {
  /** Validated; unknown keys were refused. */
  readonly config: Config
  /** Tagged with the plugin's name. */
  readonly log: Log
  /** Aborted on teardown. */
  readonly signal: AbortSignal
  /** Released last in, first out, also when setup throws later. */
  use<T extends Disposable | AsyncDisposable>(resource: T): T
}

type Schema = StandardSchemaV1
type Input<S extends Schema> = StandardSchemaV1.InferInput<S>
type Output<S extends Schema> = StandardSchemaV1.InferOutput<S>

export interface PluginDefinition<S extends Schema> {
  /** Unique, kebab-case; tags logs, settings and errors. */
  readonly name: string
  /** One sentence for the plugins page. */
  readonly summary: string
  /** The plugin's own version. */
  readonly version?: string
  /** The SDK it was written for, `sdkVersion` of that time; another one is refused with a sentence. */
  readonly sdk?: number
  /** Any Standard Schema: zod, valibot, arktype. Settings are refused when they do not fit. */
  readonly config?: S
  /** Called once in `panel` mode. Import heavy code inside, so that a node never evaluates it. */
  panel?(host: Host<Output<S>>): PanelContributions | Promise<PanelContributions>
  /** Called once in `node` mode. Import heavy code inside, so that a panel never evaluates it. */
  node?(host: Host<Output<S>>): NodeContributions | Promise<NodeContributions>
}

/** A plugin with its settings, as `stellar.config.ts` lists it. */
export interface Plugin {
  readonly definition: PluginDefinition<Schema>
  readonly settings: unknown
}

type Factory<S extends Schema> =
  undefined extends Input<S> ? (settings?: Input<S>) => Plugin : (settings: Input<S>) => Plugin

// In the global symbol table: a plugin is known for one whichever copy of this module made it.
const factoryMark = Symbol.for('stellar.plugin-factory')
const pluginMark = Symbol.for('stellar.plugin')

export function definePlugin<S extends Schema = StandardSchemaV1<undefined, undefined>>(
  definition: PluginDefinition<S>,
): Factory<S> {
  const factory = (settings?: Input<S>): Plugin =>
    Object.defineProperty({ definition: definition as unknown as PluginDefinition<Schema>, settings }, pluginMark, {
      value: true,
    })
  return Object.assign(factory, { [factoryMark]: true }) as Factory<S>
}

/** True for what a factory made. */
export function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && pluginMark in value
}

/** True for what `definePlugin` returned: call it with settings to get a plugin. */
export function isPluginFactory(value: unknown): value is (settings?: unknown) => Plugin {
  return typeof value === 'function' && factoryMark in value
}
