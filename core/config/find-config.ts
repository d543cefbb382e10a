// Where an operator's own stellar.config.ts is looked for, in the one order that every mode and command uses:
//
//   1  $STELLAR_DATA/stellar.config.ts
//   2  beside the program, when that is the single executable
//
// Neither needs to be there. What comes along with the program (the file at the top of the source, carried inside the
// executable) is always read first, see read-config.ts.
import { statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { PublicError } from '#core/base/errors.ts'

const configName = 'stellar.config.ts'

export interface Places {
  /** `$STELLAR_DATA`, absolute. */
  readonly dataDirectory: string
  /** The single executable; undefined when the program runs from source. */
  readonly program: string | undefined
}

/** Undefined when there is none. Throws PublicError `two-configs`: which of two should count, nobody could tell. */
export function findConfig({ dataDirectory, program }: Places): string | undefined {
  const candidates = [join(dataDirectory, configName), ...(program ? [join(dirname(program), configName)] : [])]
  const found = [...new Set(candidates)].filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
  if (found.length < 2) return found[0]
  throw new PublicError('two-configs', `There are two configuration files: ${found.join(' and ')}.`, {
    hint: 'Put what is needed into one of them and remove the other.',
  })
}

/** The data folder as the environment says it: it must be known before the file in it can be read. */
export function dataDirectoryOf(env: Readonly<Record<string, string | undefined>>, cwd: string): string {
  return resolve(cwd, env['STELLAR_DATA']?.trim() || 'data')
}
