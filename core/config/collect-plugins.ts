// All plugins of an installation in the order they are opened: the config's, then those on disk by name.
import { join } from 'node:path'
import type { Log } from '#core/base/log.ts'
import type { StellarConfig } from '#core/plugins/define-config.ts'
import { loadDiskPlugins } from '#core/plugins/disk.ts'
import { builtIn, nameOf, type PluginEntry } from '#core/plugins/entry.ts'

/** Which plugins there are, as all configurations together say it. */
export type PluginChoice = Pick<StellarConfig, 'disable' | 'settings'> & Required<Pick<StellarConfig, 'plugins'>>

export async function collectPlugins(config: PluginChoice, dataDirectory: string, log: Log): Promise<PluginEntry[]> {
  const disabled = new Set(config.disable)
  const settings = new Map(Object.entries(config.settings ?? {}))
  const listed = config.plugins.map((plugin): PluginEntry => ({ source: builtIn, plugin }))
  const found = await loadDiskPlugins(join(dataDirectory, 'plugins'), { skip: disabled })
  const entries = [...listed, ...found].map((entry): PluginEntry => {
    const name = nameOf(entry)
    if (disabled.has(name)) {
      const summary = 'plugin' in entry ? { summary: entry.plugin.definition.summary } : {}
      return { source: entry.source, name, off: 'Switched off in stellar.config.ts.', ...summary }
    }
    if (!('plugin' in entry) || !settings.has(name)) return entry
    return { source: entry.source, plugin: { ...entry.plugin, settings: settings.get(name) } }
  })
  const names = new Set(entries.map(nameOf))
  for (const name of new Set([...settings.keys(), ...disabled])) {
    if (!names.has(name)) log.warn('stellar.config.ts names a plugin that is not there', { plugin: name })
  }
  return entries
}
