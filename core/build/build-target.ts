// One executable for one target, from the tree as it lies there.
import { createHash, randomUUID } from 'node:crypto'
import { chmod, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { bundle } from './bundle.ts'
import { makeWithPkg } from './pkg.ts'
import { buildCache } from './places.ts'
import type { Packing } from './postgres.ts'
import { makeSingleExecutable } from './single-executable.ts'
import { stage } from './stage.ts'
import type { Target } from './targets.ts'

const packagers = { sea: makeSingleExecutable, pkg: makeWithPkg }
export type Packager = keyof typeof packagers

interface StageOptions {
  readonly target: Target
  /** Another than package.json's. */
  readonly version?: string | undefined
  readonly packing?: Packing
}

export interface BuildOptions extends StageOptions {
  readonly file: string
  readonly packager: Packager
}

export interface Built {
  readonly size: number
  readonly sha256: string
}

export function isPackager(name: string): name is Packager {
  return Object.hasOwn(packagers, name)
}

export async function buildTarget(options: BuildOptions): Promise<Built> {
  return await withStage(options, (folder) => pack(folder, options))
}

/** What the program carries, in a folder that is gone afterwards. */
export async function withStage<T>(
  { target, version, packing = 'small' }: StageOptions,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = join(buildCache, `stage-${randomUUID()}`)
  try {
    await stage(folder, target, await bundle(version), packing)
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The file is there whole or not at all: whatever was there runs on undisturbed. */
export async function pack(folder: string, { target, file, packager }: BuildOptions): Promise<Built> {
  const unfinished = `${resolve(file)}.${randomUUID()}.tmp`
  try {
    await mkdir(dirname(unfinished), { recursive: true })
    await packagers[packager](folder, target, unfinished)
    await chmod(unfinished, 0o755)
    const bytes = await readFile(unfinished)
    await rename(unfinished, file)
    return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  } finally {
    await rm(unfinished, { force: true })
  }
}
