// Whose a file is, where that matters: root does not run, nor write through, what another account could change.
import { statSync } from 'node:fs'

export interface Account {
  readonly uid: number
  readonly gid: number
}

/** Of the first that belongs to somebody else; undefined when none does, or this process is not root. */
export function otherOwnerOf(...paths: readonly string[]): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const path of paths) {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found && found.uid !== 0) return { uid: found.uid, gid: found.gid }
  }
  return undefined
}
