// Preloaded by modes.integration.test.ts: writes down every module that this process evaluates.
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'

const folder = process.env.STELLAR_TEST_MODULES
const mode = process.argv.at(2) === 'node' ? 'node' : 'up'
if (folder && process.argv[1]?.endsWith('cli.ts')) {
  registerHooks({
    // Not in a load hook: the one that translates .tsx answers by itself.
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context)
      appendFileSync(join(folder, mode), `${resolved.url}\n`)
      return resolved
    },
  })
}
