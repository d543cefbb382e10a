// Where the build reads and writes.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top of the source tree. */
export const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '')

/** What a second build finds done: fetched packages, the packed PostgreSQL. Safe to remove. */
export const buildCache = join(root, 'node_modules', '.cache', 'stellar', 'build')
