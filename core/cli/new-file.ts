// A file that appears under its name only when it is whole; nothing is left of one that fails. Where the process gives up
// root's rights on the way, one that keeps them names or removes the file: the folder may be root's alone to write to.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { finished } from 'node:stream/promises'
import { messageOf, PublicError } from '#core/base/errors.ts'
import { ownCommand } from '#core/base/single-file.ts'
import { exits, usage } from './exit.ts'

/** To rename a file, or to remove it. */
const keeperMs = 10_000

export interface NewFile extends AsyncDisposable {
  readonly stream: WriteStream
  /** The stream has ended: makes the file last under its name; returns its size in bytes. */
  keep(): Promise<number>
}

/** With `keptByRoot`, naming and removing it is done with the rights of this moment. Throws when the name is taken. */
export async function openNew(path: string, keptByRoot: boolean): Promise<NewFile> {
  if (await stat(path).catch(() => undefined))
    throw usage(`${path} is there already.`, 'Choose another name; a backup never overwrites one.')
  const unfinished = `${path}.unfinished-${process.pid}`
  const stream = createWriteStream(unfinished, { flags: 'wx', mode: 0o600, flush: true })
  await once(stream, 'open').catch((cause: unknown) => {
    throw notWritten(path, messageOf(cause), cause)
  })
  stream.on('error', () => {}) // the pipeline tells
  const keeper = keptByRoot ? startKeeper(unfinished, path) : undefined
  let kept = false
  return {
    stream,
    async keep() {
      await finished(stream)
      if (keeper) await keeper.end('keep')
      else
        await rename(unfinished, path).catch((cause: unknown) => {
          throw notWritten(path, messageOf(cause), cause)
        })
      kept = true
      return stream.bytesWritten
    },
    async [Symbol.asyncDispose]() {
      stream.destroy()
      if (!stream.closed) await once(stream, 'close')
      if (kept) return
      if (keeper)
        await keeper.end('remove').catch(() => {}) // what made it fail is told
      else await rm(unfinished, { force: true })
    },
  }
}

function startKeeper(unfinished: string, path: string) {
  const [program, args] = ownCommand(['keep-file', unfinished, path])
  // A session of its own: Ctrl-C reaches the keeper as the end of its input.
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'], detached: true })
  child.stdin.on('error', () => {}) // it ended, which is told by its code
  const ended = once(child, 'close') // rejects when it could not be started
  ended.catch(() => {})
  const complaint = text(child.stderr)
  let told: Promise<void> | undefined
  const tell = async (word: 'keep' | 'remove') => {
    child.stdin.end(word)
    const timer = setTimeout(() => child.kill('SIGKILL'), keeperMs)
    const [code] = await ended.finally(() => clearTimeout(timer))
    if (code !== 0) throw notWritten(path, (await complaint).trim() || 'it could not be given its name')
  }
  return { end: (word: 'keep' | 'remove') => (told ??= tell(word)) }
}

/** `stellar keep-file`, the keeper: without a word, e.g. from a parent that was killed, the file goes. */
export async function keepFile([unfinished = '', path = '']: readonly string[]): Promise<number> {
  const word = await text(process.stdin)
  try {
    if (word === 'keep') await rename(unfinished, path)
    else await rm(unfinished, { force: true })
    return 0
  } catch (error) {
    console.error(messageOf(error))
    await rm(unfinished, { force: true }).catch(() => {})
    return exits.failed
  }
}

function notWritten(path: string, why: string, cause?: unknown): PublicError {
  return new PublicError('backup-not-written', `${path} cannot be written: ${why}.`, { cause })
}
