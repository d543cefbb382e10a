// Everything the program carries, laid out as the source tree is, so that a file's key is its path from the root.
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { bcryptKey } from '#core/auth/bcrypt.ts'
import { version } from '#core/base/version.ts'
import { makeTypes } from '#core/cli/plugin/sdk-types.ts'
import { typesKey } from '#core/cli/plugin/types-key.ts'
import { archiveFolder, archiveName } from '#core/db/embedded/engine-archive.ts'
import type { Bundle } from './bundle.ts'
import { layScripts } from './compile.ts'
import { componentsOf } from './components.ts'
import { notices, noticesKey } from './notices.ts'
import { root } from './places.ts'
import { openPostgres, type Packing } from './postgres.ts'
import type { Target } from './targets.ts'

/** It lies as deep as the source files that look for the root of the tree. */
export const entry = 'core/base/stellar.cjs'

/** Folders of the tree that `asset()` is asked for. */
const carried = ['static', 'drizzle']

/** Never carried: sources of the database's history that only drizzle-kit reads, and tests. */
const notCarried = /\.test\.ts$|_snapshot\.json$|README\.md$/

export async function stage(
  folder: string,
  target: Target,
  { start, scripts, inputs }: Bundle,
  packing: Packing,
): Promise<void> {
  await mkdir(join(folder, dirname(entry)), { recursive: true })
  await writeFile(join(folder, entry), start)
  await layScripts(folder, target, scripts)
  for (const name of carried) {
    await cp(join(root, name), join(folder, name), { recursive: true, filter: (path) => !notCarried.test(path) })
  }
  const types = makeTypes(root)
  if (types === undefined) throw new Error('The types for plugins need the compiler: run `npm ci`.')
  await mkdir(join(folder, dirname(typesKey)), { recursive: true })
  await writeFile(join(folder, typesKey), types)
  // Run in a thread by core/auth/bcrypt.ts, which has nothing but files there.
  await mkdir(join(folder, dirname(bcryptKey)), { recursive: true })
  await cp(join(root, bcryptKey), join(folder, bcryptKey))
  const own = await readFile(join(root, 'LICENSE'), 'utf8')
  await writeFile(join(folder, noticesKey), notices(version, own, await componentsOf(target, inputs)))
  const postgres = await openPostgres(target, packing)
  if (!postgres) return
  await mkdir(join(folder, archiveFolder), { recursive: true })
  await cp(postgres.archive, join(folder, archiveFolder, archiveName))
  await writeFile(join(folder, archiveFolder, 'version'), `${postgres.version}\n`)
}

/** All files in it but the entry, sorted, by their keys. */
export async function stagedAssets(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((found) => found.isFile())
    .map((found) => relative(folder, join(found.parentPath, found.name)).replaceAll('\\', '/'))
    .filter((key) => key !== entry)
    .toSorted()
}
