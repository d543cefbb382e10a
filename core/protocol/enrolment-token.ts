// What a person copies from the panel to a new node: `strk_reg_<id 8>.<secret 32>.<pin 43>`, 94 characters, base64url.
// The id finds the row, the secret proves the right, the pin tells the node which panel to believe.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export interface EnrolmentToken {
  readonly id: string
  readonly secret: string
  /** SHA-256 of the authority's public key. */
  readonly pin: string
}

const form = /^strk_reg_([\w-]{8})\.([\w-]{32})\.([\w-]{43})$/

export function makeEnrolmentToken(pin: string): EnrolmentToken {
  return { id: randomBytes(6).toString('base64url'), secret: randomBytes(24).toString('base64url'), pin }
}

export function formatEnrolmentToken({ id, secret, pin }: EnrolmentToken): string {
  return `strk_reg_${id}.${secret}.${pin}`
}

/** Undefined for anything that is not such a token; spaces around it are forgiven. */
export function parseEnrolmentToken(text: string): EnrolmentToken | undefined {
  const [, id, secret, pin] = form.exec(text.trim()) ?? []
  return id && secret && pin ? { id, secret, pin } : undefined
}

/** What the panel stores instead of the secret. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** In constant time. */
export function sameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
