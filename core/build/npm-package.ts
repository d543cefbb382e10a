// A package of the registry as a folder: the installed one, or, for another platform, which npm does not install here,
// fetched by `npm pack` and compared with its checksum before a byte of it is used.
import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { z } from 'zod'
import { buildCache, root } from './places.ts'
import { run } from './run.ts'
import type { Pinned, Target } from './targets.ts'

const lockfile = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
})
const manifest = z.object({ version: z.string() })

export interface Package {
  readonly root: string
  readonly version: string
}

export async function openPackage(wanted: Pinned): Promise<Package> {
  const { name, version, integrity } = await pinned(wanted)
  const installed = join(root, 'node_modules', name)
  if (existsSync(join(installed, 'package.json'))) {
    const found = manifest.parse(JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')))
    if (found.version === version) return { root: installed, version }
  }
  const kept = join(buildCache, 'packages', `${name.replace('/', '+')}-${version}`)
  if (!existsSync(kept)) await fetchPackage(name, version, integrity, kept)
  return { root: kept, version }
}

/** The Node of this machine that makes blobs and compiles for that target. */
export async function openBlobMaker(target: Target): Promise<string> {
  const { root: folder } = await openPackage(target.blobMaker)
  return join(folder, 'bin/node')
}

async function pinned({ name, version, integrity }: Pinned): Promise<Required<Pinned>> {
  if (version !== undefined && integrity !== undefined) return { name, version, integrity }
  const { packages } = lockfile.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')))
  const locked = packages[`node_modules/${name}`]
  if (locked?.version === undefined || locked.integrity === undefined)
    throw new Error(`package-lock.json does not name ${name} with version and checksum.`)
  return { name, version: locked.version, integrity: locked.integrity }
}

async function fetchPackage(name: string, version: string, integrity: string, target: string): Promise<void> {
  const place = `${target}.${randomUUID()}`
  await mkdir(place, { recursive: true })
  try {
    const said = await run('npm', ['pack', `${name}@${version}`, '--pack-destination', place, '--silent'], root)
    const file = join(place, said.trim().split('\n').at(-1) ?? '')
    const sum = createHash('sha512')
    await pipeline(createReadStream(file), sum)
    const came = `sha512-${sum.digest('base64')}`
    if (came !== integrity)
      throw new Error(`${name}@${version} is not what is pinned: expected ${integrity}, came ${came}.`)
    await unpack(file, join(place, 'package'))
    await rename(join(place, 'package'), target).catch((error: unknown) => {
      // Another build was quicker.
      if (!existsSync(target)) throw error
    })
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

async function unpack(file: string, target: string): Promise<void> {
  const entries = extract()
  const read = pipeline(createReadStream(file), createGunzip(), entries)
  const written = (async () => {
    for await (const entry of entries) {
      const { name, type, mode } = entry.header
      const path = join(target, name.replace(/^[^/]+\//, ''))
      if (type === 'file' && path.startsWith(target)) {
        await mkdir(dirname(path), { recursive: true })
        await pipeline(entry, createWriteStream(path))
        await chmod(path, mode ?? 0o644)
      } else entry.resume()
    }
  })()
  await Promise.all([read, written])
}
