// A plugin on its way into a registry: where it came from, or why it could not even be read.
import { basename } from 'node:path'
import { isPlugin, type Plugin } from './plugin.ts'
import { sdkMismatch } from './sdk-version.ts'

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

/** Why the plugin does not fit this SDK, with its file where it has one. */
export function wrongSdk({ source, plugin }: Extract<PluginEntry, { plugin: Plugin }>): string | undefined {
  const mismatch = sdkMismatch(plugin.definition.sdk)
  return mismatch === undefined || source === builtIn ? mismatch : `${basename(source)}: ${mismatch}`
}
