// Turns what PostgreSQL wrote before it gave up into one sentence for the person who started the panel.
import { messageOf, PublicError } from '#core/base/errors.ts'
import { noAccount } from './account.ts'

const busy = [
  /lock file "postmaster\.pid" already exists/,
  // Children of a killed server are still leaving.
  /pre-existing shared memory block/,
  // The panel before us removed the socket's folder after we had found it.
  /could not create lock file ".*\.s\.PGSQL\.\d+\.lock": No such file/,
]

/** Another process has the folder or just had it: look again in a moment. */
export const isBusy = (output: string): boolean => busy.some((sign) => sign.test(output))

/** `output` is the tail of what initdb or postgres wrote. */
export function explainFailure(output: string, folder: string, cause?: unknown): PublicError {
  const text = `${output}\n${messageOf(cause ?? '')}`
  const library = /error while loading shared libraries: (\S+?):/.exec(text)?.[1]
  const options = { status: 500, cause: new Error(output.trim() || 'No output.', { cause }) }
  if (/No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/.test(text)) {
    return new PublicError('database-disk-full', `The disk that holds ${folder} is full, so PostgreSQL cannot run.`, {
      ...options,
      hint: 'Free some space on it; the database continues by itself where it stopped.',
    })
  }
  if (/could not look up effective user ID/.test(text)) return noAccount(output)
  if (/database files are incompatible with server/.test(text)) return otherVersion(folder, undefined, undefined)
  if (library !== undefined) {
    return new PublicError('database-no-library', `PostgreSQL needs the system library ${library}, which is missing.`, {
      ...options,
      hint: library.startsWith('libstdc++') ? 'On Debian: apt-get install libstdc++6' : 'Or set DATABASE_URL.',
    })
  }
  if (/Permission denied|Operation not permitted|EACCES|EPERM|EROFS|invalid permissions|wrong ownership/.test(text)) {
    return new PublicError('database-not-permitted', `PostgreSQL is not permitted to work in ${folder}.`, {
      ...options,
      hint: 'The folder must be writable, belong to the account that PostgreSQL runs as, and not lie on a disk mounted noexec.',
    })
  }
  const last = lastComplaint(output) ?? messageOf(cause ?? 'it ended without a word')
  return new PublicError('database-failed', `The embedded PostgreSQL does not start: ${last}`, {
    ...options,
    hint: `Its messages are in ${folder}/postgres.log.`,
  })
}

export function otherVersion(folder: string, found: number | undefined, ours: number | undefined): PublicError {
  const what = found === undefined ? 'another version of PostgreSQL' : `PostgreSQL ${found}`
  return new PublicError(
    'database-other-version',
    `The data folder ${folder} was made by ${what}; this program brings ${ours === undefined ? 'another one' : `PostgreSQL ${ours}`} and cannot read it.`,
    {
      status: 500,
      hint: 'Start the version of Stellar that made it, or choose another data folder with STELLAR_DATA.',
    },
  )
}

function lastComplaint(output: string): string | undefined {
  const complaint = /(?:FATAL|PANIC|ERROR|error):\s+(.+)/
  return output
    .split('\n')
    .map((line) => complaint.exec(line)?.[1])
    .findLast(Boolean)
}
