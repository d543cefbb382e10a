// Imports a file with the runtime's own loader, giving it the host's instance of the SDK. One way for source, tests
// and the built binary, whose own `import()` knows only built-in modules: a module that came through a hook has the
// ordinary loader.
import { createRequire, registerHooks } from 'node:module'
import { messageOf } from '#core/base/errors.ts'
import * as sdk from './sdk.ts'

const hostUrl = 'stellar-host:'
const loaderUrl = 'stellar-host:loader'
const shelf = Symbol.for('stellar.sdk')

/** What plugins may import of the host, by its specifier. */
const lent = new Map<string, object>([['stellar/plugin', sdk]])

/** Lends one more module; before the first import of a module that asks for it. */
export function lend(specifier: string, module: object): void {
  lent.set(specifier, module)
}

type Import = (url: string) => Promise<Readonly<Record<string, unknown>>>
let loader: Import | undefined

/** Rejects when the module has not finished evaluating before the deadline. */
export async function importNatively(url: string, deadlineMs: number): Promise<Readonly<Record<string, unknown>>> {
  loader ??= 'Deno' in globalThis ? importFromTree : installHooks()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`It did not finish loading within ${deadlineMs / 1000} s.`)),
      deadlineMs,
    ).unref()
  })
  try {
    return await Promise.race([loader(url), late])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Deno's hooks see no import of a module (2.9), so there the SDK is found as the tree's own package: by plugins that lie
 * in the tree, as `./data/plugins` does.
 */
async function importFromTree(url: string): ReturnType<Import> {
  try {
    return (await import(url)) as Awaited<ReturnType<Import>>
  } catch (error) {
    if (!messageOf(error).includes('"stellar/plugin" not a dependency')) throw error
    throw new Error('Under Deno, plugins lie in the source tree, e.g. in ./data/plugins; elsewhere they need Node.', {
      cause: error,
    })
  }
}

function installHooks(): Import {
  Reflect.set(globalThis, shelf, lent)
  registerHooks({
    resolve(specifier, context, next) {
      const url = lent.has(specifier) ? hostUrl + specifier : specifier === loaderUrl ? loaderUrl : undefined
      return url ? { url, format: 'module', shortCircuit: true } : next(specifier, context)
    },
    load(url, context, next) {
      const source = url === loaderUrl ? 'export const load = (url) => import(url)' : lentSource(url)
      return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true }
    },
  })
  const required: unknown = createRequire(import.meta.url)(loaderUrl)
  if (typeof required !== 'object' || required === null || !('load' in required)) {
    throw new Error('the loader of plugins did not load')
  }
  return required.load as Import
}

/** Re-exports the host's own instance, so that classes compare equal. */
function lentSource(url: string): string | undefined {
  const specifier = url.startsWith(hostUrl) ? url.slice(hostUrl.length) : ''
  const module = lent.get(specifier)
  if (!module) return undefined
  const exports = Object.keys(module).map((name) => `export const ${name} = lent[${JSON.stringify(name)}]`)
  const own = `const lent = globalThis[Symbol.for('stellar.sdk')].get(${JSON.stringify(specifier)})`
  return [own, ...exports].join('\n')
}
