// The program as scripts. CommonJS, since that is what a single executable starts from. Without their white space, which
// costs each process 5 MB of memory; names and short lines stay, so that a stack trace can be read.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { root } from './places.ts'
import type { Script } from './scripts.ts'

export interface Bundle {
  /** What the executable starts from: it chooses one of the others. */
  readonly start: string
  readonly scripts: Readonly<Record<Script, string>>
  /** Source files that went in, from the root of the tree. */
  readonly inputs: readonly string[]
}

/** `version`: another than package.json's, e.g. for a test of an upgrade. */
export async function bundle(version?: string): Promise<Bundle> {
  const [start, whole, node] = await Promise.all([
    makeScript('core/build/start.ts', version, []),
    makeScript('core/cli.ts', version, []),
    makeScript('core/cli.ts', version, [nodeAlone]),
  ])
  const inputs = new Set([start, whole, node].flatMap((made) => made.inputs))
  return {
    start: start.code,
    scripts: { whole: whole.code, node: node.code },
    inputs: [...inputs].toSorted(),
  }
}

interface Made {
  readonly code: string
  readonly inputs: readonly string[]
}

async function makeScript(entry: string, version: string | undefined, plugins: readonly Plugin[]): Promise<Made> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: 'stellar.cjs',
    write: false,
    bundle: true,
    metafile: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    legalComments: 'eof',
    minifyWhitespace: true,
    lineLimit: 120,
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    plugins: [...plugins, leftOut, manifest(version)],
    logLevel: 'silent',
  })
  if (result.warnings.length > 0)
    throw new Error(`The bundle has warnings: ${JSON.stringify(result.warnings, null, 2)}`)
  const [file] = result.outputFiles
  if (!file) throw new Error('esbuild made no file.')
  return { code: inAscii(file.text), inputs: Object.keys(result.metafile.inputs) }
}

/**
 * esbuild leaves a few letters in comments, patterns and tagged templates as they are, and one of them is enough for V8 to
 * keep the whole script with two bytes for each: 6 MB in every process.
 */
function inAscii(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * Not carried: native addons, which ssh2 tries and does without, and the client of BuildKit, which only building images
 * would use and which brings gRPC with it. Carried but asleep until somebody names an engine by `ssh://`: the SSH client
 * behind docker-modem, which costs each node megabytes.
 */
const leftOut: Plugin = {
  name: 'left-out',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.node$|^cpu-features$/ }, ({ path }) => ({ path, namespace: 'missing' }))
    onResolve({ filter: /^\.\/(session|buildkit)$/ }, ({ path, resolveDir }) =>
      /[\\/]dockerode[\\/]lib$/.test(resolveDir) ? { path, namespace: 'unusable' } : undefined,
    )
    onResolve({ filter: /^\.\/ssh$/ }, ({ path, resolveDir, namespace }) =>
      namespace === 'file' && /[\\/]docker-modem[\\/]lib$/.test(resolveDir)
        ? { path, namespace: 'asleep', pluginData: { resolveDir } }
        : undefined,
    )
    onLoad({ filter: /^/, namespace: 'missing' }, ({ path }) => ({ contents: refusal(path) }))
    onLoad({ filter: /^/, namespace: 'unusable' }, ({ path }) => ({
      contents: `module.exports = () => { ${refusal(path)} }`,
    }))
    onLoad({ filter: /^/, namespace: 'asleep' }, ({ path, pluginData: { resolveDir } }) => ({
      contents: `module.exports = (...given) => require(${JSON.stringify(path)})(...given)`,
      resolveDir,
    }))
  },
}

/** Of the tables of commands only `node` can be run: scripts.ts sends everything else to the whole program. */
const nodeAlone: Plugin = {
  name: 'node-alone',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\// }, ({ path, kind, importer }) =>
      kind === 'dynamic-import' &&
      /[\\/]core[\\/]cli[\\/]([a-z]+-)?commands\.ts$/.test(importer) &&
      path !== './node.ts'
        ? { path, namespace: 'elsewhere' }
        : undefined,
    )
    onLoad({ filter: /^/, namespace: 'elsewhere' }, ({ path }) => ({ contents: refusal(path) }))
  },
}

/** Of package.json the program needs no more than this. */
function manifest(version: string | undefined): Plugin {
  return {
    name: 'manifest',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]package\.json$/ }, async ({ path }) => {
        if (path !== join(root, 'package.json')) return undefined
        const whole = JSON.parse(await readFile(path, 'utf8')) as Readonly<Record<string, unknown>>
        const { name, dependencies, devDependencies } = whole
        const carried = { name, version: version ?? whole['version'], dependencies, devDependencies }
        return { loader: 'json', contents: JSON.stringify(carried) }
      })
    },
  }
}

function refusal(path: string): string {
  return `throw new Error(${JSON.stringify(`${path} is not part of the single executable`)})`
}
