// A sealed archive as named entries: a tar inside gzip inside the seal. Written and read as a stream, one entry in memory
// at a time; the last entry holds the checksum of every other.
import { createHash } from 'node:crypto'
import { PassThrough, Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { type Extract, extract, pack } from 'tar-stream'
import { z } from 'zod'
import { PublicError } from '#core/base/errors.ts'
import { type BackupSecret, keyFor, newKey } from './key.ts'
import { seal, unseal } from './sealed.ts'

/** Rows come in runs of a megabyte; only a plugin's file may be larger. */
export const largestEntry = 64 * 1024 * 1024
const sumsName = 'checksums.json'
const sumsSchema = z.record(z.string(), z.string())

type Entry = Extract extends AsyncIterable<infer E> ? E : never
export type AddEntry = (name: string, bytes: Buffer) => Promise<void>

/** Rejects with what `fill` or the destination failed with; the destination is destroyed then, and ended otherwise. */
export async function writeArchive(
  destination: Writable,
  secret: BackupSecret,
  fill: (add: AddEntry) => Promise<void>,
): Promise<void> {
  const sealing = await newKey(secret)
  const tar = pack()
  const written = pipeline(tar as unknown as Readable, createGzip(), (plain) => seal(plain, sealing), destination)
  written.catch(() => {}) // it is awaited below, or raced
  const sums: Record<string, string> = {}
  const put = async (name: string, bytes: Buffer) => {
    const { promise: added, resolve, reject } = Promise.withResolvers<void>()
    const header = { name, size: bytes.length, mode: 0o600, mtime: new Date(0) }
    tar.entry(header, bytes, (error) => (error ? reject(error) : resolve()))
    // A destination that fails, e.g. a full disk, never takes the entry.
    await Promise.race([added, written])
  }
  try {
    await fill(async (name, bytes) => {
      sums[name] = sha256(bytes)
      await put(name, bytes)
    })
    await put(sumsName, Buffer.from(JSON.stringify(sums)))
    tar.finalize()
  } catch (error) {
    tar.destroy(error instanceof Error ? error : new Error(String(error)))
    await written.catch(() => {})
    throw error
  }
  await written
}

/** Calls `visit` for each entry in turn. What it saw is whole and unchanged only once this has resolved. */
export async function readArchive(
  source: Readable,
  secret: BackupSecret,
  visit: (name: string, bytes: Buffer) => Promise<void>,
): Promise<void> {
  const plain = new PassThrough()
  const read = pipeline(Readable.from(unseal(source, (header) => keyFor(secret, header))), createGunzip(), plain)
  const entries = extract()
  const parsed = pipeline(plain, entries as unknown as Writable)
  const sums: Record<string, string> = {}
  let listed: Readonly<Record<string, string>> | undefined
  try {
    for await (const entry of entries) {
      const bytes = await bytesOf(entry)
      if (listed) throw odd()
      if (entry.header.name === sumsName) {
        listed = sumsSchema.parse(JSON.parse(bytes.toString()))
        continue
      }
      sums[entry.header.name] = sha256(bytes)
      await visit(entry.header.name, bytes)
    }
    await Promise.all([read, parsed])
  } catch (error) {
    source.destroy()
    plain.destroy()
    // Why the bytes ended says more than that they did.
    const [reading] = await Promise.allSettled([read, parsed])
    throw reading.status === 'rejected' && reading.reason instanceof PublicError ? reading.reason : error
  }
  if (JSON.stringify(listed) !== JSON.stringify(sums)) throw odd()
}

async function bytesOf(entry: Entry): Promise<Buffer> {
  const { type, size } = entry.header
  if (type !== 'file' || size > largestEntry) throw odd()
  const parts: Buffer[] = []
  for await (const part of entry) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

/** It is authentic, so a program with the key wrote it: not one of ours. */
function odd(): PublicError {
  return new PublicError('backup-damaged', 'The backup is not one that this version of Stellar could have made.', {
    hint: 'Nothing was changed.',
  })
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
