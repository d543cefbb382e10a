// As root, a command works as the account that the data folder belongs to: what root makes in there the panel could not
// use, and its PostgreSQL admits one account only.
import { statSync } from 'node:fs'

/** Does nothing unless this is root and the folder belongs to somebody else. Files that need root are opened before. */
export function becomeOwnerOf(dataDirectory: string): void {
  if (process.getuid?.() !== 0) return
  const found = statSync(dataDirectory, { throwIfNoEntry: false })
  if (!found || found.uid === 0) return
  process.setgroups?.([found.gid])
  process.setgid?.(found.gid)
  process.setuid?.(found.uid)
}
