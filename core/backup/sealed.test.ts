import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { type BackupSecret, keyFor, newKey } from './key.ts'
import { seal, unseal } from './sealed.ts'

const chunk = 64 * 1024
const keyBytes = randomBytes(32)
const file = { kind: 'key-file', bytes: keyBytes } as const

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(part)
  return Buffer.concat(parts)
}
const sealed = async (plain: Buffer, secret: BackupSecret = file) =>
  await collect(seal(pieces(plain, 10_000), await newKey(secret)))
const opened = async (bytes: Buffer, secret: BackupSecret = file, size = 7000) =>
  await collect(unseal(pieces(bytes, size), (header) => keyFor(secret, header)))

test.each([0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk])('%i bytes come back as they were', async (length) => {
  const plain = randomBytes(length)
  const bytes = await sealed(plain)
  expect((await opened(bytes)).equals(plain)).toBe(true)
  expect((await opened(bytes, file, 1_000_000)).equals(plain)).toBe(true)
})

test('two archives of the same content with the same secret have nothing in common', async () => {
  const plain = Buffer.alloc(1000)
  const [one, other] = [await sealed(plain), await sealed(plain)]
  expect(one.subarray(-900).equals(other.subarray(-900))).toBe(false)
  expect(one.includes(keyBytes)).toBe(false)
})

test('another secret is told from a damaged file', async () => {
  const bytes = await sealed(Buffer.from('hello'))
  await expect(opened(bytes, { kind: 'key-file', bytes: randomBytes(32) })).rejects.toMatchObject({
    code: 'backup-key',
  })
  await expect(opened(bytes, { kind: 'passphrase', text: 'x' })).rejects.toThrow(
    'made with a key file, not with a passphrase',
  )
})

test('a passphrase opens what it sealed, however its letters were typed; another one does not', async () => {
  const bytes = await sealed(Buffer.from('hello'), { kind: 'passphrase', text: 'zwölf Boxkämpfer'.normalize('NFC') })
  const again = await opened(bytes, { kind: 'passphrase', text: 'zwölf Boxkämpfer'.normalize('NFD') })
  expect(again.toString()).toBe('hello')
  await expect(opened(bytes, { kind: 'passphrase', text: 'zwölf Boxkampfer' })).rejects.toThrow(
    'The passphrase is not the one this backup was made with.',
  )
})

test('a file that was cut off anywhere is refused', async () => {
  const bytes = await sealed(randomBytes(3 * chunk + 100))
  const start = bytes.length - (3 * (chunk + 16) + 116)
  for (const end of [start, start + 5, start + chunk + 16, start + 2 * (chunk + 16), bytes.length - 1]) {
    await expect(opened(bytes.subarray(0, end)), String(end)).rejects.toMatchObject({ code: 'backup-damaged' })
  }
  await expect(opened(bytes.subarray(0, start + chunk + 16))).rejects.toThrow('it is cut off')
  for (const end of [0, 10, 30])
    await expect(opened(bytes.subarray(0, end))).rejects.toMatchObject({ code: 'not-a-backup' })
})

test('no bit can be changed, no chunk moved, repeated or added', async () => {
  const bytes = await sealed(randomBytes(3 * chunk))
  const start = bytes.length - 3 * (chunk + 16)
  const part = (number: number) => bytes.subarray(start + number * (chunk + 16), start + (number + 1) * (chunk + 16))
  const head = bytes.subarray(0, start)
  const changed = (at: number) => {
    const copy = Buffer.from(bytes)
    copy.writeUInt8(copy.readUInt8(at) ^ 1, at)
    return copy
  }
  const forgeries = [
    changed(start),
    changed(start + chunk + 3),
    changed(bytes.length - 1),
    Buffer.concat([head, part(1), part(0), part(2)]),
    Buffer.concat([head, part(0), part(0), part(2)]),
    Buffer.concat([bytes, part(2)]),
    Buffer.concat([bytes, Buffer.from('x')]),
    Buffer.concat([Buffer.from(head.toString().replace('}', ' }')), bytes.subarray(start)]),
  ]
  for (const [index, forgery] of forgeries.entries()) {
    await expect(opened(forgery), String(index)).rejects.toMatchObject({ code: 'backup-damaged' })
  }
  // What is not authentic is never handed out, not even the part before it.
  const parts: Buffer[] = []
  const read = async () => {
    for await (const plain of unseal(pieces(changed(start + chunk + 20), 1000), (header) => keyFor(file, header)))
      parts.push(plain)
  }
  await expect(read()).rejects.toThrow()
  expect(parts).toHaveLength(1)
})

test('a later form, and what is no backup at all, are named', async () => {
  await expect(opened(Buffer.from('stellar-backup 2\n{}\n'))).rejects.toMatchObject({ code: 'backup-newer' })
  await expect(opened(randomBytes(5000))).rejects.toMatchObject({ code: 'not-a-backup' })
  await expect(
    opened(Buffer.from('stellar-backup 1\n{"key":"passphrase","scrypt":{"N":1e9}}\n')),
  ).rejects.toMatchObject({
    code: 'backup-damaged',
  })
})
