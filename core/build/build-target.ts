// One executable for one target, from the tree as it lies there.
import { createHash, randomUUID } from 'node:crypto'
import { chmod, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { bundle } from './bundle.ts'
import { buildCache } from './places.ts'
import { makeSingleExecutable } from './single-executable.ts'
import { stage } from './stage.ts'
import type { Target } from './targets.ts'

export interface BuildOptions {
  readonly target: Target
  readonly file: string
}

export interface Built {
  readonly size: number
  readonly sha256: string
}

/** The file is there whole or not at all: whatever was there runs on undisturbed. */
export async function buildTarget({ target, file }: BuildOptions): Promise<Built> {
  const folder = join(buildCache, `stage-${randomUUID()}`)
  const unfinished = `${resolve(file)}.${randomUUID()}.tmp`
  try {
    const bundled = await bundle()
    await stage(folder, target, bundled)
    await mkdir(dirname(resolve(file)), { recursive: true })
    await makeSingleExecutable(folder, target, unfinished)
    await chmod(unfinished, 0o755)
    const bytes = await readFile(unfinished)
    await rename(unfinished, file)
    return { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  } finally {
    await rm(folder, { recursive: true, force: true })
    await rm(unfinished, { force: true })
  }
}
