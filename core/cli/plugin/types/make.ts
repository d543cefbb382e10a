// Makes stellar-plugin.d.ts.txt: the types of `stellar/plugin` and `stellar/plugin/testing` in one file, as
// `stellar plugin new` puts it beside a plugin, so that an editor knows them without this source tree.
//
//   npm run types:plugin
//
// The compiler writes one declaration for each module; each becomes a `declare module` block. Named `.txt` here, or it
// would shadow the real modules of this tree.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, posix, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { typesKey } from './key.ts'

const entries = {
  'stellar/plugin': 'core/plugins/sdk',
  'stellar/plugin/testing': 'core/plugins/testing',
}

export function makeTypes(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stellar-types-'))
  try {
    const config = join(folder, 'tsconfig.json')
    const files = Object.values(entries).map((path) => resolve(`${path}.ts`))
    const compilerOptions = {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      outDir: join(folder, 'out'),
      rootDir: resolve('.'),
      typeRoots: [resolve('node_modules/@types')],
    }
    writeFileSync(config, JSON.stringify({ extends: resolve('tsconfig.json'), compilerOptions, include: [], files }))
    const made = spawnSync(resolve('node_modules/.bin/tsc'), ['-p', config], { encoding: 'utf8', timeout: 60_000 })
    if (made.status !== 0) throw new Error(`the types could not be made:\n${made.stdout}${made.stderr}`)
    return together(join(folder, 'out'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function together(out: string): string {
  const paths = readdirSync(out, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.d.ts'))
    .toSorted()
  const inner = paths.map((path) => moduleBlock(path.slice(0, -'.d.ts'.length), readFileSync(join(out, path), 'utf8')))
  const outer = Object.entries(entries).map(
    ([name, path]) => `declare module '${name}' {\n  export * from '${hidden(path)}'\n}\n`,
  )
  return [
    '// The types of Stellar’s SDK. Made by `stellar plugin new`; a newer Stellar makes newer ones.\n',
    ...outer,
    ...inner,
  ].join('\n')
}

function moduleBlock(path: string, text: string): string {
  const inside = text
    .replace(/^export declare /gm, 'export ')
    .replace(/^declare /gm, '')
    .replace(/(from |import\()(['"])([^'"]+)\2/g, (_, before: string, quote: string, specifier: string) => {
      return `${before}${quote}${rewritten(specifier, path)}${quote}`
    })
    .trimEnd()
  return `declare module '${hidden(path)}' {\n${inside.replace(/^(?=.)/gm, '  ')}\n}\n`
}

/** Imports within the tree name the block of that module; packages stay what they are. */
function rewritten(specifier: string, from: string): string {
  const path = specifier.startsWith('#')
    ? specifier.slice(1)
    : specifier.startsWith('.')
      ? posix.join(dirname(from), specifier)
      : undefined
  return path === undefined ? specifier : hidden(path.replace(/\.tsx?$/, ''))
}

const hidden = (path: string): string => `stellar/plugin:${path}`

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(typesKey, makeTypes())
