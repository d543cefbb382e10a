// Encryption of what the panel must be able to read again: AES-256-GCM with a key that lies outside the database, so
// that a stolen dump tells nothing.
//
// A sealed text is `v1.<key>.<iv>.<tag and ciphertext>`, base64url: `key` is the beginning of the key's own hash and
// tells which key made it.
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { PublicError } from '#core/base/errors.ts'
import { findKeys, type KeySource, type SecretsOptions } from './secret-keys.ts'

/** What core/panel/context.ts calls Secrets. */
export interface SecretBox {
  encrypt(plain: string): string
  /** Throws when it was changed or made with a key that is gone. */
  decrypt(sealed: string): string
  /** Of the key that seals, as it stands in sealed texts. */
  version(): string
  /** Of every key that opens, the one that seals first. */
  versions(): readonly string[]
}

const ivBytes = 12
const tagBytes = 16

/** Finds sealed texts within other text, e.g. in JSON: the alphabet needs no escaping there. */
export const sealedText = /v1\.([\w-]{8})\.[\w-]{16}\.[\w-]{22,}/g

export async function openSecrets(options: SecretsOptions): Promise<SecretBox> {
  return secretBox(await findKeys(options))
}

export function secretBox(source: KeySource): SecretBox {
  let ring = ringOf(source.keys)
  const fresh = () => {
    const keys = source.changed()
    if (keys) ring = ringOf(keys)
    return ring
  }
  return {
    encrypt(plain) {
      const { version, key } = fresh().present
      const header = headerOf(version)
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
      cipher.setAAD(Buffer.from(header))
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return `${header}${iv.toString('base64url')}.${Buffer.concat([cipher.getAuthTag(), sealed]).toString('base64url')}`
    },
    decrypt(sealed) {
      const [format, made, iv, body, ...rest] = sealed.split('.')
      if (format !== 'v1' || !made || !iv || !body || rest.length > 0) throw new Error('This is no sealed secret.')
      const key = ring.keys.get(made) ?? fresh().keys.get(made)
      if (!key) throw otherKey()
      const bytes = Buffer.from(body, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64url'), { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(headerOf(made)))
      decipher.setAuthTag(bytes.subarray(0, tagBytes))
      return Buffer.concat([decipher.update(bytes.subarray(tagBytes)), decipher.final()]).toString('utf8')
    },
    version: () => fresh().present.version,
    versions: () => [...fresh().keys.keys()],
  }
}

const headerOf = (version: string): string => `v1.${version}.`

function ringOf(keys: readonly Buffer[]) {
  const all = keys.map((key) => ({ key, version: createHash('sha256').update(key).digest('base64url').slice(0, 8) }))
  const [present] = all
  if (!present) throw new Error('There is no key for stored secrets.')
  return { present, keys: new Map(all.map(({ key, version }) => [version, key])) }
}

export function otherKey(): PublicError {
  return new PublicError('secret-key-changed', 'A stored secret was encrypted with another key than the present one.', {
    status: 500,
    hint: 'Put the old panel/secret.key (or STELLAR_SECRET_KEY) back, or enter the secret again.',
  })
}
