// The secret of a link that is mailed or handed out: 256 random bits in the address, their hash in the table.
import { createHash, randomBytes } from 'node:crypto'

export interface LinkSecret {
  /** For the link alone. */
  readonly secret: string
  readonly hash: string
}

export function newLinkSecret(): LinkSecret {
  const secret = randomBytes(32).toString('base64url')
  return { secret, hash: hashLinkSecret(secret) }
}

export function hashLinkSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
