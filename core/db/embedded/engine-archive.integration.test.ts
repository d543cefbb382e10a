// The PostgreSQL archive of the single executable: what comes out is what went in.
import { mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packArchive, unpackArchive } from './engine-archive.ts'
import type { EngineFile } from './engine-files.ts'

let folder: string
let files: EngineFile[]
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stellar-archive-'))
  await writeFile(join(folder, 'program'), Buffer.alloc(300_000, 'abcdefg'))
  await writeFile(join(folder, 'empty'), '', { mode: 0o600 })
  files = [
    { kind: 'folder', path: '' },
    { kind: 'folder', path: 'lib' },
    { kind: 'file', path: 'lib/libx.so.1.2', from: join(folder, 'program'), mode: 0o644 },
    { kind: 'link', path: 'lib/libx.so.1', to: 'libx.so.1.2' },
    { kind: 'folder', path: 'bin' },
    { kind: 'file', path: 'bin/postgres', from: join(folder, 'program'), mode: 0o755 },
    { kind: 'file', path: 'empty', from: join(folder, 'empty'), mode: 0o644 },
  ]
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('gives back files, modes and links, whatever the umask', async () => {
  await packArchive(files, join(folder, 'engine'))
  const target = join(folder, 'out')
  const before = process.umask(0o077)
  try {
    await unpackArchive(await readFile(join(folder, 'engine')), target)
  } finally {
    process.umask(before)
  }
  const mode = async (path: string) => (await stat(join(target, path))).mode & 0o777
  expect(await readFile(join(target, 'bin/postgres'))).toEqual(await readFile(join(folder, 'program')))
  expect(await readlink(join(target, 'lib/libx.so.1'))).toBe('libx.so.1.2')
  expect([await mode('bin/postgres'), await mode('lib/libx.so.1.2'), await mode('lib'), await mode('empty')]).toEqual([
    0o755, 0o644, 0o755, 0o644,
  ])
  expect((await stat(join(target, 'empty'))).size).toBe(0)
})

test('is the same bytes when it is packed again later', async () => {
  await packArchive(files, join(folder, 'one'))
  await writeFile(join(folder, 'empty'), '')
  await packArchive(files, join(folder, 'other'))
  expect(await readFile(join(folder, 'one'))).toEqual(await readFile(join(folder, 'other')))
})

test.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 20)],
  ['changed', (bytes: Buffer) => bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 4)],
])('is refused when it is %s', async (_, damage) => {
  await packArchive(files, join(folder, 'whole'))
  const bytes = damage(await readFile(join(folder, 'whole')))
  await expect(unpackArchive(bytes, join(folder, 'damaged'))).rejects.toThrow()
})
