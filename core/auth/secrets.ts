// Encryption of what the panel must be able to read again: AES-256-GCM with a key that lies outside the database, so
// that a stolen dump tells nothing.
//
// A sealed text is `v1.<key>.<iv>.<tag and ciphertext>`, base64url: `key` is the beginning of the key's own hash and
// tells which key made it.
import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf, PublicError } from '#core/base/errors.ts'

/** What core/panel/context.ts calls Secrets. */
export interface SecretBox {
  encrypt(plain: string): string
  /** Throws when it was changed or made with a key that is gone. */
  decrypt(sealed: string): string
}

export interface SecretsOptions {
  /** `$STELLAR_DATA`; the key is made in `panel/secret.key`, mode 0600, unless the environment brings one. */
  readonly dataDirectory: string
  /** STELLAR_SECRET_KEY or STELLAR_SECRET_KEY_FILE: 32 bytes as base64 or hex. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

const keyBytes = 32
const ivBytes = 12
const tagBytes = 16

export async function openSecrets(options: SecretsOptions): Promise<SecretBox> {
  return secretBox(await findKey(options))
}

function secretBox(key: Buffer): SecretBox {
  const version = createHash('sha256').update(key).digest('base64url').slice(0, 8)
  const header = `v1.${version}.`
  return {
    encrypt(plain) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
      cipher.setAAD(Buffer.from(header))
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return `${header}${iv.toString('base64url')}.${Buffer.concat([cipher.getAuthTag(), sealed]).toString('base64url')}`
    },
    decrypt(sealed) {
      const [format, made, iv, body, ...rest] = sealed.split('.')
      if (format !== 'v1' || !iv || !body || rest.length > 0) throw new Error('This is no sealed secret.')
      if (made !== version) {
        throw new PublicError(
          'secret-key-changed',
          'A stored secret was encrypted with another key than the present one.',
          {
            status: 500,
            hint: 'Put the old panel/secret.key (or STELLAR_SECRET_KEY) back, or enter the secret again.',
          },
        )
      }
      const bytes = Buffer.from(body, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(header))
      decipher.setAuthTag(bytes.subarray(0, tagBytes))
      return Buffer.concat([decipher.update(bytes.subarray(tagBytes)), decipher.final()]).toString('utf8')
    },
  }
}

async function findKey({ dataDirectory, environment }: SecretsOptions): Promise<Buffer> {
  const given = environment['STELLAR_SECRET_KEY']
  if (given) return parseKey(given, 'STELLAR_SECRET_KEY')
  const file = environment['STELLAR_SECRET_KEY_FILE']
  if (file) return parseKey(await readKeyFile(file), file)

  const path = join(dataDirectory, 'panel/secret.key')
  const found = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw unreadable(path, error)
  })
  if (found === undefined) await makeKeyFile(path)
  return parseKey(found ?? (await readKeyFile(path)), path)
}

/** Appears whole or not at all; of two that start at once one wins, and both read the same key. */
async function makeKeyFile(path: string): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.tmp`
  await mkdir(dirname(path), { recursive: true })
  try {
    await writeFile(unfinished, `${randomBytes(keyBytes).toString('base64')}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    })
    await link(unfinished, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(unfinished, { force: true })
  }
}

async function readKeyFile(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) => {
    throw unreadable(path, error)
  })
}

function parseKey(text: string, source: string): Buffer {
  const trimmed = text.trim()
  const key = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64')
  if (key.length === keyBytes) return key
  // Never the text itself: it may be a mistyped key.
  throw new PublicError(
    'secret-key-invalid',
    `The key in ${source} must be 32 bytes as base64 or hex; it has ${key.length} bytes.`,
    {
      status: 500,
      hint: 'Make one with: openssl rand -base64 32',
    },
  )
}

function unreadable(path: string, cause: unknown): PublicError {
  return new PublicError(
    'secret-key-unreadable',
    `The key for stored secrets cannot be read from ${path}: ${messageOf(cause)}.`,
    {
      status: 500,
      cause,
    },
  )
}
