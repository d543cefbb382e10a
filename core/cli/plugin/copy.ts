// Brings a plugin's files into a folder of ours: from a file, a folder, or a tarball as `npm pack` makes it. Nothing of
// it leaves that folder, nothing is followed, everything is bounded, and nothing is run.
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, lstat, mkdir, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { messageOf, PublicError } from '#core/base/errors.ts'

const mostBytes = 50 * 1024 * 1024
const mostFiles = 5_000
/** Beside a plugin's own files; a folder of links, and what only its author needs. */
const left = new Set(['.git', 'node_modules/.bin'])

class Budget {
  #bytes = 0
  #files = 0

  /** Throws when it is too much. */
  take(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes > mostBytes) throw refused(`it is larger than ${mostBytes / 1024 / 1024} MB`)
  }

  file(): void {
    this.#files++
    if (this.#files > mostFiles) throw refused(`it has more than ${mostFiles} files`)
  }
}

/** Path of the plugin's file or folder below `into`, which is empty. Throws PublicError `plugin-refused`. */
export async function copyPlugin(source: string, into: string): Promise<string> {
  const kind = await lstat(source).catch(() => undefined)
  if (!kind) throw refused(`there is nothing at ${source}`)
  const budget = new Budget()
  if (kind.isDirectory()) {
    const folder = join(into, 'plugin')
    await copyFolder(source, folder, '', budget)
    return folder
  }
  if (!kind.isFile()) throw refused('it is neither a file nor a folder')
  if (/\.(tgz|tar\.gz)$/.test(source)) {
    const folder = join(into, 'plugin')
    await mkdir(folder)
    await unpack(source, folder, budget)
    return folder
  }
  if (!/\.(ts|js|mjs)$/.test(source)) throw refused('it is no .ts, .js, .mjs, .tgz or folder')
  budget.take(kind.size)
  const file = join(into, basename(source))
  await copyFile(source, file)
  return file
}

async function copyFolder(from: string, to: string, path: string, budget: Budget): Promise<void> {
  await mkdir(join(to, path), { recursive: true })
  for (const item of await readdir(join(from, path), { withFileTypes: true })) {
    const below = path === '' ? item.name : `${path}/${item.name}`
    if (left.has(below)) continue
    budget.file()
    if (item.isDirectory()) await copyFolder(from, to, below, budget)
    else if (item.isFile()) {
      budget.take((await lstat(join(from, below))).size)
      await copyFile(join(from, below), join(to, below))
    } else throw refused(`“${below}” is a link or no ordinary file`)
  }
}

/** The first folder of each path, `package` in tarballs of npm, is left away. */
async function unpack(archive: string, into: string, budget: Budget): Promise<void> {
  const entries = extract()
  const reading = pipeline(createReadStream(archive), createGunzip(), entries).catch((error: unknown) => {
    throw error instanceof PublicError ? error : refused(`it is no gzipped tar archive (${messageOf(error)})`)
  })
  const writing = (async () => {
    for await (const entry of entries) {
      const { name, type, size } = entry.header
      const path = pathOf(name)
      budget.file()
      if (type === 'directory') {
        if (path !== '') await mkdir(join(into, path), { recursive: true })
        entry.resume()
        continue
      }
      if (type !== 'file') throw refused(`“${name}” is a link or no ordinary file`)
      if (path === '') throw refused(`“${name}” lies outside the folder that a package has`)
      budget.take(size)
      await mkdir(dirname(join(into, path)), { recursive: true })
      // A second file of the same name is a second opinion on what is installed.
      await pipeline(entry, createWriteStream(join(into, path), { flags: 'wx' })).catch((error: unknown) => {
        throw refused(`“${name}” cannot be unpacked (${messageOf(error)})`)
      })
    }
  })().catch((error: unknown) => {
    entries.destroy()
    throw error
  })
  const [written, read] = await Promise.allSettled([writing, reading])
  if (written.status === 'rejected' && written.reason instanceof PublicError) throw written.reason
  if (read.status === 'rejected') throw read.reason
  if (written.status === 'rejected') throw written.reason
}

function pathOf(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.')
  const wrong = name.startsWith('/') || name.includes('\\') || name.includes('\0') || /^[a-z]:/i.test(name)
  if (wrong || parts.includes('..')) throw refused(`“${name}” would be written outside its folder`)
  return parts.slice(1).join('/')
}

export function refused(why: string): PublicError {
  return new PublicError('plugin-refused', `The plugin was not added: ${why}.`, {
    hint: 'Nothing was changed.',
  })
}
