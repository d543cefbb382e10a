// The new program, beside the one it will replace, whole and with the checksum that was announced; nothing else of it is
// believed before that.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, open, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { messageOf, PublicError } from '#core/base/errors.ts'

export interface Wanted {
  /** A file with `sha256`; a release without: a folder or address where SHA256SUMS and the files lie. */
  readonly source: string
  readonly sha256: string | undefined
  /** The program that will be replaced. */
  readonly program: string
}

/** Ours has 130 MB. */
const largestProgram = 1024 ** 3
const largestSums = 1024 ** 2
const answerWithinMs = 30_000
/** Releases lie behind one or two. */
const mostHops = 5
const downloadWithinMs = 30 * 60_000

/** Path of a file in the program's own folder, so that a rename puts it into place. Throws PublicError. */
export async function obtain({ source, sha256, program }: Wanted): Promise<string> {
  const base = source.replace(/\/+$/, '')
  const from = sha256 === undefined ? `${base}/${assetName()}` : source
  const sum = (sha256 ?? (await announced(`${base}/SHA256SUMS`, assetName()))).toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(sum)) throw refused(`A SHA-256 has 64 hexadecimal digits; “${sum}” has not.`)
  const staged = join(dirname(program), `.${basename(program)}.upgrade-${process.pid}`)
  try {
    const is = await copy(await read(from), staged, largestProgram)
    if (is !== sum) {
      throw refused(
        `${from} is not what was released: its SHA-256 should be ${sum}; it is ${is}.`,
        'Nothing was changed. Fetch it again, by a way you trust.',
      )
    }
    await chmod(staged, 0o755)
    return staged
  } catch (error) {
    await rm(staged, { force: true })
    throw error
  }
}

/** As releases name it, e.g. `stellar-linux-x64`. */
function assetName(): string {
  const systems: Partial<Record<NodeJS.Platform, string>> = { darwin: 'macos', linux: 'linux' }
  return `stellar-${systems[process.platform] ?? process.platform}-${process.arch}`
}

async function announced(from: string, name: string): Promise<string> {
  let text = ''
  for await (const chunk of await read(from)) {
    text += chunk.toString()
    if (text.length > largestSums) throw refused(`${from} is too large for a list of checksums.`)
  }
  // As sha256sum writes it: sum, a space, a space or a star, the name.
  const line = text.split('\n').find((each) => each.slice(66).trimEnd() === name)
  if (line) return line.slice(0, 64)
  throw refused(`${from} does not name ${name}, so it cannot be checked.`, 'Is it a release for this kind of machine?')
}

/** A file, or an address that only its owner can answer for. */
async function read(from: string): Promise<Readable> {
  if (!/^[a-z]+:\/\//i.test(from)) {
    const path = resolve(from)
    const found = await stat(path).catch((error: unknown) => {
      throw refused(`${path} cannot be read: ${messageOf(error)}.`, undefined, error)
    })
    if (!found.isFile()) throw refused(`${path} is no file.`)
    return createReadStream(path)
  }
  const url = URL.parse(from)
  if (!url || !isTrusted(url)) {
    throw refused(
      `${from} is not an https address: what comes from there could be anybody’s.`,
      'Fetch the files by a way you trust and name the folder.',
    )
  }
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new Error(`no answer within ${answerWithinMs / 1000} s`)), answerWithinMs)
  try {
    const response = await follow(url, AbortSignal.any([late.signal, AbortSignal.timeout(downloadWithinMs)]))
    if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`)
    return Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0])
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error
    throw refused(`${from} cannot be fetched: ${messageOf(cause)}.`, undefined, error)
  } finally {
    clearTimeout(timer) // answered: from now on only the download's own deadline counts
  }
}

/** From one address to the next, each trusted before it is asked: one in the clear could lead anywhere, and back. */
async function follow(first: URL, signal: AbortSignal): Promise<Response> {
  let url = first
  for (let hops = 0; hops <= mostHops; hops++) {
    const response = await fetch(url, { signal, redirect: 'manual' })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || location === null) return response
    await response.body?.cancel()
    const next = URL.parse(location, url)
    if (!next || !isTrusted(next) || (url.protocol === 'https:' && next.protocol !== 'https:'))
      throw new Error(`it leads to ${next?.origin ?? 'no address'}, which is not https`)
    url = next
  }
  throw new Error(`it leads on more than ${mostHops} times`)
}

function isTrusted({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname))
}

/** Returns the SHA-256 of what was written. */
async function copy(source: Readable, to: string, largest: number): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(to, 'wx', 0o700).catch((error: unknown) => {
    throw refused(
      `Nothing can be written to ${dirname(to)}: ${messageOf(error)}.`,
      'Run it as the owner of the program: sudo stellar upgrade …',
      error,
    )
  })
  try {
    let bytes = 0
    for await (const chunk of source as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > largest) throw refused(`The file is larger than a program of Stellar: more than ${largest} bytes.`)
      hash.update(chunk)
      await file.write(chunk)
    }
    await file.sync()
    return hash.digest('hex')
  } catch (error) {
    if (error instanceof PublicError) throw error
    throw refused(
      `The new program could not be stored in ${dirname(to)}: ${messageOf(error)}.`,
      'Nothing was changed.',
      error,
    )
  } finally {
    await file.close()
  }
}

function refused(sentence: string, hint?: string, cause?: unknown): PublicError {
  return new PublicError('upgrade-source', sentence, { ...(hint && { hint }), cause })
}
