// Lets Node run .tsx from source: it strips types by itself but knows no JSX. Imported with `--import` by the npm
// scripts; the built binary is bundled and never sees it. What was translated and compiled once is kept in node_modules,
// which halves the start and spares the memory of the translators.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire, enableCompileCache, registerHooks } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const cache = join(root, 'node_modules', '.cache', 'stellar')
const require = createRequire(import.meta.url)
/** Part of every key: what another version made, or other options, is made again. */
const options = { loader: 'tsx', format: 'esm', target: 'node24', jsx: 'automatic', jsxImportSource: 'hono/jsx' }
const recipe = JSON.stringify([options, require('esbuild/package.json').version])

enableCompileCache(cache)
registerHooks({
  load(url, context, nextLoad) {
    if (!url.endsWith('.tsx')) return nextLoad(url, context)
    return { format: 'module', source: translated(fileURLToPath(url)), shortCircuit: true }
  },
})

/** @param {string} path */
function translated(path) {
  const source = readFileSync(path, 'utf8')
  const mark = `//${createHash('sha256').update(recipe).update(path).update(source).digest('base64url')}\n`
  // One file for each module, so that edits do not pile up.
  const kept = join(cache, 'tsx', `${relative(root, path).replace(/[^\w.-]+/g, '+')}.mjs`)
  const known = read(kept)
  if (known?.startsWith(mark)) return known.slice(mark.length)
  // Asked for here: once everything is kept, the compiler is not even loaded.
  const { transformSync } = require('esbuild')
  const { code } = transformSync(source, { ...options, sourcefile: path, sourcemap: 'inline' })
  keep(kept, mark + code)
  return code
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * Whole or not at all, also when two processes start at once. A tree that cannot be written is run all the same.
 * @param {string} path
 * @param {string} text
 */
function keep(path, text) {
  try {
    mkdirSync(join(cache, 'tsx'), { recursive: true })
    writeFileSync(`${path}.${process.pid}`, text)
    renameSync(`${path}.${process.pid}`, path)
  } catch {
    // The next start translates it again.
  }
}
