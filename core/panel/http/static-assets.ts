// Where static files come from: the tree beside the source, or inside the single executable.
import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asset } from '#core/base/asset.ts'
import type { ReadStatic } from './static.ts'

export const staticAssets: ReadStatic = async (key) => {
  try {
    return asset(`static/${key}`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return undefined
    throw error
  }
}

/**
 * The version as addresses of static files carry it. A checkout changes more often than its number, and browsers keep
 * what carries a version for ever: so it gets a mark of the files, as semver's build metadata.
 */
export function stampedVersion(version: string): string {
  try {
    const root = fileURLToPath(new URL('../../../static/', import.meta.url))
    const mark = createHash('sha256')
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted()) {
      const { size, mtimeMs } = statSync(join(root, name))
      mark.update(`${name} ${size} ${mtimeMs}\n`)
    }
    return `${version}+${mark.digest('hex').slice(0, 8)}`
  } catch {
    // Inside the single executable there is no folder, and its files change with its number alone.
    return version
  }
}
