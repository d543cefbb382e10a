// `npm run release`: dist/release, ready to be published. README.md here says how.
import { parseArgs } from 'node:util'
import { messageOf } from '#core/base/errors.ts'
import { bundle } from '#core/build/bundle.ts'
import { componentsOf } from '#core/build/components.ts'
import { root } from '#core/build/places.ts'
import { findTarget } from '#core/build/targets.ts'
import { release } from './release.ts'

const { values } = parseArgs({
  options: {
    target: { type: 'string', multiple: true, default: ['linux-x64,linux-arm64,win-x64,macos-arm64,macos-x64'] },
    url: { type: 'string' },
  },
})

try {
  const targets = values.target.flatMap((list) => list.split(',')).filter((name) => name !== '')
  const { inputs } = await bundle()
  const folder = await release({
    root,
    targets: targets.map((name) => findTarget(name).name),
    url: values.url,
    components: async (name) => await componentsOf(findTarget(name), inputs),
    say: (line) => void process.stdout.write(`${line}\n`),
  })
  process.stdout.write(`${folder} is ready.\n`)
} catch (error) {
  process.stderr.write(`release: ${messageOf(error)}\n`)
  process.exitCode = 1
}
