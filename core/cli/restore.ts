// `stellar restore`: a panel from its backup, onto a machine where none is.
import { createReadStream } from 'node:fs'
import { readdir, rm, rmdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Manifest } from '#core/backup/contents.ts'
import { type Archive, inspectBackup, occupied, restoreBackup } from '#core/backup/restore.ts'
import { messageOf, PublicError } from '#core/base/errors.ts'
import { openServer } from '#core/db/open.ts'
import { backupSecret, type SecretValues } from './backup-secret.ts'
import { becomeOwnerOf } from './become-owner.ts'
import { prepareDataFolder } from './data-folder.ts'
import { say } from './output.ts'
import { loadSettings, readSettings } from './settings.ts'

export interface RestoreValues extends SecretValues {
  readonly check?: boolean
  readonly 'replace-database'?: boolean
}

export async function restore({
  args,
  values,
}: {
  readonly args: readonly string[]
  readonly values: RestoreValues
}): Promise<number> {
  const path = resolve(args[0] ?? '')
  const found = await stat(path).catch((error: unknown) => {
    throw new PublicError('backup-source', `${path} cannot be read: ${messageOf(error)}.`, { cause: error })
  })
  if (!found.isFile()) throw new PublicError('backup-source', `${path} is no file.`)
  const secret = await backupSecret(values, 'read')
  const archive: Archive = { secret, open: () => createReadStream(path) }
  if (values.check) {
    const manifest = await inspectBackup(archive)
    say(`${path} is whole: ${described(manifest)}`)
    return 0
  }
  const { environment, log } = await readSettings()
  const { dataDirectory, databaseUrl } = environment
  if (values['replace-database']) {
    const manifest = await inspectBackup(archive)
    becomeOwnerOf(dataDirectory)
    // As the panel: one that runs is not replaced under its feet.
    await using server = await openServer({ url: databaseUrl, dataDirectory, log, purpose: 'panel' })
    await restoreBackup({ ...archive, manifest, target: server.target, dataDirectory, onto: 'replace', files: false })
    say(`The database is that of ${described(manifest)}`)
    say(asOfThen)
    return 0
  }
  const there = await occupied(dataDirectory)
  if (there.length > 0) {
    throw new PublicError('data-folder-used', `There is a panel in this data folder already: ${there.join(', ')}.`, {
      hint: 'Restore onto an empty one: set STELLAR_DATA to another folder, or move this one away.',
    })
  }
  const manifest = await inspectBackup(archive)
  const isNew = !(await stat(dataDirectory).catch(() => undefined))
  prepareDataFolder(dataDirectory)
  try {
    becomeOwnerOf(dataDirectory)
    await load({ archive, manifest, dataDirectory, databaseUrl, log })
  } catch (error) {
    if (isNew) await rmdir(dataDirectory).catch(() => {}) // kept when something is in it
    throw error
  }
  say(`Restored onto ${dataDirectory}: ${described(manifest)}`)
  for (const sentence of [asOfThen, ...(await worthKnowing(manifest))]) say(sentence)
  return 0
}

const asOfThen =
  'Everybody signs in again. API keys, people and roles are those of the backup: look through them, what was taken away since is back.'

interface Load {
  readonly archive: Archive
  readonly manifest: Manifest
  readonly dataDirectory: string
  readonly databaseUrl: string | undefined
  readonly log: Parameters<typeof openServer>[0]['log']
}

async function load({ archive, manifest, dataDirectory, databaseUrl, log }: Load): Promise<void> {
  try {
    await using server = await openServer({ url: databaseUrl, dataDirectory, log })
    await restoreBackup({ ...archive, manifest, target: server.target, dataDirectory, onto: 'empty', files: true })
  } catch (error) {
    // The cluster was made a moment ago, for this; of what was there before, `occupied` has made sure.
    if (databaseUrl === undefined) await rm(join(dataDirectory, 'panel/postgres'), { recursive: true, force: true })
    const panel = join(dataDirectory, 'panel')
    if ((await readdir(panel).catch(() => ['?'])).length === 0) await rmdir(panel)
    throw error
  }
}

function described({ version, at, database }: Manifest): string {
  return `a panel of Stellar ${version}, as of ${at.slice(0, 19).replace('T', ' ')} UTC, with ${database.tables.length} tables.`
}

/** What the old machine's environment said and this one's does not: nodes and browsers look for the panel there. */
async function worthKnowing({ settings }: Manifest): Promise<string[]> {
  const now = await loadSettings()
  const missing = settings.filter(({ setting, from }) => {
    const value = now.values.find(({ setting: { variable } }) => variable === setting)
    return from !== 'default' && !setting.startsWith('STELLAR_DATA') && value?.origin === 'default'
  })
  return [
    ...missing.map(({ setting, value }) => `Was set there and is not here: ${setting}=${value}`),
    'Nodes find the panel again when it has the address they were enrolled with, and its link port can be reached.',
  ]
}
