// Preloaded by modes.integration.test.ts: writes down every module that this process evaluates.
import { appendFileSync } from 'node:fs'
import module, { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'

const folder = process.env.STELLAR_TEST_MODULES
const mode = process.argv.at(2) === 'node' ? 'node' : 'up'
const { registerHooks } = module

const recorder = {
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context)
    appendFileSync(join(folder, mode), `${resolved.url}\n`)
    return resolved
  },
}

if (folder && process.argv[1]?.endsWith('cli.ts')) {
  // The youngest hook is asked first, and those of tsx.mjs answer by themselves: whoever registers gets this one on top.
  module.registerHooks = (hooks) => {
    const registered = registerHooks(hooks)
    registerHooks(recorder)
    return registered
  }
  syncBuiltinESMExports()
}
