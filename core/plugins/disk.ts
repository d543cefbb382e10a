// Plugins from a folder: `name.ts|js|mjs`, or a folder `name` (folder.ts). They are ordinary modules which
// import `stellar/plugin` and get the host's own instance of it.
import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, parse } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messageOf } from '#core/base/errors.ts'
import type { PluginEntry } from './entry.ts'
import { extensions, readPluginFolder } from './folder.ts'
import { importNatively } from './native-import.ts'
import { isPlugin, isPluginFactory, type Plugin } from './plugin.ts'
import { whereItBroke } from './where.ts'

/** A module that awaits something at its top level which never comes must not hold up the start. */
const importDeadlineMs = 10_000

export interface DiskOptions {
  /** Names that are not even read. */
  readonly skip?: ReadonlySet<string>
  readonly deadlineMs?: number
}

/** In name order. Never rejects: what cannot be loaded is an entry with its reason. No folder, no plugins. */
export async function loadDiskPlugins(folder: string, options: DiskOptions = {}): Promise<PluginEntry[]> {
  let listing: Dirent[]
  try {
    listing = await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (isMissing(error)) return []
    return [{ source: folder, name: 'plugins', failure: `The plugin folder cannot be read: ${messageOf(error)}.` }]
  }
  const candidates = (await Promise.all(listing.map((item) => candidateAt(join(folder, item.name))))).flat()
  candidates.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.file < b.file ? -1 : 1))
  const entries: PluginEntry[] = []
  for (const candidate of candidates) {
    const { name, file } = candidate
    entries.push(
      options.skip?.has(name)
        ? { source: file, name, off: 'Switched off in stellar.config.ts.' }
        : await load(candidate, options.deadlineMs ?? importDeadlineMs),
    )
  }
  return entries
}

/** One plugin by the path of its file or folder; undefined when there is none. Never rejects. */
export async function loadDiskPlugin(path: string): Promise<PluginEntry | undefined> {
  const [candidate] = await candidateAt(path)
  return candidate && (await load(candidate, importDeadlineMs))
}

interface Candidate {
  readonly name: string
  readonly file: string
  readonly mismatch?: string | undefined
}

async function candidateAt(path: string): Promise<Candidate[]> {
  const item = basename(path)
  if (item.startsWith('.')) return []
  const kind = await stat(path).catch(() => undefined)
  if (kind?.isDirectory()) {
    const { file, mismatch } = await readPluginFolder(path)
    return file === undefined ? [] : [{ name: item, file, mismatch }]
  }
  const { name, ext } = parse(item)
  // A folder of plugins also holds their tests and types.
  if (!kind?.isFile() || !extensions.includes(ext.slice(1)) || /\.(test|d)$/.test(name)) return []
  return [{ name, file: path }]
}

async function load({ name, file, mismatch }: Candidate, deadlineMs: number): Promise<PluginEntry> {
  if (mismatch !== undefined) return { source: file, name, failure: mismatch }
  try {
    const path = await realpath(file)
    const module = await importNatively(pathToFileURL(path).href, deadlineMs)
    return { source: file, plugin: exported(module) }
  } catch (error) {
    return { source: file, name, failure: whereItBroke(error, file) }
  }
}

/** The default export, or else the only export that `definePlugin` made. */
function exported(module: Readonly<Record<string, unknown>>): Plugin {
  const values = module['default'] === undefined ? Object.values(module) : [module['default']]
  const plugins = values.filter((value) => isPluginFactory(value) || isPlugin(value))
  const [only] = plugins
  if (plugins.length > 1) {
    throw new TypeError('It exports several plugins: export one, or one of them as default.')
  }
  if (isPlugin(only)) return only
  // Settings come from stellar.config.ts by the plugin's name, which is only known now.
  if (isPluginFactory(only)) return only()
  const names = Object.keys(module)
  throw new TypeError(
    `It exports no plugin: expected what definePlugin() returns, as default or by name; it exports ${names.length > 0 ? names.join(', ') : 'nothing'}.`,
  )
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}
