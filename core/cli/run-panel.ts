// Starts the panel from the settings; what `panel` and `up` have in common.
import { growSlowly } from '#core/base/heap.ts'
import { version } from '#core/base/version.ts'
import { collectPlugins } from '#core/config/collect-plugins.ts'
import { type RunningPanel, startPanel } from '#core/panel/main.ts'
import { prepareDataFolder } from './data-folder.ts'
import type { Settings } from './settings.ts'

export async function runPanel({ environment, plugins, log }: Settings): Promise<RunningPanel> {
  prepareDataFolder(environment.dataDirectory)
  const { host, port, linkHost, linkPort, dataDirectory, url, trustedProxies, apiPerMinute, databaseUrl } = environment
  const panel = await startPanel({
    config: { host, port, linkHost, linkPort, dataDirectory, url, trustedProxies, apiPerMinute },
    databaseUrl,
    plugins: await collectPlugins(plugins, dataDirectory, log),
    log,
    version,
    mailServer: environment.mailServer,
    // What the environment means, e.g. a password that was given as a file's name.
    environment: {
      ...process.env,
      STELLAR_OWNER_EMAIL: environment.owner?.email,
      STELLAR_OWNER_PASSWORD: environment.owner?.password,
      STELLAR_OWNER_API_KEY_FILE: environment.ownerApiKeyFile,
    },
  })
  growSlowly()
  return panel
}

/** What the terminal shows once the panel answers. */
export function greeting(panel: Pick<RunningPanel, 'url' | 'setupUrl' | 'database'>, dataDirectory: string): string {
  const where = panel.setupUrl
    ? `Open this address to set it up; it works once:\n\n    ${panel.setupUrl}\n`
    : `It is at:\n\n    ${panel.url}\n`
  return `\nStellar ${version} is running. ${where}\nData: ${dataDirectory} · Database: ${panel.database} · Ctrl-C stops Stellar; game servers run on.\n`
}
