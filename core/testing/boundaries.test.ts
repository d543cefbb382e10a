// Keeps the linter honest: each row plants one forbidden import, and the linter must refuse it with its reason.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, expect, test } from 'vitest'

const planted: string[] = []
afterEach(() => {
  for (const folder of planted.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** Lints one file with that import, in a new folder below `folder`; returns what the linter says. */
function lint(folder: string, from: string, extension = 'ts'): string {
  const place = mkdtempSync(join(folder, 'planted-'))
  planted.push(place)
  const file = join(place, `planted.${extension}`)
  writeFileSync(file, `import * as planted from '${from}'\nexport const used = planted\n`)
  const { stdout } = spawnSync(process.execPath, [join('node_modules', 'oxlint', 'bin', 'oxlint'), file], {
    encoding: 'utf8',
    timeout: 30_000,
  })
  return stdout
}

test.each([
  ['core/base', '#core/domain/server.ts', 'core/base may import only'],
  ['core/domain', '#core/db/database.ts', 'core/domain may import only'],
  ['core/protocol', '#core/plugins/plugin.ts', 'core/protocol may import only'],
  ['core/backup', '#core/panel/context.ts', 'core/backup may import only'],
  ['core/panel', '#core/node/context.ts', 'core/panel may not import the node'],
  ['core/panel', '#core/testing/services.ts', 'core/panel may not import the node'],
  ['core/panel', 'drizzle-orm', 'only core/db and store files speak SQL'],
  ['core/panel', 'ws', 'only the link and the console socket'],
  ['core/node', '#core/panel/context.ts', 'core/node may not import the panel'],
  ['core/node', '#core/db/database.ts', 'core/node may not import the panel'],
  ['core/node', '#views/models.ts', 'core/node may not import the panel'],
  ['core/node', 'dockerode', 'only plugins/drivers/docker speaks to Docker'],
  ['core/cli/client', '#core/panel/context.ts', 'core/cli/client may import only'],
  ['core/cli/client', '#core/db/database.ts', 'it speaks API v1 and nothing else'],
  ['views', '#core/permissions/can.ts', 'views are functions of their props'],
  ['views', '#core/panel/context.ts', 'views are functions of their props'],
  ['plugins/blueprints', '#core/domain/server.ts', 'a built-in plugin uses only stellar/plugin'],
  ['plugins/blueprints', 'dockerode', 'only plugins/drivers/docker speaks to Docker'],
])('%s must not import %s', (folder, from, reason) => {
  expect(lint(folder, from)).toContain(reason)
})

test.each([
  ['core/panel', '#core/domain/server.ts'],
  ['core/node', '#core/protocol/version.ts'],
  ['views', '#core/domain/server.ts'],
  ['views', '#core/permissions/catalogue.ts'],
  ['plugins/drivers/docker', 'dockerode'],
])('%s may import %s', (folder, from) => {
  const said = lint(folder, from)
  expect(said, basename(folder)).not.toContain('no-restricted-imports')
  // The linter ran at all: it names how many files it saw.
  expect(said).toMatch(/on 1 file/)
})
