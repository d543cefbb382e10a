// The data folder, made where it is missing; what it cannot be used for is said before anything is opened in it.
import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { PublicError } from '#core/base/errors.ts'

/** Throws PublicError `data-folder`. */
export function prepareDataFolder(path: string): void {
  try {
    make(path)
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new PublicError('data-folder', `The data folder ${path} cannot be used: ${reason(cause)}.`, {
      hint: 'Set STELLAR_DATA to a folder that this account may write to.',
      cause,
    })
  }
}

/** Folder by folder: Node's own `recursive` never returns where the system refuses a name, as in /proc (24.21). */
function make(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  if (dirname(path) !== path) make(dirname(path))
  mkdirSync(path)
}

function reason(error: unknown): string {
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'EEXIST':
    case 'ENOTDIR':
      return 'a file is in its place'
    case 'EACCES':
    case 'EPERM':
      return 'this account may not write there'
    case 'EROFS':
      return 'the disk is read-only'
    case 'ENOSPC':
      return 'the disk is full'
    default:
      return 'it cannot be made'
  }
}
