// Whether this process is the single executable, and how such a program starts itself again.
import type * as sea from 'node:sea'

/** Undefined from source, and in runtimes that know no such thing. */
export const singleFile: typeof sea | undefined = findSingleFile()

function findSingleFile(): typeof sea | undefined {
  try {
    // Not an import: a runtime without the module would end there.
    const found = process.getBuiltinModule('node:sea')
    return found.isSea() ? found : undefined
  } catch {
    return undefined
  }
}

/**
 * Program and arguments that run this same program with `args`: for `spawn`, never `fork`, which in the single executable
 * starts the whole program again and hands it Node's own flags as a command.
 */
export function ownCommand(args: readonly string[]): [program: string, args: string[]] {
  if (singleFile) return [process.execPath, [...args]]
  const script = process.argv[1]
  return [process.execPath, [...process.execArgv, ...(script === undefined ? [] : [script]), ...args]]
}
