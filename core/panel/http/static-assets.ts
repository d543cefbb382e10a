// Where static files come from: the tree beside the source, or inside the single executable.
import { createHash } from 'node:crypto'
import { asset, assetKeys, findAsset } from '#core/base/asset.ts'
import type { ReadStatic } from './static.ts'
import { withImportsInPlace } from './style-sheets.ts'

export const staticAssets: ReadStatic = withImportsInPlace(async (key) => findAsset(`static/${key}`))

/**
 * The version as addresses of static files carry it. A checkout changes more often than its number, and so do builds of
 * it, while browsers keep what carries a version for ever: so it gets a mark of the files, as semver's build metadata.
 */
export function stampedVersion(version: string): string {
  const mark = createHash('sha256')
  for (const key of assetKeys('static/')) mark.update(`${key}\n`).update(asset(key))
  return `${version}+${mark.digest('hex').slice(0, 8)}`
}
