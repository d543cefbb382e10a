// `stellar config show | check`: what this installation is told, where each value came from, and whether it can be read.
import { messageOf } from '#core/base/errors.ts'
import { silentLog } from '#core/base/log.ts'
import { nearest } from '#core/base/nearest.ts'
import { collectPlugins } from '#core/config/collect-plugins.ts'
import type { LoadedConfig, Value } from '#core/config/load-config.ts'
import { variables } from '#core/config/variables.ts'
import { nameOf, wrongSdk } from '#core/plugins/entry.ts'
import { checkSettings } from '#core/plugins/host.ts'
import { becomeOwnerHere } from './become-owner.ts'
import { say } from './output.ts'
import { loadSettings } from './settings.ts'

export async function showConfig({ json = false }: { readonly json?: boolean }): Promise<number> {
  const loaded = await loadSettings()
  const rows = shownSettings(loaded)
  if (json) {
    say(JSON.stringify({ file: loaded.file ?? null, settings: rows }, undefined, 2))
    return 0
  }
  const width = (column: 'setting' | 'value') => Math.max(...rows.map((row) => row[column].length)) + 2
  const [names, values] = [width('setting'), Math.min(60, width('value'))]
  for (const { setting, value, from } of rows) say(`${setting.padEnd(names)}${value.padEnd(values)}${from}`)
  say(`\nConfiguration file: ${loaded.file ?? 'none'}`)
  return 0
}

/** Secrets hidden. */
export function shownSettings(loaded: LoadedConfig): { setting: string; value: string; from: string }[] {
  return loaded.values.map((value) => ({
    setting: value.setting.variable,
    value: shown(value, loaded),
    from: origin(value),
  }))
}

function shown({ setting, text, origin }: Value, { environment }: LoadedConfig): string {
  if (setting.variable === 'STELLAR_DATA') return environment.dataDirectory
  if (text === undefined) return setting.fallback
  if (setting.secret === undefined) return text
  if (setting.secret === true || origin === 'secret file') return '[secret]'
  const url = URL.parse(text)
  if (!url) return '[secret]'
  if (url.password) url.password = 'secret'
  // What follows the name may hold a password too.
  return `${url.protocol}//${url.username}${url.password ? ':[secret]' : ''}@${url.host}${url.pathname}`
}

function origin({ origin, place, text }: Value): string {
  if (origin === 'default') return 'default'
  if (origin === 'config file') return String(place)
  return origin === 'secret file' ? `${place}=${text}` : 'environment'
}

export async function checkConfig(): Promise<number> {
  becomeOwnerHere()
  const { environment, plugins, file } = await loadSettings()
  for (const name of environment.unknown) {
    const meant = nearest(name, variables)
    say(`warning: ${name} means nothing to Stellar.${meant === undefined ? '' : ` Did you mean ${meant}?`}`)
  }
  const names: string[] = []
  const faults: string[] = []
  const log = { ...silentLog, warn: (sentence: string, fields = {}) => faults.push(`${sentence}: ${nameIn(fields)}`) }
  for (const entry of await collectPlugins(plugins, environment.dataDirectory, log)) {
    names.push(nameOf(entry))
    if ('failure' in entry) faults.push(`plugin ${entry.name}: ${entry.failure}`)
    if (!('plugin' in entry)) continue
    const { definition, settings } = entry.plugin
    const mismatch = wrongSdk(entry)
    if (mismatch !== undefined) faults.push(`plugin ${definition.name}: ${mismatch}`)
    await checkSettings(definition, settings).catch((error: unknown) =>
      faults.push(`plugin ${definition.name}: ${messageOf(error)}`),
    )
  }
  for (const fault of faults) process.stderr.write(`stellar: ${fault}\n`)
  if (faults.length > 0) return 1
  say(`${file ?? 'No stellar.config.ts of your own'}, ${names.length} plugins: everything can be read.`)
  return 0
}

function nameIn(fields: Readonly<Record<string, unknown>>): string {
  return String(fields['plugin'])
}
