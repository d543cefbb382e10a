// A stream that nobody can read or change without the key: AES-256-GCM in chunks, as in the STREAM construction
// (Hoang, Reyhanitabar, Rogaway, Vizár 2015), so that neither end ever holds more than one chunk, and no part is believed
// before it is authenticated.
//
//   stellar-backup 1\n       what this is
//   {"key":…}\n              how the key is made (key.ts), at most 1 kB; authenticated with every chunk
//   chunk, chunk, …          64 KiB each, the last one less or as much; ciphertext, then 16 bytes of tag
//
// The nonce of a chunk is its number, and whether it is the last: chunks cannot be moved, and an end cannot be cut off.
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { PublicError } from '#core/base/errors.ts'
import { type ArchiveHeader, headerSchema } from './key.ts'

const magic = 'stellar-backup 1\n'
const chunkBytes = 64 * 1024
const tagBytes = 16
const longestHeader = 1024

type Bytes = AsyncIterable<Uint8Array>

export async function* seal(
  plain: Bytes,
  { key, header }: { key: Buffer; header: ArchiveHeader },
): AsyncGenerator<Buffer> {
  const head = Buffer.from(`${magic}${JSON.stringify(header)}\n`)
  yield head
  const associated = hash(head)
  let number = 0n
  for await (const { bytes, last } of inChunks(plain, chunkBytes)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce(number, last), { authTagLength: tagBytes })
    cipher.setAAD(associated)
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
    number += 1n
  }
}

/** `keyOf` is asked once the header is read. Throws PublicError `backup-damaged` or `not-a-backup`. */
export async function* unseal(
  sealed: Bytes,
  keyOf: (header: ArchiveHeader) => Promise<Buffer>,
): AsyncGenerator<Buffer> {
  const { header, head, rest } = await readHead(sealed)
  const key = await keyOf(header)
  const associated = hash(head)
  let number = 0n
  for await (const { bytes, last } of inChunks(rest, chunkBytes + tagBytes)) {
    const plain = open(bytes, { key, associated, number, last })
    // A chunk that is not the last one, at the end of the file.
    const cut = plain === undefined && last && open(bytes, { key, associated, number, last: false }) !== undefined
    if (!plain) throw damaged(cut || bytes.length < tagBytes ? 'it is cut off' : 'it was changed or damaged')
    yield plain
    number += 1n
  }
}

interface Chunk {
  readonly key: Buffer
  readonly associated: Buffer
  readonly number: bigint
  readonly last: boolean
}

function open(bytes: Buffer, { key, associated, number, last }: Chunk): Buffer | undefined {
  if (bytes.length < tagBytes) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(number, last), { authTagLength: tagBytes })
  decipher.setAAD(associated)
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  try {
    return Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()])
  } catch {
    return undefined // not authentic: nothing of it is used
  }
}

function nonce(number: bigint, last: boolean): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeBigUInt64BE(number, 3)
  bytes.writeUInt8(last ? 1 : 0, 11)
  return bytes
}

function hash(head: Buffer): Buffer {
  return createHash('sha256').update(head).digest()
}

async function readHead(sealed: Bytes): Promise<{ header: ArchiveHeader; head: Buffer; rest: Bytes }> {
  const source = sealed[Symbol.asyncIterator]()
  let read = Buffer.alloc(0)
  const end = () => read.indexOf('\n', magic.length)
  while (end() < 0 && read.length < magic.length + longestHeader) {
    const { value, done } = await source.next()
    if (done) break
    read = Buffer.concat([read, value])
  }
  const kind = read.subarray(0, magic.length).toString('latin1')
  if (/^stellar-backup \d+\n?$/.test(kind) && kind !== magic) {
    throw new PublicError(
      'backup-newer',
      'This backup was made by a newer version of Stellar, in a form this one cannot read.',
      {
        hint: 'Restore it with that version, or a later one.',
      },
    )
  }
  if (kind !== magic || end() < 0) {
    throw new PublicError('not-a-backup', 'This file is no backup of Stellar.', {
      hint: 'Name one that `stellar backup` made.',
    })
  }
  const head = read.subarray(0, end() + 1)
  const header = headerSchema.safeParse(parseJson(head.subarray(magic.length).toString()))
  if (!header.success) throw damaged('its header was changed or damaged')
  const first = read.subarray(head.length)
  return {
    header: header.data,
    head,
    rest: (async function* () {
      yield first
      for (;;) {
        const { value, done } = await source.next()
        if (done) return
        yield value
      }
    })(),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** All of the same size, but the last one; at least one. */
async function* inChunks(source: Bytes, size: number): AsyncGenerator<{ bytes: Buffer; last: boolean }> {
  let held = Buffer.alloc(0)
  for await (const piece of source) {
    held = Buffer.concat([held, piece])
    // Kept back while nothing follows: it may be the last.
    while (held.length > size) {
      yield { bytes: held.subarray(0, size), last: false }
      held = held.subarray(size)
    }
  }
  yield { bytes: held, last: true }
}

function damaged(how: string): PublicError {
  return new PublicError('backup-damaged', `The backup cannot be read: ${how}.`, {
    hint: 'Nothing was changed. Use another copy of it, or another backup.',
  })
}
