// What stellar.config.ts exports: which plugins, which of them are off, and settings by name.
import type { Plugin } from '#core/plugins/plugin.ts'

export interface StellarConfig {
  /** In order: guards are asked and lists are shown in this order, teardown is in reverse. */
  readonly plugins: readonly Plugin[]
  /** Names of plugins that are not opened, listed above or found in `$STELLAR_DATA/plugins`. */
  readonly disable?: readonly string[]
  /** Settings by plugin name: for plugins from disk, and in place of what a listed plugin was called with. */
  readonly settings?: Readonly<Record<string, unknown>>
}

export function defineConfig(config: StellarConfig): StellarConfig {
  return config
}
