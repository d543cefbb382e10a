// The executables for other machines, checked as far as this one can: the Linux one runs in an emulator, the others are
// read. Nobody here has run those.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unpackArchive } from '#core/db/embedded/engine-archive.ts'
import { runCommand } from '#core/testing/command.ts'
import { emptyDatabase } from '#core/testing/database.ts'
import { externalUrl } from '#core/testing/database-server.ts'
import { armEmulator } from '#core/testing/services.ts'
import { startStellar } from '#core/testing/stellar.ts'
import { checkPages } from './ad-hoc-signature.ts'
import { cachedBuild } from './cached-build.ts'
import { readMachO, segment } from './mach-o.ts'
import { openPackage } from './npm-package.ts'
import { hasAuthenticode } from './pe.ts'
import { openPostgres } from './postgres.ts'
import { findTarget } from './targets.ts'

const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'
const built = async (name: string) => readFileSync(await cachedBuild({ target: findTarget(name) }))

describe.skipIf(!armEmulator)(
  'for Linux on arm64 (needs Debian’s qemu-user, libc6-arm64-cross and libstdc++6-arm64-cross)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'stellar-arm-'))
    const emulated = (program: string): [string, ...string[]] => [...(armEmulator ?? ['']), program]
    let program: string
    beforeAll(async () => {
      program = await cachedBuild({ target: findTarget('linux-arm64') })
    }, 300_000)
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    test('it says its version, without a warning', async () => {
      const said = await runCommand(['version'], { data: folder, program: emulated(program) })
      expect(said).toMatchObject({ code: 0, sentences: [], stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
    })

    test.skipIf(!externalUrl())(
      'the panel comes up on a database of its own (needs the test bed)',
      async () => {
        await using database = await emptyDatabase('external')
        await using panel = await startStellar({
          program: emulated(program),
          command: ['panel'],
          environment: { DATABASE_URL: 'url' in database.target ? database.target.url : '' },
        })
        expect((await fetch(`${panel.url}/ready`)).status).toBe(200)
        const page = await fetch(`${panel.url}/sign-in`)
        expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('/static/css/')])
      },
      180_000,
    )

    test('the PostgreSQL that it carries runs and finds its libraries', async () => {
      const packed = await openPostgres(findTarget('linux-arm64'), 'quick')
      await unpackArchive(readFileSync(packed?.archive ?? ''), join(folder, 'engine'))
      const [file, ...args] = emulated(join(folder, 'engine/bin/postgres'))
      const { stdout } = await promisify(execFile)(file, [...args, '--version'])
      expect(stdout).toMatch(/^postgres \(PostgreSQL\) 18\./)
    })
  },
)

describe('for Windows (built, not run)', () => {
  test('it carries the program, and no signature of somebody else', async () => {
    const { root } = await openPackage(findTarget('win-x64').base)
    const file = await built('win-x64')
    expect(hasAuthenticode(readFileSync(join(root, 'bin/node.exe')))).toBe(true)
    expect(hasAuthenticode(file)).toBe(false)
    expect(file.includes(Buffer.from('NODE_SEA_BLOB', 'utf16le'))).toBe(true)
    expect(file.includes(`${fuse}:1`)).toBe(true)
  }, 300_000)
})

describe.each(['macos-arm64', 'macos-x64'])('for %s (built, not run)', (name) => {
  test('it carries the program in a segment of its own, and each page is as its signature says', async () => {
    const file = await built(name)
    const parts = readMachO(file)
    expect(segment(parts, 'NODE_SEA').offset).toBeLessThan(segment(parts, '__LINKEDIT').offset)
    expect(file.includes(`${fuse}:1`)).toBe(true)
    expect(checkPages(file)).toMatchObject({ bad: 0, adHoc: true })
  }, 300_000)
})

test('the checker of signatures agrees with the one that Node’s makers gave theirs', async () => {
  const target = findTarget('macos-arm64')
  const { root } = await openPackage(target.base)
  expect(checkPages(readFileSync(join(root, target.program)))).toMatchObject({ bad: 0, adHoc: false })
}, 120_000)
