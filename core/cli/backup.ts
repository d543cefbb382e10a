// `stellar backup`: the panel's database, keys and configuration in one sealed file, while the panel runs.
import { readFile, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { formerOf } from '#core/auth/secret-keys.ts'
import { writeArchive } from '#core/backup/archive.ts'
import { addBackup, type BackupReport } from '#core/backup/backup.ts'
import type { BackupSecret } from '#core/backup/key.ts'
import { messageOf, PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import { otherOwnerOf } from '#core/base/owner.ts'
import { version } from '#core/base/version.ts'
import type { LoadedConfig } from '#core/config/load-config.ts'
import type { Target } from '#core/db/client.ts'
import { openPools } from '#core/db/doors.ts'
import { openServer } from '#core/db/open.ts'
import { record, systemActor } from '#core/panel/activity/record.ts'
import { backupSecret, type SecretValues } from './backup-secret.ts'
import { becomeOwnerOf } from './become-owner.ts'
import { shownSettings } from './config.ts'
import { openNew } from './new-file.ts'
import { say } from './output.ts'
import { readSettings } from './settings.ts'

export async function backup({
  args,
  values,
}: {
  readonly args: readonly string[]
  readonly values: SecretValues
}): Promise<number> {
  const settings = await readSettings()
  const { environment, log } = settings
  await refuseEmpty(settings)
  const secret = await backupSecret(values, 'make')
  const path = args[0] === '-' ? undefined : resolve(args[0] ?? defaultName(Date.now()))
  const secretKey = await readSecretKeys(environment.dataDirectory)
  const isAnothers = otherOwnerOf(environment.dataDirectory) !== undefined
  await using file = path === undefined ? undefined : await openNew(path, isAnothers)
  becomeOwnerOf(environment.dataDirectory)
  await using server = await openServer({ url: environment.databaseUrl, dataDirectory: environment.dataDirectory, log })
  const report = await write(file?.stream ?? process.stdout, secret, (add) =>
    addBackup(
      {
        target: server.target,
        dataDirectory: environment.dataDirectory,
        secretKey,
        configFile: settings.file,
        settings: shownSettings(settings),
        version,
        now: Date.now(),
      },
      add,
    ),
  )
  if ((await readSecretKeys(environment.dataDirectory)) !== secretKey)
    throw new PublicError('backup-key-changed', 'The secret key was changed while this backup was made.', {
      hint: 'Make it again: this one may hold secrets without their key.',
    })
  await noteBackup(server.target, log)
  if (!file) return 0
  const size = await file.keep()
  say(
    `${path} holds this panel: ${report.tables} tables, ${report.plugins} plugin files, ${Math.ceil(size / 1024)} kB. Keep it, and its ${secret.kind === 'passphrase' ? 'passphrase' : 'key file'}, elsewhere.`,
  )
  say('Files of game servers are not in it.')
  return 0
}

/** A backup holds every secret of the panel: the owner reads in the activity log that one was made. */
async function noteBackup(target: Target, log: Log): Promise<void> {
  const actor = { ...systemActor, name: userInfo().username, via: 'command-line' } as const
  await using database = openPools(target)
  await database
    .withSystem((tx) => record(tx, actor, { action: 'panel.backup' }))
    .catch((error: unknown) => log.warn('The backup could not be noted in the activity log', { error }))
}

/** Also for the backup that `stellar upgrade` makes. */
export async function write(
  destination: Writable,
  secret: BackupSecret,
  fill: (add: (name: string, bytes: Buffer) => Promise<void>) => Promise<BackupReport>,
): Promise<BackupReport> {
  let report: BackupReport | undefined
  try {
    await writeArchive(destination, secret, async (add) => {
      report = await fill(add)
    })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'ENOSPC' && code !== 'EDQUOT' && code !== 'EPIPE') throw error
    const why = code === 'EPIPE' ? 'whoever read it went away' : 'the disk is full'
    throw new PublicError('backup-not-written', `The backup could not be written: ${why}.`, {
      hint: 'Nothing is left of it. Give it another place: stellar backup FILE.',
      cause: error,
    })
  }
  if (!report) throw new Error('a backup was written without a report')
  return report
}

/** PostgreSQL is not started, and no cluster made, where no panel ever was. */
async function refuseEmpty({ environment: { databaseUrl, dataDirectory } }: LoadedConfig): Promise<void> {
  if (databaseUrl !== undefined) return
  const cluster = join(dataDirectory, 'panel/postgres/cluster')
  if (await stat(cluster).catch(() => undefined)) return
  throw new PublicError('no-panel', `There is no panel in ${dataDirectory}.`, {
    hint: 'Check STELLAR_DATA: stellar config show.',
  })
}

/** With the one of before, one a line: a value that waits to be sealed anew must be readable where this is restored. */
async function readSecretKeys(
  dataDirectory: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const present = await readSecretKey(dataDirectory, env)
  if (present === undefined) return undefined
  const given = env['STELLAR_SECRET_KEY']?.trim() || env['STELLAR_SECRET_KEY_FILE']?.trim()
  const former = given
    ? env['STELLAR_SECRET_KEY_OLD']?.trim() || (await readKeyFile(env['STELLAR_SECRET_KEY_OLD_FILE']?.trim()))
    : await readKeyFile(formerOf(join(dataDirectory, 'panel/secret.key')))
  return former ? `${present.trim()}\n${former.trim()}\n` : present
}

/** As text, for the archive: from wherever the panel reads it. */
export async function readSecretKey(
  dataDirectory: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const given = env['STELLAR_SECRET_KEY']?.trim()
  if (given) return given
  return await readKeyFile(env['STELLAR_SECRET_KEY_FILE']?.trim() || join(dataDirectory, 'panel/secret.key'))
}

async function readKeyFile(path: string | undefined): Promise<string | undefined> {
  if (!path) return undefined
  return await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new PublicError('backup-source', `${path} cannot be read: ${messageOf(error)}.`, { cause: error })
  })
}

function defaultName(now: number): string {
  return `stellar-${new Date(now).toISOString().slice(0, 16).replace(/[-:]/g, '')}Z.backup`
}
