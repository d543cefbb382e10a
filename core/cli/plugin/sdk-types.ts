// The types of `stellar/plugin` and `stellar/plugin/testing` in one file, as `stellar plugin new` puts it beside a plugin,
// so that an editor knows them without this source tree. Made when the executable is built, and from source when they
// are asked for: the compiler writes one declaration for each module; each becomes a `declare module` block.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'

const entries = {
  'stellar/plugin': 'core/plugins/sdk',
  'stellar/plugin/testing': 'core/plugins/testing',
}

/** `root`: of the source tree. Undefined where there is no compiler, in a tree that was installed for running alone. */
export function makeTypes(root: string): string | undefined {
  const compiler = join(root, 'node_modules/.bin/tsc')
  if (!existsSync(compiler)) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'stellar-types-'))
  try {
    const config = join(folder, 'tsconfig.json')
    const files = Object.values(entries).map((path) => join(root, `${path}.ts`))
    const compilerOptions = {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      outDir: join(folder, 'out'),
      rootDir: root,
      typeRoots: [join(root, 'node_modules/@types')],
    }
    writeFileSync(config, JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files }))
    const made = spawnSync(compiler, ['-p', config], { encoding: 'utf8', timeout: 60_000 })
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
