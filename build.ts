// `npm run build`: the whole of Stellar as one executable file, from packages of the registry alone.
//
//   npm run build                                          dist/stellar, for this machine
//   npm run build -- --target linux-arm64,win-x64          dist/stellar-linux-arm64, dist/stellar-win-x64.exe
//   npm run build -- --packager pkg                        by the checked alternative
//
// How and why: core/build/README.md.
import { parseArgs } from 'node:util'
import { messageOf } from '#core/base/errors.ts'
import { buildTarget, isPackager } from '#core/build/build-target.ts'
import { findTarget, hostTarget } from '#core/build/targets.ts'

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true, default: [] },
    packager: { type: 'string', default: 'sea' },
    out: { type: 'string', default: 'dist' },
  },
})

const { packager } = values
const names = values.target.flatMap((list) => list.split(',')).filter((name) => name !== '')

try {
  if (!isPackager(packager)) throw new Error(`--packager must be sea or pkg; it is “${packager}”.`)
  // All names are looked at before the first build begins.
  for (const target of names.length > 0 ? names.map(findTarget) : [hostTarget()]) {
    const began = performance.now()
    const suffix = target.platform === 'win32' ? '.exe' : ''
    const file = `${values.out}/${names.length > 0 ? `stellar-${target.name}${suffix}` : 'stellar'}`
    const built = await buildTarget({ target, file, packager })
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    console.log(`${file}  ${(built.size / 1e6).toFixed(1)} MB  sha256 ${built.sha256}  (${seconds} s)`)
  }
} catch (error) {
  console.error(`build: ${messageOf(error)}`)
  process.exitCode = 1
}
