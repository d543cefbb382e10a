// A plugin on its way into a registry: where it came from, or why it could not even be read.
import { isPlugin, type Plugin } from './plugin.ts'

export type PluginEntry =
  | { readonly source: string; readonly plugin: Plugin }
  | {
      readonly source: string
      readonly name: string
      /** One sentence: why there is no plugin. */
      readonly failure: string
    }
  | { readonly source: string; readonly name: string; readonly off: string; readonly summary?: string }

/** `source` of everything that stellar.config.ts lists. */
export const builtIn = 'built-in'

export function toEntry(listed: Plugin | PluginEntry): PluginEntry {
  return isPlugin(listed) ? { source: builtIn, plugin: listed } : listed
}

export function nameOf(entry: PluginEntry): string {
  return 'plugin' in entry ? entry.plugin.definition.name : entry.name
}
