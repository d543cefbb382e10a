// The example in README.md is what strangers copy, so it runs.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { silentLog } from '#core/base/log.ts'
import { collectPlugins } from '#core/config/collect-plugins.ts'
import { openPanelRegistry } from '#core/plugins/open.ts'

async function openExample(settings: Readonly<Record<string, unknown>>) {
  const readme = await readFile(new URL('./README.md', import.meta.url), 'utf8')
  const [, example = ''] = /```ts\n(\/\/ data\/plugins\/chess\.ts\n[\s\S]*?)```/.exec(readme) ?? []
  const data = await mkdtemp(join(tmpdir(), 'stellar-readme-'))
  try {
    await mkdir(join(data, 'plugins'))
    await writeFile(join(data, 'plugins/chess.ts'), example)
    const plugins = await collectPlugins({ plugins: [], settings }, data, silentLog)
    return await openPanelRegistry({ plugins, log: silentLog })
  } finally {
    await rm(data, { recursive: true, force: true })
  }
}

test('the example opens, brings its blueprint, and refuses what its settings forbid', async () => {
  await using registry = await openExample({ chess: { forbidden: ['x'] } })
  expect(registry.plugins).toMatchObject([{ name: 'chess', state: 'running', contributes: { blueprints: ['chess'] } }])
  const intention = { blueprintId: 'chess', ownerId: 'o', nodeId: 'n' }
  await expect(registry.ask('server.create', { ...intention, name: 'x' })).rejects.toMatchObject({
    code: 'forbidden-name',
  })
  await expect(registry.ask('server.create', { ...intention, name: 'y' })).resolves.toBeUndefined()
})

test('its settings may be left out, and may not be misspelt', async () => {
  await using without = await openExample({})
  expect(without.plugins).toMatchObject([{ state: 'running' }])
  await using misspelt = await openExample({ chess: { forbiden: [] } })
  expect(misspelt.plugins).toMatchObject([{ state: 'failed', reason: expect.stringContaining('forbiden') }])
})
