// The two registries on top of what plugins contributed: look-ups, events and intentions.
import { PublicError } from '#core/base/errors.ts'
import { within } from './bounded.ts'
import type { GameAdapter, RuntimeDriver } from './contributions.ts'
import type { Opened, OpenOptions, Plugins } from './host.ts'
import { PluginError } from './plugin-error.ts'
import type { NodeRegistry, PanelRegistry, PluginStatus } from './registry.ts'

const defaultDeadlineMs = 10_000

export function panelRegistry(plugins: Plugins, options: OpenOptions): PanelRegistry {
  const { callDeadlineMs = defaultDeadlineMs } = options
  return {
    plugins: plugins.statuses,
    all: lister(plugins.opened),
    emit: emitter(plugins.opened, callDeadlineMs),
    async ask(name, event) {
      for (const plugin of plugins.opened) {
        const guard = listenerOf(plugin.guard, name)
        if (!guard) continue
        try {
          await within(callDeadlineMs, undefined, (signal) => guard(event, signal))
        } catch (error) {
          // Fail closed: a guard that breaks or hangs refuses.
          if (error instanceof PublicError) throw error
          plugin.log.warn('guard failed', { intention: name, error })
          throw new PluginError(plugin.name, `the guard of ${name}`, error)
        }
      }
    },
    [Symbol.asyncDispose]: plugins.dispose,
  }
}

export function nodeRegistry(plugins: Plugins, options: OpenOptions): NodeRegistry {
  const { callDeadlineMs = defaultDeadlineMs } = options
  const all: NodeRegistry['all'] = lister(plugins.opened)
  const drivers: readonly RuntimeDriver[] = all('drivers')
  const games = new Map<string, GameAdapter>(all('games').map((game) => [game.id, game]))
  return {
    plugins: plugins.statuses,
    drivers,
    driver(id) {
      const driver = drivers.find((candidate) => candidate.id === id)
      if (driver) return driver
      throw new PublicError(
        'driver-missing',
        `There is no runtime driver “${id}”. ${whatThereIs(drivers, plugins.statuses)}`,
        {
          status: 503,
        },
      )
    },
    game: (id) => games.get(id),
    all,
    emit: emitter(plugins.opened, callDeadlineMs),
    [Symbol.asyncDispose]: plugins.dispose,
  }
}

function whatThereIs(drivers: readonly RuntimeDriver[], statuses: readonly PluginStatus[]): string {
  const there =
    drivers.length > 0 ? `There is ${drivers.map(({ id }) => id).join(', ')}.` : 'No plugin contributes one.'
  const failed = statuses
    .filter(({ state }) => state === 'failed')
    .map(({ name, reason }) => `${name} failed: ${reason}`)
  return [there, ...failed].join(' ')
}

/** Every contribution was checked against its kind when its plugin opened, so the list is what its key says. */
function lister(opened: readonly Opened[]): (kind: string) => readonly never[] {
  const lists = new Map<string, readonly object[]>()
  for (const { contributions } of opened) {
    for (const [kind, list] of Object.entries(contributions)) lists.set(kind, [...(lists.get(kind) ?? []), ...list])
  }
  return (kind) => (lists.get(kind) ?? []) as readonly never[]
}

function emitter(opened: readonly Opened[], deadlineMs: number): (name: string, event: unknown) => void {
  return (name, event) => {
    for (const plugin of opened) {
      const observer = listenerOf(plugin.on, name)
      if (!observer) continue
      // Each gets its own copy: an observer that changes the event must not reach the others, or the caller.
      within(deadlineMs, undefined, (signal) => observer(structuredClone(event), signal)).catch((error: unknown) => {
        plugin.log.warn('observer failed', { event: name, error })
      })
    }
  }
}

function listenerOf(
  table: Opened['on'],
  name: string,
): ((event: unknown, signal: AbortSignal) => void | Promise<void>) | undefined {
  return Object.hasOwn(table, name)
    ? (table[name] as (event: unknown, signal: AbortSignal) => void | Promise<void>)
    : undefined
}
