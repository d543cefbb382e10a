// `stellar doctor`: looks at everything an installation stands on and says what mends it. It changes nothing.
import { messageOf, PublicError } from '#core/base/errors.ts'
import { silentLog } from '#core/base/log.ts'
import { nearest } from '#core/base/nearest.ts'
import { otherOwnerOf } from '#core/base/owner.ts'
import { collectPlugins } from '#core/config/collect-plugins.ts'
import type { LoadedConfig } from '#core/config/load-config.ts'
import { variables } from '#core/config/variables.ts'
import { type Finding, lookAtAll } from '#core/doctor/finding.ts'
import { cgroup, clock, dataFolder, disk, ports } from '#core/doctor/machine.ts'
import { engines, publicAddress } from '#core/doctor/reach.ts'
import { certificates, database } from '#core/doctor/store.ts'
import { builtIn, type PluginEntry } from '#core/plugins/entry.ts'
import { openNodeRegistry } from '#core/plugins/open.ts'
import { exits } from './exit.ts'
import { clean, say, sayJson, styled } from './output.ts'
import { askReady, readyAddress } from './ready.ts'
import { loadSettings } from './settings.ts'

export async function doctor({ json = false }: { readonly json?: boolean }): Promise<number> {
  const findings = await examine()
  const problems = findings.filter(({ state }) => state === 'problem').length
  if (json) sayJson({ healthy: problems === 0, findings })
  else for (const finding of findings) show(finding)
  return problems === 0 ? 0 : exits.failed
}

async function examine(): Promise<Finding[]> {
  const check = 'settings'
  try {
    const loaded = await loadSettings()
    return [...settingsOf(loaded), ...(await look(loaded))]
  } catch (error) {
    // Where everything is, nobody knows.
    if (!(error instanceof PublicError)) throw error
    return [{ check, state: 'problem', detail: messageOf(error), fix: error.hint ?? 'See: docs/configuration.md' }]
  }
}

function settingsOf({ environment, file }: LoadedConfig): Finding[] {
  const check = 'settings'
  const warnings = environment.unknown.map((name): Finding => {
    const meant = nearest(name, variables)
    return {
      check,
      state: 'warning',
      detail: `${name} means nothing to Stellar.`,
      fix: meant ? `Did you mean ${meant}?` : 'Take it out.',
    }
  })
  if (warnings.length > 0) return warnings
  return [{ check, state: 'ok', detail: `From the environment${file === undefined ? '' : ` and ${file}`}.` }]
}

async function look({ environment, plugins }: LoadedConfig): Promise<Finding[]> {
  const { dataDirectory, databaseUrl: url, host, port, linkHost, linkPort } = environment
  await using registry = await openNodeRegistry({
    // Root looks with what comes along: plugins that another account could change are not root's to run.
    plugins: otherOwnerOf(dataDirectory)
      ? plugins.plugins.map((plugin): PluginEntry => ({ source: builtIn, plugin }))
      : await collectPlugins(plugins, dataDirectory, silentLog),
    log: silentLog,
  })
  const runs = async () => port !== 0 && (await askReady(readyAddress({ host, port }))) === undefined
  return await lookAtAll([
    dataFolder(dataDirectory),
    disk(dataDirectory),
    ports(
      [
        { who: 'web', host, port, setting: 'STELLAR_PORT' },
        { who: 'link', host: linkHost, port: linkPort, setting: 'STELLAR_LINK_PORT' },
      ],
      runs,
    ),
    database({ url, dataDirectory }),
    certificates({ url, dataDirectory }),
    clock,
    cgroup(),
    engines(registry),
    publicAddress(environment.url, host),
  ])
}

const words = { ok: 'ok', warning: 'warning', problem: 'PROBLEM' } as const
const styles = { ok: 'green', warning: 'yellow', problem: 'red' } as const

function show({ check, state, detail, fix }: Finding): void {
  say(`${styled(words[state].padEnd(8), styles[state])} ${check.padEnd(15)} ${clean(detail)}`)
  if (fix !== undefined) say(`${' '.repeat(25)}→ ${clean(fix)}`)
}
