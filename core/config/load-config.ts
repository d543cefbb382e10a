// Everything an installation is told from outside, together: the environment, then stellar.config.ts, then what comes
// along; each value with where it came from.
import { PublicError } from '#core/base/errors.ts'
import type { StellarConfig } from '#core/plugins/define-config.ts'
import type { PluginChoice } from './collect-plugins.ts'
import { type Environment, readEnvironment } from './environment.ts'
import { dataDirectoryOf, findConfig } from './find-config.ts'
import { readConfig } from './read-config.ts'
import { type Setting, settings } from './variables.ts'

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** The single executable; undefined when the program runs from source. */
  readonly program: string | undefined
  /** What comes along with the program: `#config`. */
  readonly builtIn: StellarConfig
  /** Instead of importing the operator's file here. */
  readonly read?: (file: string) => Promise<StellarConfig>
}

export interface LoadedConfig {
  readonly environment: Environment
  readonly plugins: PluginChoice
  /** The operator's own file; undefined when there is none. */
  readonly file: string | undefined
  /** One for each setting, in the order of variables.ts. */
  readonly values: readonly Value[]
}

export interface Value {
  readonly setting: Setting
  readonly origin: 'default' | 'environment' | 'secret file' | 'config file'
  /** The variable or key that said it, with the file it stands in. */
  readonly place: string | undefined
  /** As it was said; the path when a secret came from a file; undefined for a default. */
  readonly text: string | undefined
}

/** Throws PublicError `wrong-setting`, `wrong-config` or `two-configs`. */
export async function loadConfig({
  env,
  cwd,
  program,
  builtIn,
  read = readConfig,
}: ConfigSources): Promise<LoadedConfig> {
  const file = findConfig({ dataDirectory: dataDirectoryOf(env, cwd), program })
  const own = file === undefined ? {} : await read(file)
  const values = settings.map((setting) => valueOf(setting, env, own, file))
  return {
    environment: readEnvironment(withConfig(env, values), cwd, (name) => placeOf(name, values)),
    plugins: {
      // The operator's come after those that come along, and decide what is off and set.
      plugins: [...(builtIn.plugins ?? []), ...(own.plugins ?? [])],
      disable: [...(builtIn.disable ?? []), ...(own.disable ?? [])],
      settings: { ...builtIn.settings, ...own.settings },
    },
    file,
    values,
  }
}

function valueOf(setting: Setting, env: ConfigSources['env'], own: StellarConfig, file: string | undefined): Value {
  const { variable, key } = setting
  const fromFile = setting.fromFile ? env[`${variable}_FILE`]?.trim() : undefined
  if (fromFile) return { setting, origin: 'secret file', place: `${variable}_FILE`, text: fromFile }
  const said = env[variable]?.trim()
  if (said) return { setting, origin: 'environment', place: variable, text: said }
  const written: unknown = key === undefined ? undefined : own[key as keyof StellarConfig]
  if (written === undefined) return { setting, origin: 'default', place: undefined, text: undefined }
  return { setting, origin: 'config file', place: `${key} in ${file}`, text: textOf(written) }
}

/** One reader for both: what the file says goes where a variable would have been. */
function withConfig(env: ConfigSources['env'], values: readonly Value[]): ConfigSources['env'] {
  const written = values.filter(({ origin }) => origin === 'config file')
  return { ...env, ...Object.fromEntries(written.map(({ setting, text }) => [setting.variable, text])) }
}

/** How a complaint names a setting: by what the operator wrote. */
function placeOf(variable: string, values: readonly Value[]): string {
  const value = values.find(({ setting }) => setting.variable === variable)
  return value?.origin === 'config file' && value.place ? value.place : variable
}

function textOf(written: unknown): string {
  if (Array.isArray(written)) return written.join(',')
  if (typeof written === 'boolean') return written ? '1' : '0'
  if (typeof written === 'string' || typeof written === 'number') return String(written)
  throw new PublicError('wrong-config', 'A setting is neither text, number, flag nor list.')
}
