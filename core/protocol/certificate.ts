// What certificates of the link say, read with Node's own means. Making them: identity.ts.
import { createHash, X509Certificate } from 'node:crypto'

/** Every certificate is valid from a little earlier, for clocks that are behind. */
export const toleratedSkewMs = 5 * 60_000

/** A private key and what belongs to it, as PEM. */
export interface KeyAndCertificate {
  readonly key: string
  readonly certificate: string
}

/** SHA-256 of a certificate's public key, base64url. Throws when it is no certificate. */
export function pinOf(certificate: string): string {
  const { publicKey } = new X509Certificate(certificate)
  return sha256(publicKey.export({ type: 'spki', format: 'der' })).toString('base64url')
}

/** SHA-256 of a certificate's DER, hex: how the panel knows a peer. */
export function fingerprintOf(der: Uint8Array): string {
  return sha256(der).toString('hex')
}

/** When two thirds of a certificate's life are over: it is replaced from then on. */
export function renewalTime(certificate: string): number {
  const { validFrom, validTo } = new X509Certificate(certificate)
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)]
  return from + ((to - from) * 2) / 3
}

export function sha256(bytes: ArrayBuffer | Uint8Array): Buffer {
  return createHash('sha256').update(new Uint8Array(bytes)).digest()
}
