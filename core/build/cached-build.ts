// An executable for tests, made once for what is in it: a second run finds it.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Packager, pack, withStage } from './build-target.ts'
import { buildCache, root } from './places.ts'
import { entry, stagedAssets } from './stage.ts'
import { hostTarget, type Target } from './targets.ts'

const shelf = join(buildCache, 'built')
/** 130 MB each. */
const kept = 8

export interface CachedBuildOptions {
  /** This machine's unless given. */
  readonly target?: Target
  readonly packager?: Packager
  /** Another than package.json's. */
  readonly version?: string
}

/** Its path. */
export async function cachedBuild(options: CachedBuildOptions = {}): Promise<string> {
  const { target = hostTarget(), packager = 'sea', version } = options
  return await withStage({ target, version, packing: 'quick' }, async (folder) => {
    const file = join(shelf, `${packager}-${target.name}-${await fingerprint(folder)}`, 'stellar')
    if (!existsSync(file)) await pack(folder, { target, file, packager })
    await utimes(dirname(file), new Date(), new Date())
    await tidy()
    return file
  })
}

/** Of everything that decides about the bytes: what is carried, how it is packed, and the packages. */
async function fingerprint(folder: string): Promise<string> {
  const sum = createHash('sha256')
  for (const key of [entry, ...(await stagedAssets(folder))]) {
    sum.update(`${key}\n`).update(await readFile(join(folder, key)))
  }
  for (const name of (await readdir(join(root, 'core/build'))).filter((name) => name.endsWith('.ts')).toSorted()) {
    sum.update(await readFile(join(root, 'core/build', name)))
  }
  return sum
    .update(await readFile(join(root, 'package-lock.json')))
    .digest('hex')
    .slice(0, 16)
}

async function tidy(): Promise<void> {
  const found = await Promise.all(
    (await readdir(shelf)).map(async (name) => ({ name, usedAt: (await stat(join(shelf, name))).mtimeMs })),
  )
  for (const { name } of found.toSorted((a, b) => b.usedAt - a.usedAt).slice(kept)) {
    await rm(join(shelf, name), { recursive: true, force: true })
  }
}
