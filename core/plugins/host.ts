// Sets plugins up one after the other, each with resources of its own, and keeps what they contribute.
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { messageOf } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import { bound, within } from './bounded.ts'
import { nameOf, type PluginEntry, toEntry, wrongSdk } from './entry.ts'
import { firstIssue, type Kind } from './kinds.ts'
import type { Host, Plugin, PluginDefinition } from './plugin.ts'
import type { PluginStatus } from './registry.ts'
import { whereItBroke } from './where.ts'

export interface OpenOptions {
  readonly plugins: readonly (Plugin | PluginEntry)[]
  readonly log: Log
  /** Of each plugin's setup and of giving back what it holds; 10 s unless given, long for anything but a network that hangs. */
  readonly setupDeadlineMs?: number
  /** Of each observer and guard; 10 s unless given. */
  readonly callDeadlineMs?: number
}

/** What one running plugin contributes. */
export interface Opened {
  readonly name: string
  readonly log: Log
  readonly contributions: Readonly<Record<string, readonly object[]>>
  readonly on: Listeners
  readonly guard: Listeners
}
type Listeners = Readonly<Record<string, (event: never, signal: AbortSignal) => void | Promise<void>>>

export interface Plugins {
  readonly statuses: readonly PluginStatus[]
  readonly opened: readonly Opened[]
  readonly dispose: () => Promise<void>
}

type Mode = 'panel' | 'node'
type Kinds = Readonly<Record<string, Kind>>

const defaultDeadlineMs = 10_000

export async function openAll(mode: Mode, kinds: Kinds, options: OpenOptions): Promise<Plugins> {
  const { log, setupDeadlineMs: deadlineMs = defaultDeadlineMs } = options
  const statuses: PluginStatus[] = []
  const opened: Opened[] = []
  const held = new AsyncDisposableStack()
  const taken = new Map<string, string>()
  const names = new Set<string>()
  for (const entry of options.plugins.map(toEntry)) {
    const name = nameOf(entry)
    const status = statusOf(entry)
    const fail = (reason: string, error?: unknown): void => {
      statuses.push({ ...status, state: 'failed', reason })
      log.warn('plugin failed', { plugin: name, reason, source: entry.source, ...(error !== undefined && { error }) })
    }
    if ('failure' in entry) fail(entry.failure)
    else if ('off' in entry) statuses.push({ ...status, state: 'skipped', reason: entry.off })
    else if (names.has(name)) fail(`Another plugin is called ${name}; names must be unique.`)
    else if (!/^[a-z][a-z0-9-]{0,60}$/.test(name)) fail('Its name must be lower-case letters, digits and dashes.')
    else if (wrongSdk(entry) !== undefined) fail(wrongSdk(entry) ?? '')
    else if (!entry.plugin.definition[mode]) statuses.push({ ...status, state: 'skipped', reason: undefined })
    else {
      const stack = new AsyncDisposableStack()
      try {
        const plugin = await setUp(mode, entry.plugin, { log: log.with({ plugin: name }), stack, deadlineMs })
        const applied = checkAll(plugin, kinds, taken)
        opened.push(applied)
        held.defer(() => release(stack, applied.log, deadlineMs))
        const contributes = Object.entries(applied.contributions).map(([kind, list]) => [kind, list.map(idOf)] as const)
        statuses.push({ ...status, state: 'running', contributes: Object.fromEntries(contributes) })
      } catch (error) {
        await release(stack, log.with({ plugin: name }), deadlineMs)
        fail(entry.source === 'built-in' ? messageOf(error) : whereItBroke(error, entry.source), error)
      }
    }
    names.add(name)
  }
  return { statuses, opened, dispose: () => held.disposeAsync() }
}

function statusOf(entry: PluginEntry): PluginStatus {
  const definition = 'plugin' in entry ? entry.plugin.definition : undefined
  return {
    name: nameOf(entry),
    summary: definition?.summary ?? ('summary' in entry ? entry.summary : undefined) ?? '',
    version: definition?.version,
    state: 'running',
    reason: undefined,
    contributes: {},
    source: entry.source,
  }
}

interface Setup {
  readonly log: Log
  readonly stack: AsyncDisposableStack
  readonly deadlineMs: number
}

/** What the plugin returned, unchecked. */
interface Returned {
  readonly name: string
  readonly log: Log
  readonly value: unknown
}

async function setUp(
  mode: Mode,
  { definition, settings }: Plugin,
  { log, stack, deadlineMs }: Setup,
): Promise<Returned> {
  const life = new AbortController()
  stack.defer(() => life.abort(new DOMException('the plugin is torn down', 'AbortError')))
  const value = await within(deadlineMs, undefined, async () => {
    const config = await checkSettings(definition, settings)
    const host: Host<unknown> = {
      config,
      log,
      signal: life.signal,
      use(resource) {
        // After a time-out, a setup that goes on must not keep what nobody would release.
        if (!stack.disposed) return stack.use(resource)
        const leftover = new AsyncDisposableStack()
        leftover.use(resource)
        void release(leftover, log, deadlineMs)
        throw new Error('the plugin is torn down')
      },
    }
    return await definition[mode]?.(host)
  }).catch((error: unknown) => {
    const late = error instanceof DOMException && error.name === 'TimeoutError'
    throw late
      ? new Error(`Its ${mode} function did not return within ${deadlineMs / 1000} s; a network call in it may hang.`)
      : error
  })
  return { name: definition.name, log, value }
}

/** Strict: settings for a plugin that takes none are refused as well. */
export async function checkSettings(
  definition: PluginDefinition<StandardSchemaV1>,
  settings: unknown,
): Promise<unknown> {
  if (!definition.config) {
    if (settings === undefined) return undefined
    throw new Error('It takes no settings; remove them from stellar.config.ts.')
  }
  const result = await definition.config['~standard'].validate(settings)
  if (!result.issues) return result.value
  throw new Error(`Its settings are wrong: ${firstIssue(result.issues)}`)
}

/** All or nothing: ids are only taken when every contribution passed. */
function checkAll({ name, log, value }: Returned, kinds: Kinds, taken: Map<string, string>): Opened {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError(
      `Its function must return an object of contributions, not ${value === null ? 'null' : typeof value}.`,
    )
  }
  const mine = new Map<string, string>()
  const places = new Set<string>()
  const contributions: Record<string, readonly object[]> = {}
  for (const [key, list] of Object.entries(value)) {
    if (key === 'on' || key === 'guard' || list === undefined) continue
    const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined
    if (!kind)
      throw new TypeError(`“${key}” is no kind of contribution here; there are ${Object.keys(kinds).join(', ')}.`)
    if (!Array.isArray(list)) throw new TypeError(`“${key}” must be a list.`)
    contributions[key] = list.map((item: unknown, index) => {
      const label = `${kind.noun} ${labelOf(item, index)}`
      const checked = checkOne(kind, item, label)
      const id = `${key} ${idOf(checked)}`
      const owner = mine.get(id) ?? taken.get(id)
      if (owner) throw new Error(`The ${label} is there already, from the plugin ${owner}.`)
      mine.set(id, name)
      const place = kind.place?.(checked)
      if (place !== undefined && places.has(place))
        throw new Error(`The ${label} stands where another one does: ${place}.`)
      if (place !== undefined) places.add(place)
      return kind.bounded ? bound(checked, kind.bounded, name, label) : checked
    })
  }
  const on = listeners(value, 'on')
  const guard = listeners(value, 'guard')
  for (const [id, owner] of mine) taken.set(id, owner)
  return { name, log, contributions, on, guard }
}

function checkOne(kind: Kind, item: unknown, label: string): object {
  try {
    const checked = kind.check(item)
    if (typeof checked === 'object' && checked !== null) return checked
    throw new TypeError('it is not an object')
  } catch (error) {
    throw new TypeError(`Its ${label} is refused: ${messageOf(error)}`, { cause: error })
  }
}

function listeners(value: object, key: 'on' | 'guard'): Listeners {
  const table: unknown = Reflect.get(value, key)
  if (table === undefined) return {}
  if (
    typeof table !== 'object' ||
    table === null ||
    !Object.values(table).every((call) => typeof call === 'function')
  ) {
    throw new TypeError(`“${key}” must be an object of functions by event name.`)
  }
  return table as Listeners
}

async function release(stack: AsyncDisposableStack, log: Log, deadlineMs: number): Promise<void> {
  try {
    await within(deadlineMs, undefined, () => stack.disposeAsync())
  } catch (error) {
    log.warn('plugin did not give back what it holds', { error })
  }
}

function idOf(item: object): string {
  return 'id' in item ? String(item.id) : ''
}

function labelOf(item: unknown, index: number): string {
  const id = typeof item === 'object' && item !== null ? idOf(item) : ''
  return id || `number ${index + 1}`
}
