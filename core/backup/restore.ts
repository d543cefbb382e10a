// Brings a backup back onto a machine where no panel is: all of it, or nothing.
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { PublicError } from '#core/base/errors.ts'
import type { Target } from '#core/db/client.ts'
import { knownMigrations, loadDatabase } from '#core/db/dump/load.ts'
import { readArchive } from './archive.ts'
import { contentsFormat, countersSchema, type Manifest, manifestSchema, names } from './contents.ts'
import type { BackupSecret } from './key.ts'

export interface Archive {
  /** From its beginning: it is read more than once. */
  open(): Readable
  readonly secret: BackupSecret
}

/** Reads all of it: resolves only when it is whole, unchanged, and of a version this program understands. */
export async function inspectBackup({ open, secret }: Archive): Promise<Manifest> {
  let manifest: Manifest | undefined
  await readArchive(open(), secret, async (name, bytes) => {
    if (!manifest) {
      manifest = readManifest(name, bytes)
      knownMigrations(manifest.database)
    }
  })
  if (!manifest) throw foreign('it is empty')
  return manifest
}

export interface RestoreOptions extends Archive {
  /** What `inspectBackup` found. */
  readonly manifest: Manifest
  readonly target: Target
  readonly dataDirectory: string
  readonly onto: 'empty' | 'replace'
  /** Whether keys, configuration and plugins come back too, or only the database. */
  readonly files: boolean
}

/**
 * What lets somebody in without asking again: signed-in browsers, links in mails, half a sign-in, tokens for new nodes. It
 * may have been ended or used since the backup was made, so none of it comes back.
 */
const passing: ReadonlySet<string> = new Set([
  'sessions',
  'console_tokens',
  'account_tokens',
  'pending_sign_ins',
  'passkey_challenges',
  'provider_flows',
  'enrolment_tokens',
])

/** Reads the archive while it loads, and undoes everything when it turns out wrong after all. */
export async function restoreBackup(options: RestoreOptions): Promise<void> {
  const { open, secret, target, dataDirectory, onto, files, manifest } = options
  const shape = manifest.database
  const staging = join(dataDirectory, `.restore-${randomUUID()}`)
  const placed: string[] = []
  try {
    await loadDatabase(target, { shape, onto }, async (loading) => {
      const tables = new Map(shape.tables.map((table) => [table.name, table]))
      await readArchive(open(), secret, async (name, bytes) => {
        if (name === names.manifest) return
        if (name === names.counters) return await loading.end(countersSchema.parse(JSON.parse(bytes.toString())))
        if (name.startsWith(names.database)) {
          const table = tables.get(name.slice(names.database.length).split('/')[0] ?? '')
          if (!table) throw foreign(`it has rows of no table it names: ${name}`)
          if (passing.has(table.name)) return
          return await loading.rows(table, bytes.toString())
        }
        if (files) await stage(staging, placeOf(name), bytes)
      })
      // Last: a database that does not commit after this takes the files back with it.
      for (const path of await namesIn(staging)) {
        await moveInto(join(staging, path), join(dataDirectory, path))
        placed.push(join(dataDirectory, path))
      }
    })
  } catch (error) {
    for (const path of placed) await rm(path, { recursive: true, force: true })
    throw error
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** What would be overwritten, by paths that exist. */
export async function occupied(dataDirectory: string): Promise<string[]> {
  const there: string[] = []
  for (const path of ['panel/secret.key', 'panel/postgres/cluster', 'stellar.config.ts', 'plugins']) {
    const found = await stat(join(dataDirectory, path)).catch(() => undefined)
    const isEmpty = found?.isDirectory() && (await readdir(join(dataDirectory, path))).length === 0
    if (found && !isEmpty) there.push(join(dataDirectory, path))
  }
  return there
}

function readManifest(name: string, bytes: Buffer): Manifest {
  if (name !== names.manifest) throw foreign('its first entry is no manifest')
  const json: unknown = JSON.parse(bytes.toString())
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined
  if (typeof format === 'number' && format > contentsFormat) {
    throw new PublicError(
      'backup-newer',
      'This backup was made by a newer version of Stellar, in a form this one cannot read.',
      {
        hint: 'Restore it with that version, or a later one.',
      },
    )
  }
  const manifest = manifestSchema.safeParse(json)
  if (!manifest.success) throw foreign('its manifest is not understood')
  return manifest.data
}

/** Where an entry goes beneath the data folder. */
function placeOf(name: string): string {
  if (name === names.secretKey) return 'panel/secret.key'
  if (name === names.config) return 'stellar.config.ts'
  const path = name.startsWith(names.plugins) ? name.split('/') : []
  if (path.length < 2 || path.some((part) => part === '' || part === '.' || part === '..')) {
    throw foreign(`it has an entry of another kind: ${name}`)
  }
  return name
}

async function stage(staging: string, path: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(join(staging, path)), { recursive: true, mode: 0o700 })
  await writeFile(join(staging, path), bytes, { mode: 0o600, flush: true })
}

async function namesIn(staging: string): Promise<string[]> {
  const top = await readdir(staging).catch(() => [])
  // The folder of the panel holds the database too, and is there already.
  return top.map((name) => (name === 'panel' ? 'panel/secret.key' : name))
}

async function moveInto(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  // An empty folder in its place is replaced; anything else was refused before.
  await rename(from, to)
}

function foreign(why: string): PublicError {
  return new PublicError(
    'backup-damaged',
    `The backup is not one that this version of Stellar could have made: ${why}.`,
    {
      hint: 'Nothing was changed.',
    },
  )
}
