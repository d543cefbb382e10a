// Lets Node run .tsx from source: it strips types by itself but knows no JSX. Imported with `--import` by the npm
// scripts; the built binary is bundled and never sees it. What was translated and compiled once is kept in node_modules,
// which halves the start and spares the memory of the translators.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire, enableCompileCache, registerHooks } from 'node:module'
import { extname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const cache = join(root, 'node_modules', '.cache', 'stellar')
const require = createRequire(import.meta.url)
/** Part of every key: what another version made, or other options, is made again. */
const options = { loader: 'tsx', format: 'esm', target: 'node24', jsx: 'automatic', jsxImportSource: 'hono/jsx' }
const recipe = JSON.stringify([options, require('esbuild/package.json').version])

/**
 * Node reads a package.json anew for each file that it has to place, and drizzle-orm's has 180 kB of exports for its two
 * hundred files: half of the start, and 150 MB of garbage. What is certain without reading is not asked for.
 */
const certain = new RegExp(
  `^${RegExp.escape(pathToFileURL(root).href)}(?:(?!node_modules/).*|node_modules/(drizzle-orm)/.*)$`,
)
const formats = { '.ts': 'module-typescript', '.tsx': 'module', '.js': 'module', '.mjs': 'module' }

/** They bring gRPC, protobuf and an SSH client with them: 15 MB in each node, and as long again to load. */
const unused = /^\.\/(?:session|buildkit|ssh)$/
const leftOut = new URL('./left-out.cjs', import.meta.url).href

enableCompileCache(cache)
registerHooks({
  resolve(specifier, context, nextResolve) {
    if (unused.test(specifier) && /\/(?:dockerode|docker-modem)\/lib\//.test(context.parentURL ?? ''))
      return { url: leftOut, format: 'commonjs', shortCircuit: true }
    const known =
      context.parentURL && certain.test(context.parentURL) ? placeOf(specifier, context.parentURL) : undefined
    const format = known && formats[extname(known)]
    return format ? { url: known, format, shortCircuit: true } : nextResolve(specifier, context)
  },
  load(url, context, nextLoad) {
    if (!url.endsWith('.tsx')) return nextLoad(url, context)
    return { format: 'module', source: translated(fileURLToPath(url)), shortCircuit: true }
  },
})

/**
 * Of a neighbour, or of `#core/…` and its like as package.json has them.
 * @param {string} specifier @param {string} parent
 */
function placeOf(specifier, parent) {
  if (specifier.startsWith('./') || specifier.startsWith('../')) return new URL(specifier, parent).href
  const [, folder, path] = /^#(core|views|plugins)\/(.+)$/.exec(specifier) ?? []
  return folder && path ? pathToFileURL(join(root, folder, path)).href : undefined
}

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
