// The engine inside the single executable. It is unpacked by a process of its own: a panel that did it would keep forty
// megabytes of it for as long as it runs.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { viewAsset } from '#core/base/asset.ts'
import { PublicError } from '#core/base/errors.ts'
import { ownCommand } from '#core/base/single-file.ts'
import { archiveFolder, archiveName, unpackArchive } from './engine-archive.ts'

/** It takes a second or two; a minute or more on an old memory card. */
const deadlineMs = 300_000
/** Of what it complains about, in characters. */
const longestComplaint = 10_000

/** Version of npm's package. */
export function carriedVersion(): string {
  const version = viewAsset(`${archiveFolder}version`)
  if (version) return version.toString().trim()
  throw new PublicError('database-no-engine', 'This build of Stellar carries no PostgreSQL for its platform.', {
    status: 500,
    hint: 'Set DATABASE_URL to a PostgreSQL 15 or newer of your own.',
  })
}

/** Rejects with what the process said, e.g. that the disk is full. */
export async function unpackElsewhere(target: string): Promise<void> {
  const [program, args] = ownCommand(['unpack-engine', target])
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {},
    timeout: deadlineMs,
    killSignal: 'SIGKILL',
  })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-longestComplaint)
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  if (code !== 0) throw new Error(complaint.trim() || `Unpacking PostgreSQL was ended by ${signal ?? `code ${code}`}.`)
}

/** `stellar unpack-engine`, in the child. */
export async function unpackCarried(target: string): Promise<void> {
  const archive = viewAsset(`${archiveFolder}${archiveName}`)
  if (!archive) throw new Error('This build of Stellar carries no PostgreSQL.')
  await unpackArchive(archive, target)
}
