// What the plugins of this machine are, as panel and node would find them. Asked in a process of its own: a plugin is
// code, and one that never returns, or ends the process, must not take the command with it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { z } from 'zod'
import { messageOf, PublicError } from '#core/base/errors.ts'
import { silentLog } from '#core/base/log.ts'
import { ownCommand } from '#core/base/single-file.ts'
import { becomeOwnerHere } from '#core/cli/become-owner.ts'
import { loadSettings } from '#core/cli/settings.ts'
import { tellParent } from '#core/cli/tell-parent.ts'
import { withoutSecrets } from '#core/cli/without-secrets.ts'
import { collectPlugins } from '#core/config/collect-plugins.ts'
import { loadDiskPlugin } from '#core/plugins/disk.ts'
import { nameOf, type PluginEntry } from '#core/plugins/entry.ts'
import { checkSettings } from '#core/plugins/host.ts'
import { openNodeRegistry, openPanelRegistry } from '#core/plugins/open.ts'

const reportSchema = z.object({
  name: z.string(),
  // JavaScript that no compiler looked at may have none.
  summary: z.string().default(''),
  version: z.string().optional(),
  state: z.enum(['running', 'failed', 'off', 'unset']),
  /** Why it is not running. */
  reason: z.string().optional(),
  contributes: z.record(z.string(), z.array(z.string())),
  /** `built-in`, or its file. */
  source: z.string(),
})
export type PluginReport = z.output<typeof reportSchema>

const deadlineMs = 60_000

/** Of all plugins, or of the one in a file or folder. */
export async function reportPlugins(path?: string): Promise<PluginReport[]> {
  const [program, args] = ownCommand(['plugin', 'inspect', ...(path === undefined ? [] : [path])])
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: withoutSecrets(process.env),
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
  })
  let said = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000)
  })
  let reports: PluginReport[] | undefined
  child.once('message', (message) => {
    reports = z.array(reportSchema).safeParse(message).data
    // What a plugin left running is nobody's concern here.
    child.kill('SIGKILL')
  })
  await once(child, 'close')
  if (reports) return reports
  throw new PublicError(
    'plugin-ended',
    `A plugin ended the program${child.signalCode === 'SIGKILL' ? ', or never let go of it' : ''}.`,
    {
      hint: said.trim().split('\n').at(-1) ?? 'Take the plugins away one by one to find it.',
    },
  )
}

/** `stellar plugin inspect`, in the child. */
export async function inspect([path]: readonly string[]): Promise<number> {
  const reports = await readReports(path)
  await tellParent(reports)
  return 0
}

async function readReports(path: string | undefined): Promise<PluginReport[]> {
  becomeOwnerHere()
  const { plugins, environment } = await loadSettings()
  const entries =
    path === undefined ? await collectPlugins(plugins, environment.dataDirectory, silentLog) : await single(path)
  const settings = new Map(Object.entries(plugins.settings ?? {}))
  const given = entries.map(
    (entry): PluginEntry =>
      'plugin' in entry && settings.has(nameOf(entry))
        ? { ...entry, plugin: { ...entry.plugin, settings: settings.get(nameOf(entry)) } }
        : entry,
  )
  return await Promise.all(given.map(reportOf))
}

async function single(path: string): Promise<PluginEntry[]> {
  const entry = await loadDiskPlugin(path)
  return entry ? [entry] : []
}

async function reportOf(entry: PluginEntry): Promise<PluginReport> {
  const name = nameOf(entry)
  const { source } = entry
  const bare = { name, source, summary: 'summary' in entry ? (entry.summary ?? '') : '', contributes: {} }
  if ('off' in entry) return { ...bare, state: 'off', reason: entry.off }
  if ('failure' in entry) return { ...bare, state: 'failed', reason: entry.failure }
  const { definition, settings } = entry.plugin
  const { summary, version } = definition
  const known = { ...bare, summary, ...(version === undefined ? {} : { version }) }
  try {
    await checkSettings(definition, settings)
  } catch (error) {
    return { ...known, state: 'unset', reason: messageOf(error) }
  }
  await using panel = await openPanelRegistry({ plugins: [entry], log: silentLog })
  await using node = await openNodeRegistry({ plugins: [entry], log: silentLog })
  const statuses = [...panel.plugins, ...node.plugins]
  const failed = statuses.find(({ state }) => state === 'failed')
  if (failed) return { ...known, state: 'failed', reason: failed.reason ?? 'It failed.' }
  const contributes: Record<string, string[]> = {}
  for (const status of statuses)
    for (const [kind, ids] of Object.entries(status.contributes)) contributes[kind] = [...ids]
  return { ...known, state: 'running', contributes }
}
