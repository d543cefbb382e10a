// Preloaded by modes.integration.test.ts: writes down every module that this process evaluates.
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join } from 'node:path'

const folder = process.env.STELLAR_TEST_MODULES
const mode = process.argv.at(2) === 'node' ? 'node' : 'up'
if (folder && process.argv[1]?.endsWith('cli.ts')) {
  registerHooks({
    load(url, context, nextLoad) {
      appendFileSync(join(folder, mode), `${url}\n`)
      return nextLoad(url, context)
    },
  })
}
