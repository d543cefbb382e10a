// Files that belong to the program (SQL of migrations, static files), by their path from the root of the tree. The one
// door to them: the single executable, which carries them inside, will answer here instead of the disk.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('../../', import.meta.url)

/** `asset('drizzle/meta/_journal.json')`; throws when there is no such file, which is a bug of ours. */
export function asset(key: string): Buffer {
  return readFileSync(fileURLToPath(new URL(key, root)))
}
