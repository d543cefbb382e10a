// From what a person keeps, a passphrase or a key file, to the key of one archive: a fresh salt makes each archive's own.
import { createHmac, hkdfSync, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import { PublicError } from '#core/base/errors.ts'

export type BackupSecret =
  /** Typed by a person: slowed down by scrypt. */
  | { readonly kind: 'passphrase'; readonly text: string }
  /** At least 32 bytes that nobody can guess. */
  | { readonly kind: 'key-file'; readonly bytes: Buffer }

export const shortestPassphrase = 12
const keyBytes = 32
/** 128 MiB and about half a second: as much as a machine with little memory can spare for a moment. */
const cost = { N: 2 ** 17, r: 8, p: 1 } as const
const maxmem = 256 * 1024 * 1024

/** 32 bytes. */
const base64 = z.string().regex(/^[\w-]{43}$/)
export const headerSchema = z.discriminatedUnion('key', [
  z.strictObject({
    key: z.literal('passphrase'),
    salt: base64,
    check: base64,
    // Bounded: a made-up header must not cost more than a real one.
    scrypt: z.strictObject({ N: z.literal(cost.N), r: z.literal(cost.r), p: z.literal(cost.p) }),
  }),
  z.strictObject({ key: z.literal('key-file'), salt: base64, check: base64 }),
])
export type ArchiveHeader = z.output<typeof headerSchema>

export async function newKey(secret: BackupSecret): Promise<{ key: Buffer; header: ArchiveHeader }> {
  const salt = randomBytes(keyBytes)
  const key = await derive(secret, salt)
  const common = { salt: salt.toString('base64url'), check: checkOf(key) }
  return {
    key,
    header:
      secret.kind === 'passphrase' ? { key: 'passphrase', ...common, scrypt: cost } : { key: 'key-file', ...common },
  }
}

/** Throws PublicError `backup-key` when it is not the one the archive was made with. */
export async function keyFor(secret: BackupSecret, header: ArchiveHeader): Promise<Buffer> {
  const names = { passphrase: 'a passphrase', 'key-file': 'a key file' }
  if (secret.kind !== header.key) {
    throw new PublicError(
      'backup-key',
      `This backup was made with ${names[header.key]}, not with ${names[secret.kind]}.`,
      {
        hint: header.key === 'key-file' ? 'Add --key-file FILE.' : 'Leave --key-file out.',
      },
    )
  }
  const key = await derive(secret, Buffer.from(header.salt, 'base64url'))
  if (timingSafeEqual(Buffer.from(checkOf(key)), Buffer.from(header.check))) return key
  const what = secret.kind === 'passphrase' ? 'The passphrase' : 'The key file'
  throw new PublicError('backup-key', `${what} is not the one this backup was made with.`, {
    hint: 'Nothing was changed. Without the right one a backup cannot be read by anybody.',
  })
}

async function derive(secret: BackupSecret, salt: Buffer): Promise<Buffer> {
  if (secret.kind === 'key-file') return Buffer.from(hkdfSync('sha256', secret.bytes, salt, 'stellar-backup', keyBytes))
  const slow = promisify<string, Buffer, number, object, Buffer>(scrypt)
  // Composed, so that one keyboard's ö is another's.
  return await slow(secret.text.normalize('NFC'), salt, keyBytes, { ...cost, maxmem })
}

/** Tells a wrong passphrase from a damaged file, and nothing of the key. */
function checkOf(key: Buffer): string {
  return createHmac('sha256', key).update('stellar-backup check').digest('base64url')
}
