// As root, a command works as the account that the data folder belongs to: what root makes in there the panel could not
// use, its PostgreSQL admits one account only, and code that lies there is not root's to run.

import { otherOwnerOf } from '#core/base/owner.ts'
import { dataDirectoryOf } from '#core/config/find-config.ts'

/** Does nothing unless this is root and the folder belongs to somebody else. Files that need root are opened before. */
export function becomeOwnerOf(dataDirectory: string): void {
  const account = otherOwnerOf(dataDirectory)
  if (!account) return
  process.setgroups?.([account.gid])
  process.setgid?.(account.gid)
  process.setuid?.(account.uid)
}

/** For commands that open plugins: before anything of the folder is read. */
export function becomeOwnerHere(): void {
  becomeOwnerOf(dataDirectoryOf(process.env, process.cwd()))
}
