// What each mode evaluates, seen by the loader of a process of its own.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const program = (open: string): string => `
  import { registerHooks } from 'node:module'
  const loaded = []
  registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context) } })
  const { default: config } = await import('#config')
  const { ${open} } = await import('#core/plugins/open.ts')
  const log = { error() {}, warn() {}, info() {}, debug() {}, with: () => log }
  const registry = await ${open}({ plugins: config.plugins, log })
  const failed = registry.plugins.filter(({ state }) => state === 'failed')
  console.log(JSON.stringify({ loaded, failed }))
  await registry[Symbol.asyncDispose]()
`

async function modulesOf(open: 'openPanelRegistry' | 'openNodeRegistry'): Promise<string[]> {
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program(open)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000, maxBuffer: 16 * 1024 * 1024 })
  const { loaded, failed } = JSON.parse(stdout) as { loaded: string[]; failed: unknown[] }
  expect(failed).toEqual([])
  expect(loaded.length).toBeGreaterThan(20)
  return loaded
}

test('a panel never evaluates the Docker driver or a game adapter', async () => {
  const loaded = await modulesOf('openPanelRegistry')
  expect(
    loaded.filter((url) => /dockerode|docker-modem|drivers\/docker\/(?!plugin)|games\/[\w-]+\/(?!plugin)/.test(url)),
  ).toEqual([])
  expect(loaded.some((url) => url.endsWith('minecraft-java/paper.ts'))).toBe(true)
  expect(loaded.some((url) => url.endsWith('auth/github/provider.ts'))).toBe(true)
  // Nobody signs in with GitHub here yet.
  expect(loaded.filter((url) => url.includes('arctic'))).toEqual([])
})

test('a node never evaluates a blueprint, the database or a view', async () => {
  const loaded = await modulesOf('openNodeRegistry')
  expect(
    loaded.filter((url) =>
      /blueprints\/[\w-]+\/(?!plugin)|drizzle|core\/db|core\/panel|\/views\/|auth\/[\w-]+\/(?!plugin)|arctic/.test(url),
    ),
  ).toEqual([])
  expect(loaded.some((url) => url.endsWith('drivers/docker/driver.ts'))).toBe(true)
})
