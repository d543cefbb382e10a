// What a stellar.config.ts exports. The one at the top of the source lists the plugins that come along; one of an
// operator's own, in the data folder or beside the program, adds to it.
import type { LogLevel } from '#core/base/log.ts'
import type { Plugin } from './plugin.ts'

export interface StellarConfig extends OperatorSettings {
  /** In order: guards are asked and lists are shown in this order, teardown is in reverse. */
  readonly plugins?: readonly Plugin[]
  /** Names of plugins that are not opened, listed above or found in `$STELLAR_DATA/plugins`. */
  readonly disable?: readonly string[]
  /** Settings by plugin name: for plugins from disk, and in place of what a listed plugin was called with. */
  readonly settings?: Readonly<Record<string, unknown>>
}

/** What the environment says as well, and then wins. */
interface OperatorSettings {
  readonly host?: string
  readonly port?: number
  readonly linkHost?: string
  readonly linkPort?: number
  readonly url?: string
  readonly trustedProxies?: readonly string[]
  /** Requests to the API a minute and key; 0: any number. */
  readonly apiPerMinute?: number
  /** Holds a password: keep the file to yourself. */
  readonly databaseUrl?: string
  readonly installDocker?: boolean
  readonly logLevel?: LogLevel
}

export function defineConfig<Config extends StellarConfig>(config: Config): Config {
  return config
}
