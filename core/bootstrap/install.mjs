// Makes sure that node_modules holds what package-lock.json says; `npm start` and `npm test` run it first.
// Plain JavaScript for whichever Node npm itself runs on: nothing is installed yet when it starts.
//
//   node core/bootstrap/install.mjs          what running needs
//   node core/bootstrap/install.mjs --dev    what testing needs as well
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const stamp = join(root, 'node_modules', '.stellar-installed')
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')
const needsDev = process.argv.includes('--dev')

const [have, kind] = existsSync(stamp) ? readFileSync(stamp, 'utf8').trim().split(' ') : []
if (have === wanted && (kind === 'dev' || !needsDev)) process.exit(0)

console.log(`Installing dependencies${needsDev ? ' for the tests' : ''}; the first time takes about a minute.`)
// A developer's folder keeps its tools when `npm start` finds a newer lockfile.
const dev = needsDev || kind === 'dev'
const { status, error } = spawnSync(
  'npm',
  ['ci', '--ignore-scripts', ...(dev ? [] : ['--omit=dev']), '--loglevel=error'],
  {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  },
)
if (error || status !== 0) {
  console.error(
    'The dependencies could not be installed: npm ci failed (see above). Check the network and disk space, then run the command again.',
  )
  process.exit(1)
}
writeFileSync(stamp, `${wanted} ${dev ? 'dev' : 'run'}\n`)
