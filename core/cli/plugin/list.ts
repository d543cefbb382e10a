// `stellar plugin list`: what this machine's panel and node would open.
import { join } from 'node:path'
import { becomeOwnerHere } from '#core/cli/become-owner.ts'
import { type Cell, say, sayJson, sayTable } from '#core/cli/output.ts'
import { loadSettings } from '#core/cli/settings.ts'
import { type PluginReport, reportPlugins } from './report.ts'

export async function listPlugins({ json = false }: { readonly json?: boolean }): Promise<number> {
  becomeOwnerHere()
  const plugins = await reportPlugins()
  if (json) {
    sayJson({ data: plugins, next: null })
    return 0
  }
  sayTable(
    ['NAME', 'STATE', 'VERSION', 'CONTRIBUTES', 'SOURCE'],
    plugins.map((plugin) => [
      plugin.name,
      stateOf(plugin),
      plugin.version ?? '–',
      contributions(plugin),
      plugin.source,
    ]),
  )
  for (const { name, reason, state } of plugins)
    if (reason !== undefined && state !== 'off') say(`\n${name}: ${reason}`)
  const { environment } = await loadSettings()
  say(`\nPlugins of your own lie in ${join(environment.dataDirectory, 'plugins')}.`)
  return 0
}

export function contributions({ contributes }: PluginReport): string {
  const parts = Object.entries(contributes).flatMap(([kind, ids]) =>
    ids.length > 0 ? `${kind} ${ids.join(', ')}` : [],
  )
  return parts.length > 0 ? parts.join('; ') : '–'
}

function stateOf({ state }: PluginReport): Cell {
  if (state === 'running') return { text: 'ok', style: 'green' }
  if (state === 'off') return { text: 'off', style: 'dim' }
  return state === 'unset' ? { text: 'needs settings', style: 'yellow' } : { text: 'failed', style: 'red' }
}
