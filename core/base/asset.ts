// Files that belong to the program (SQL of migrations, static files, the embedded PostgreSQL), by their path from the
// root of the tree. The one door to them: from source they lie on disk, in the single executable inside it.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { singleFile } from './single-file.ts'

const root = new URL('../../', import.meta.url)
// The checked alternative packager answers through the file system, as if the tree were there.
const inside = 'pkg' in process ? undefined : singleFile

/** `asset('drizzle/meta/_journal.json')`; throws when there is no such file, which is a bug of ours. */
export function asset(key: string): Buffer {
  const found = findAsset(key)
  if (!found) throw new Error(`The program carries no file ${key}.`)
  return found
}

/** Undefined when there is no such file. */
export function findAsset(key: string): Buffer | undefined {
  const found = viewAsset(key)
  return inside && found ? Buffer.from(found) : found
}

/** The text of a file of ASCII alone. */
export function assetText(key: string): string {
  const found = viewAsset(key)
  if (!found) throw new Error(`The program carries no file ${key}.`)
  return found.toString('latin1')
}

/**
 * For reading alone: what lies in the executable is not copied, and one attempt to write to it would end the process
 * without a word.
 */
export function viewAsset(key: string): Buffer | undefined {
  if (inside) return inside.getAssetKeys().includes(key) ? Buffer.from(inside.getRawAsset(key)) : undefined
  try {
    return readFileSync(fileURLToPath(new URL(key, root)))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined
    throw error
  }
}

/** Keys of all files beneath a folder such as `static/`, sorted. */
export function assetKeys(folder: string): string[] {
  if (inside)
    return inside
      .getAssetKeys()
      .filter((key) => key.startsWith(folder))
      .toSorted()
  return walk(folder.replace(/\/$/, '')).toSorted()
}

/** By names alone: the alternative packager's file system knows no other way of listing. */
function walk(key: string): string[] {
  const path = fileURLToPath(new URL(key, root))
  return statSync(path).isFile() ? [key] : readdirSync(path).flatMap((name) => walk(`${key}/${name}`))
}
