// Makes a backup of a panel: while it runs, as of one moment of its database.
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, PublicError } from '#core/base/errors.ts'
import type { Target } from '#core/db/client.ts'
import { dumpDatabase } from '#core/db/dump/dump.ts'
import { type AddEntry, largestEntry } from './archive.ts'
import { contentsFormat, type Manifest, names } from './contents.ts'

export interface BackupSource {
  readonly target: Target
  readonly dataDirectory: string
  /** Its text, wherever it comes from; undefined when this panel has none yet. */
  readonly secretKey: string | undefined
  /** Path of the operator's stellar.config.ts. */
  readonly configFile: string | undefined
  readonly settings: Manifest['settings']
  readonly version: string
  readonly now: number
}

export interface BackupReport {
  readonly tables: number
  readonly rowRuns: number
  readonly plugins: number
}

/** More files in the plugin folder are not plugins. */
const mostFiles = 20_000

export async function addBackup(source: BackupSource, add: AddEntry): Promise<BackupReport> {
  const plugins = await filesBeneath(join(source.dataDirectory, 'plugins'))
  let [tables, rowRuns] = [0, 0]
  const runs = new Map<string, number>()
  await dumpDatabase(source.target, {
    async shape(database) {
      tables = database.tables.length
      const { version, settings } = source
      const at = new Date(source.now).toISOString()
      const manifest: Manifest = { format: contentsFormat, version, at, database, settings }
      await add(names.manifest, Buffer.from(JSON.stringify(manifest)))
      if (source.secretKey !== undefined) await add(names.secretKey, Buffer.from(source.secretKey))
      if (source.configFile !== undefined) await add(names.config, await readFile(source.configFile))
      for (const path of plugins) {
        await add(names.plugins + path, await readFile(join(source.dataDirectory, 'plugins', path)))
      }
    },
    async rows({ name }, json) {
      const run = (runs.get(name) ?? 0) + 1
      runs.set(name, run)
      rowRuns += 1
      await add(`${names.database}${name}/${String(run).padStart(6, '0')}`, Buffer.from(json))
    },
    end: (counters) => add(names.counters, Buffer.from(JSON.stringify(counters))),
  })
  return { tables, rowRuns, plugins: plugins.length }
}

/** Relative paths of all files, links followed: a plugin may be a link to where it is being written. */
async function filesBeneath(folder: string): Promise<string[]> {
  const found: string[] = []
  async function walk(path: string, depth: number): Promise<void> {
    const listing = await readdir(join(folder, path)).catch((error: NodeJS.ErrnoException) => {
      if (path === '' && error.code === 'ENOENT') return []
      throw unreadable(join(folder, path), error)
    })
    for (const name of listing.toSorted((a, b) => (a < b ? -1 : 1))) {
      const each = path === '' ? name : `${path}/${name}`
      const kind = await stat(join(folder, each)).catch(() => undefined) // a link to nowhere
      if (kind?.isDirectory() && depth < 30) await walk(each, depth + 1)
      if (!kind?.isFile()) continue
      if (kind.size > largestEntry) throw tooLarge(join(folder, each))
      found.push(each)
      if (found.length > mostFiles) throw tooLarge(folder)
    }
  }
  await walk('', 0)
  return found
}

function unreadable(path: string, cause: unknown): PublicError {
  return new PublicError('backup-source', `${path} cannot be read: ${messageOf(cause)}.`, { cause })
}

function tooLarge(path: string): PublicError {
  return new PublicError('backup-source', `${path} is too large for a backup of the panel.`, {
    hint: 'Plugins are small; move other files out of the plugin folder.',
  })
}
