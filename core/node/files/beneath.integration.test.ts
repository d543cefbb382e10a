// The links that a game may plant: every verb, every kind of link, every place (attack list, rows 1–5), and a race.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Beneath, components, openBeneath } from './beneath.ts'

const isRoot = process.getuid?.() === 0
const owner = isRoot ? { uid: 1234, gid: 1235 } : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

describe('files beneath a directory', () => {
  let place: string
  let root: string
  let outside: string
  let files: Beneath

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'stellar-beneath-'))
    root = join(place, 'data')
    outside = join(place, 'outside')
    await mkdir(join(root, 'inside'), { recursive: true })
    await mkdir(join(outside, 'folder'), { recursive: true })
    await writeFile(join(outside, 'secret'), 'secret')
    await writeFile(join(outside, 'folder/secret'), 'secret')
    await writeFile(join(root, 'inside/file'), 'hello')
    files = await openBeneath(root)
  })
  afterEach(async () => {
    await files[Symbol.asyncDispose]()
    await rm(place, { recursive: true, force: true })
  })

  /** Nothing outside was read, changed, made or given away. */
  async function untouched(): Promise<void> {
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret')
    expect((await readdir(outside, { recursive: true })).sort()).toEqual(['folder', 'folder/secret', 'secret'])
    for (const path of ['secret', 'folder', 'folder/secret']) {
      expect((await stat(join(outside, path))).uid, path).toBe(process.getuid?.())
    }
  }

  it('are read and written, with directories made on the way', async () => {
    expect((await files.read('inside/file', 100))?.toString()).toBe('hello')
    await files.write('new/deep/file', 'there', owner)
    expect(await readFile(join(root, 'new/deep/file'), 'utf8')).toBe('there')
    for (const path of ['new', 'new/deep', 'new/deep/file'])
      expect((await stat(join(root, path))).uid, path).toBe(owner.uid)
    expect(await readdir(join(root, 'new/deep'))).toEqual(['file'])
    expect(await files.read('inside/absent', 100)).toBeUndefined()
    expect(await files.read('absent/file', 100)).toBeUndefined()
  })

  it('keep their mode when they are replaced', async () => {
    await writeFile(join(root, 'inside/file'), 'x', { mode: 0o600 })
    await chmod(join(root, 'inside/file'), 0o604)
    await files.write('inside/file', 'y', owner)
    expect((await stat(join(root, 'inside/file'))).mode & 0o777).toBe(0o604)
  })

  const links: [string, (at: string) => Promise<void>][] = [
    ['an absolute link to a file', (at) => symlink(join(outside, 'secret'), at)],
    ['a relative link to a file', (at) => symlink('../outside/secret', at)],
    ['a link to a directory', (at) => symlink(join(outside, 'folder'), at)],
    ['a dangling link', (at) => symlink(join(outside, 'made-by-following'), at)],
    [
      'a chain of links',
      async (at) => {
        await symlink(join(outside, 'folder'), `${at}-2`)
        await symlink(`${at}-2`, at)
      },
    ],
    ['a loop', (at) => symlink(at, at)],
    ['a link to the root', (at) => symlink('/', at)],
    ['a link that stays inside', (at) => symlink('inside', at)],
  ]

  describe.each(links)('with %s', (_name, plant) => {
    it('refuse to read, and to write, through it or at it', async () => {
      await plant(join(root, 'link'))
      for (const path of ['link', 'link/secret', 'link/made', 'link/secret/deeper', 'link/../inside']) {
        await expect(files.read(path, 1000), path).rejects.toMatchObject({ code: 'path-refused' })
        await expect(files.write(path, 'changed', owner), path).rejects.toMatchObject({ code: 'path-refused' })
      }
      await untouched()
    })

    it('give away, measure and empty without following it', async () => {
      await plant(join(root, 'inside/link'))
      await files.own(owner)
      expect((await lstat(join(root, 'inside/link'))).uid).toBe(owner.uid)
      expect((await files.size(1000, AbortSignal.timeout(1000))).bytes).toBeLessThan(20_000)
      await files.empty()
      expect(await readdir(root)).toEqual([])
      await untouched()
    })
  })

  it.each([
    '',
    '/',
    '.',
    '..',
    '../outside/secret',
    'inside/../../outside/secret',
    '/etc/passwd',
    'a\0b',
    'x'.repeat(300),
    'a/'.repeat(100),
  ])('refuse the path “%s”', async (path) => {
    await expect(files.read(path, 1000)).rejects.toMatchObject({ code: 'path-refused' })
    await expect(files.write(path, '', owner)).rejects.toMatchObject({ code: 'path-refused' })
  })

  it('take every other name for what it is, dots and backslashes included', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 5 }), (parts) => {
        let found: readonly string[] = []
        try {
          found = components(parts.join('/'))
        } catch {
          return
        }
        for (const part of found)
          expect(['', '.', '..'].includes(part) || part.includes('/') || part.includes('\0')).toBe(false)
      }),
    )
  })

  it('refuse what is no regular file, without waiting for it', async () => {
    await once(spawn('mkfifo', [join(root, 'pipe')]), 'close')
    await expect(files.read('pipe', 100)).rejects.toMatchObject({ code: 'path-refused' })
    await expect(files.read('inside', 100)).rejects.toMatchObject({ code: 'path-refused' })
    await expect(files.write('pipe', '', owner)).rejects.toMatchObject({ code: 'path-refused' })
    await expect(files.write('inside', '', owner)).rejects.toMatchObject({ code: 'path-refused' })
  })

  it('refuse more than asked for, sparse or not', async () => {
    await truncate(join(root, 'inside/file'), 2 ** 32)
    await expect(files.read('inside/file', 8 * 1024 ** 2)).rejects.toMatchObject({ code: 'path-refused' })
  })

  it('count hard-linked files once and sparse ones for what they take', async () => {
    await writeFile(join(root, 'big'), Buffer.alloc(1_000_000, 1))
    await link(join(root, 'big'), join(root, 'again'))
    await writeFile(join(root, 'sparse'), '')
    await truncate(join(root, 'sparse'), 2 ** 40)
    const { bytes, complete } = await files.size(1000, AbortSignal.timeout(5000))
    expect(complete).toBe(true)
    expect(bytes).toBeGreaterThan(1_000_000)
    expect(bytes).toBeLessThan(1_200_000)
    expect((await files.size(2, AbortSignal.timeout(5000))).complete).toBe(false)
  })

  it('empty what is nested deeper than there are handles', async () => {
    const depth = 3000
    await once(
      spawn('perl', [
        '-e',
        `chdir ${JSON.stringify(root)}; for (1..${depth}) { mkdir "d"; chdir "d" } open my $f, ">", "end"`,
      ]),
      'close',
    )
    await files.empty()
    expect(await readdir(root)).toEqual([])
  })

  it('never lead outside while a game swaps a directory for a link', async () => {
    await mkdir(join(root, 'swap'))
    await writeFile(join(root, 'swap/secret'), 'inside')
    await symlink(join(outside, 'folder'), join(root, 'swap-link'))
    const swapper = new Worker(
      `const { renameSync, rmSync } = require('node:fs'), { workerData: root, parentPort } = require('node:worker_threads')
       parentPort.postMessage('ready')
       // A directory made between two steps is in the way: it goes.
       function move(from, to) { try { renameSync(root + from, root + to) } catch { clear() } }
       // What is written into it meanwhile makes the removal fail: the next round tries again.
       function clear() { try { rmSync(root + '/swap', { recursive: true, force: true }) } catch {} }
       function round() {
         for (let i = 0; i < 200; i++) { move('/swap', '/swap-dir'); move('/swap-link', '/swap'); move('/swap', '/swap-link'); move('/swap-dir', '/swap') }
         setImmediate(round)
       }
       round()`,
      { eval: true, workerData: root },
    )
    await once(swapper, 'message')
    const outcomes = { inside: 0, refused: 0 }
    const until = Date.now() + 3000
    while (Date.now() < until) {
      try {
        const text = (await files.read('swap/secret', 100))?.toString()
        if (text !== undefined) {
          expect(['inside', 'written']).toContain(text)
          outcomes.inside += 1
        }
        await files.write('swap/secret', 'written', owner)
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/path-refused|ENOENT/) })
        outcomes.refused += 1
      }
    }
    await swapper.terminate()
    await untouched()
    // The race was on: both outcomes were seen.
    expect(outcomes.inside).toBeGreaterThan(0)
    expect(outcomes.refused).toBeGreaterThan(0)
  })
})
