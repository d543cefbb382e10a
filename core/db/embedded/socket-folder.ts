// Where the embedded PostgreSQL puts its Unix socket: a short path, because the kernel allows 107 bytes, in a folder
// that nobody else can enter. The data folder may lie too deep.
import { createHash } from 'node:crypto'
import { chown, lstat, mkdir, mkdtemp, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account } from './account.ts'

/** PostgreSQL names the socket after a port, even when it listens on none. */
export const socketPort = 5432
const longestFolder = 107 - `/.s.PGSQL.${socketPort}`.length

/**
 * Makes the folder or finds it again. A running server's folder is read from its postmaster.pid instead. `known` is
 * where this process expects the socket: whoever stopped a server before may have removed it.
 */
export async function openSocketFolder(cluster: string, account: Account | undefined, known?: string): Promise<string> {
  if (known !== undefined) {
    if (!(await isPrivate(known, account?.uid ?? process.getuid?.()))) await make(known, account)
    return known
  }
  const name = `stellar-${createHash('sha256')
    .update(await realpath(cluster))
    .digest('hex')
    .slice(0, 12)}`
  const owner = account?.uid ?? process.getuid?.()
  for (const base of bases()) {
    const folder = join(base, name)
    if (Buffer.byteLength(folder) > longestFolder) continue
    try {
      await make(folder, account)
      return folder
    } catch {
      // There already, or this base cannot be written to.
    }
    if (await isPrivate(folder, owner)) return folder
  }
  // Somebody took the name in a folder that all may write to.
  const folder = await mkdtemp('/tmp/stellar-')
  if (account) await chown(folder, account.uid, account.gid)
  return folder
}

async function make(folder: string, account: Account | undefined): Promise<void> {
  await mkdir(folder, { mode: 0o700 })
  if (account) await chown(folder, account.uid, account.gid)
}

function bases(): string[] {
  // A service that systemd runs has a folder made for it; its /tmp is out of sight for commands outside the service.
  const service = process.env['RUNTIME_DIRECTORY']?.split(':')[0]
  const runtime = process.env['XDG_RUNTIME_DIR']
  // XDG_RUNTIME_DIR is 0700: an account that root lends could not pass through it.
  const own = process.getuid?.() === 0 ? ['/run'] : runtime ? [runtime] : []
  return [...(service ? [service] : []), ...own, tmpdir(), '/tmp']
}

async function isPrivate(folder: string, owner: number | undefined): Promise<boolean> {
  return await lstat(folder).then(
    (found) => found.isDirectory() && found.uid === owner && (found.mode & 0o077) === 0,
    () => false,
  )
}
