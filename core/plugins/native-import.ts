// Imports a file with the runtime's own loader, giving it the host's instance of the SDK. One way for source, tests
// and the built binary, whose own `import()` knows only built-in modules: a module that came through a hook has the
// ordinary loader.
import { createRequire, registerHooks } from 'node:module'
import * as sdk from './sdk.ts'

const sdkUrl = 'stellar-host:sdk'
const loaderUrl = 'stellar-host:loader'
const shelf = Symbol.for('stellar.sdk')

type Import = (url: string) => Promise<Readonly<Record<string, unknown>>>
let loader: Import | undefined

/** Rejects when the module has not finished evaluating before the deadline. */
export async function importNatively(url: string, deadlineMs: number): Promise<Readonly<Record<string, unknown>>> {
  loader ??= installHooks()
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

function installHooks(): Import {
  Reflect.set(globalThis, shelf, sdk)
  const exports = Object.keys(sdk).map((name) => `export const ${name} = sdk[${JSON.stringify(name)}]`)
  const sources: Readonly<Record<string, string>> = {
    [sdkUrl]: [`const sdk = globalThis[Symbol.for('stellar.sdk')]`, ...exports].join('\n'),
    [loaderUrl]: 'export const load = (url) => import(url)',
  }
  registerHooks({
    resolve(specifier, context, next) {
      const url = specifier === 'stellar/plugin' ? sdkUrl : specifier === loaderUrl ? loaderUrl : undefined
      return url ? { url, format: 'module', shortCircuit: true } : next(specifier, context)
    },
    load(url, context, next) {
      const source = sources[url]
      return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true }
    },
  })
  const required: unknown = createRequire(import.meta.url)(loaderUrl)
  if (typeof required !== 'object' || required === null || !('load' in required)) {
    throw new Error('the loader of plugins did not load')
  }
  return required.load as Import
}
