// The one door to a server's files. A path is opened component by component beneath a directory handle and no link is
// ever followed, so that a game which swaps a directory for a link, at any moment, gets nothing but an error.
//
// Linux resolves `/proc/self/fd/<n>/name` relative to the open directory n, whatever has happened to its path since.
import { constants } from 'node:fs'
import { type FileHandle, lchown, lstat, mkdir, open, opendir, readdir, rename, rmdir, unlink } from 'node:fs/promises'
import { PublicError } from '#core/base/errors.ts'

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants
/** NONBLOCK: opening a FIFO must not wait for its other end. */
const asDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK
const asFile = O_RDONLY | O_NOFOLLOW | O_NONBLOCK

export interface Owner {
  readonly uid: number
  readonly gid: number
}

export interface Beneath extends AsyncDisposable {
  /** Undefined when it is not there. Refuses what is no regular file, and more than `mostBytes`. */
  read(path: string, mostBytes: number): Promise<Buffer | undefined>
  /** Replaces the file in one step; makes missing directories. What is made belongs to `owner`; an existing mode is kept. */
  write(path: string, data: string | Uint8Array, owner: Owner | undefined): Promise<void>
  /** Removes all that is in the directory, links as links. */
  empty(): Promise<void>
  /** Gives everything, the directory included, to that owner; links themselves, never what they point at. */
  own(owner: Owner): Promise<void>
  /** Bytes on disk, hard-linked files once; stops after that many entries or when the signal aborts. */
  size(mostEntries: number, signal: AbortSignal): Promise<{ readonly bytes: number; readonly complete: boolean }>
}

/** Opens the directory that all paths are beneath. It is ours, so its own path may be trusted. */
export async function openBeneath(root: string): Promise<Beneath> {
  const handle = await open(root, O_RDONLY | O_DIRECTORY)

  return {
    async read(path, mostBytes) {
      await using parent = await openParent(handle, path, undefined)
      if (!parent) return undefined
      await using file = await absent(open(parent.at(parent.name), asFile), path)
      if (!file) return undefined
      const stats = await file.stat()
      if (!stats.isFile()) throw refused(path, 'is not a regular file')
      if (stats.size > mostBytes) throw refused(path, `is larger than ${mostBytes} bytes`)
      return await readAtMost(file, mostBytes, path)
    },

    async write(path, data, owner) {
      await using parent = await openParent(handle, path, { owner })
      if (!parent) throw refused(path, 'could not be made')
      const before = await absent(lstat(parent.at(parent.name)), path)
      if (before && !before.isFile()) throw refused(path, 'is not a regular file')
      const temporary = parent.at(`.stellar-${crypto.randomUUID()}.tmp`)
      try {
        await using file = await open(temporary, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o640)
        if (owner) await file.chown(owner.uid, owner.gid)
        if (before) await file.chmod(before.mode & 0o777)
        await file.writeFile(data)
        await file.sync()
        // A rename replaces whatever stands there now, a link included, and follows nothing.
        await rename(temporary, parent.at(parent.name))
      } catch (error) {
        await unlink(temporary).catch(() => undefined)
        throw explained(error, path)
      }
    },

    empty: () => emptyDirectory(handle),
    own: (owner) => ownTree(handle, owner),
    size: (mostEntries, signal) => measure(handle, mostEntries, signal),
    [Symbol.asyncDispose]: () => handle.close(),
  }
}

/** The components of a relative path. Throws for what could lead elsewhere. */
export function components(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  const wrong = parts.length === 0 || parts.length > 64 || path.startsWith('/') || path.includes('\0')
  if (wrong || parts.some((part) => part === '..' || Buffer.byteLength(part) > 255)) {
    throw refused(path, 'is not a path beneath the server’s files')
  }
  return parts
}

interface Parent extends AsyncDisposable {
  readonly name: string
  at(name: string): string
}

/** Opens all directories of the path but the last component; makes them when told whose they shall be. */
async function openParent(
  root: FileHandle,
  path: string,
  make: { readonly owner: Owner | undefined } | undefined,
): Promise<Parent | undefined> {
  const parts = components(path)
  const name = parts[parts.length - 1] ?? ''
  let current = root
  const close = async () => {
    if (current !== root) await current.close()
  }
  try {
    for (const part of parts.slice(0, -1)) {
      const next = await openChild(current, part, path, make)
      await close()
      if (!next) {
        current = root
        return undefined
      }
      current = next
    }
  } catch (error) {
    await close()
    throw error
  }
  const { fd } = current
  return { name, at: (child) => `/proc/self/fd/${fd}/${child}`, [Symbol.asyncDispose]: close }
}

async function openChild(
  parent: FileHandle,
  name: string,
  path: string,
  make: { readonly owner: Owner | undefined } | undefined,
): Promise<FileHandle | undefined> {
  const at = `/proc/self/fd/${parent.fd}/${name}`
  const present = await absent(open(at, asDirectory), path)
  if (present || !make) return present
  const made = await mkdir(at, 0o750).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'EEXIST') return false
      throw explained(error, path)
    },
  )
  const opened = await absent(open(at, asDirectory), path)
  // Only what was made here changes hands: somebody else may have been quicker with something of their own.
  if (made && opened && make.owner) await opened.chown(make.owner.uid, make.owner.gid)
  return opened
}

async function readAtMost(file: FileHandle, most: number, path: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  let total = 0
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(65_536))
    if (bytesRead === 0) return Buffer.concat(chunks)
    total += bytesRead
    // It may grow while it is read.
    if (total > most) throw refused(path, `is larger than ${most} bytes`)
    chunks.push(buffer.subarray(0, bytesRead))
  }
}

/** Every level keeps a handle open; a game may have nested directories ten thousand deep. */
const deepest = 64

async function emptyDirectory(root: FileHandle): Promise<void> {
  while ((await readdir(`/proc/self/fd/${root.fd}`)).length > 0) await removeEntries(root, root, 0)
}

/** What lies deeper than `deepest` is moved up to the root, where the next round finds it. */
async function removeEntries(directory: FileHandle, root: FileHandle, depth: number): Promise<void> {
  const at = `/proc/self/fd/${directory.fd}`
  for (const entry of await readdir(at, { withFileTypes: true })) {
    const path = `${at}/${entry.name}`
    if (entry.isDirectory() && depth >= deepest) {
      await rename(path, `/proc/self/fd/${root.fd}/.stellar-${crypto.randomUUID()}.gone`).catch(ignoreAbsent)
      continue
    }
    await using child = entry.isDirectory() ? await open(path, asDirectory).catch(() => undefined) : undefined
    if (!child) {
      await unlink(path).catch(ignoreAbsent)
      continue
    }
    await removeEntries(child, root, depth + 1)
    await rmdir(path).catch(ignoreAbsent)
  }
}

async function ownTree(directory: FileHandle, owner: Owner, depth = 0): Promise<void> {
  await directory.chown(owner.uid, owner.gid)
  const at = `/proc/self/fd/${directory.fd}`
  for await (const entry of await opendir(at)) {
    const path = `${at}/${entry.name}`
    const descend = entry.isDirectory() && depth < deepest
    await using child = descend ? await open(path, asDirectory).catch(() => undefined) : undefined
    if (child) await ownTree(child, owner, depth + 1)
    else await lchown(path, owner.uid, owner.gid).catch(ignoreAbsent)
  }
}

async function measure(
  root: FileHandle,
  mostEntries: number,
  signal: AbortSignal,
): Promise<{ bytes: number; complete: boolean }> {
  const linked = new Set<number>()
  let bytes = 0
  let entries = 0
  let complete = true

  async function visit(directory: FileHandle, depth: number): Promise<void> {
    const at = `/proc/self/fd/${directory.fd}`
    for await (const entry of await opendir(at)) {
      if ((entries += 1) > mostEntries || depth > deepest || signal.aborted) {
        complete = false
        return
      }
      const path = `${at}/${entry.name}`
      const stats = await lstat(path).catch(() => undefined)
      if (!stats) continue
      if (stats.nlink > 1 && !stats.isDirectory()) {
        if (linked.has(stats.ino)) continue
        linked.add(stats.ino)
      }
      // Blocks, not size: a sparse file takes what it takes.
      bytes += stats.blocks * 512
      if (!stats.isDirectory()) continue
      await using child = await open(path, asDirectory).catch(() => undefined)
      if (child) await visit(child, depth + 1)
    }
  }

  await visit(root, 0)
  return { bytes, complete }
}

/** Undefined for what is not there; a link or anything else in the way is refused. */
async function absent<T>(promise: Promise<T>, path: string): Promise<T | undefined> {
  try {
    return await promise
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw explained(error, path)
  }
}

function ignoreAbsent(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ELOOP', 'is or leads through a symbolic link, which is not followed'],
  ['ENOTDIR', 'leads through a link or something else that is not a directory'],
  ['ENXIO', 'is not a regular file'],
  ['EISDIR', 'is not a regular file'],
])

function explained(error: unknown, path: string): unknown {
  const why = reasons.get(codeOf(error) ?? '')
  return why === undefined ? error : refused(path, why)
}

function refused(path: string, why: string): PublicError {
  return new PublicError('path-refused', `The path “${path.slice(0, 200)}” ${why}.`, { status: 422 })
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
