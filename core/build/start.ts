/* oxlint-disable no-restricted-globals -- a single executable starts from a CommonJS script; nothing else ever runs this */
// What the single executable starts from. It holds the program twice, whole and as a node alone, and each process loads
// one of them: what it never runs costs a node 10 MB otherwise.
import { compileFunction } from 'node:vm'
import { assetText, viewAsset } from '#core/base/asset.ts'
import { compiledKey, parameters, scriptFor, scriptKey } from './scripts.ts'

const script = scriptFor(process.argv.slice(2))
const cachedData = viewAsset(compiledKey(script))
const program = compileFunction(assetText(scriptKey(script)), [...parameters], {
  filename: __filename,
  ...(cachedData && { cachedData }),
})
if (program.cachedDataRejected)
  process.emitWarning('The compiled code inside is of no use here: each start takes longer.')
// Its own `require`, which knows the built-in modules alone: nothing beside the executable is ever loaded by its name.
program(require, module, exports, __filename, __dirname)
