// Who this node is: key, certificate and the authority it trusts, in one file that only its owner can read, so that a
// new key and its certificate replace the old pair in one step.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { PublicError } from '#core/base/errors.ts'
import { readIfThere, replaceFile } from './durable-file.ts'

const identitySchema = z.object({
  nodeId: z.uuid(),
  /** Address of the panel's link port. */
  url: z.url(),
  /** PEM, as the two below. */
  key: z.string(),
  certificate: z.string(),
  authority: z.string(),
})
export type Identity = Readonly<z.output<typeof identitySchema>>

/** An enrolment that has not ended: the panel gives the same answer again only to the same key. */
const attemptSchema = z.object({ tokenId: z.string(), key: z.string() })
export type Attempt = Readonly<z.output<typeof attemptSchema>>

/** Undefined when this machine was not enrolled yet. `directory` is `<data>/node`. */
export function readIdentity(directory: string): Identity | undefined {
  const path = identityPath(directory)
  const text = readIfThere(path)
  if (text === undefined) return undefined
  try {
    const identity = identitySchema.parse(JSON.parse(text))
    if (process.platform !== 'win32') chmodSync(path, 0o600) // also when it was copied here by hand
    return identity
  } catch (cause) {
    throw new PublicError('identity-unreadable', `${path} is not a node's identity.`, {
      status: 500,
      hint: 'Delete it and enrol this machine again with a new token from the panel.',
      cause,
    })
  }
}

/** Refuses a certificate that does not belong to the key. */
export function writeIdentity(directory: string, identity: Identity): void {
  const certificate = new X509Certificate(identity.certificate)
  if (!belongs(certificate, identity))
    throw new Error('the panel sent a certificate for another key or of another authority')
  replaceFile(identityPath(directory), `${JSON.stringify(identity, null, 2)}\n`)
}

export function readAttempt(directory: string): Attempt | undefined {
  const text = readIfThere(attemptPath(directory))
  if (text === undefined) return undefined
  try {
    return attemptSchema.parse(JSON.parse(text))
  } catch {
    return undefined // a new key does as well
  }
}

export function writeAttempt(directory: string, attempt: Attempt): void {
  replaceFile(attemptPath(directory), JSON.stringify(attempt))
}

export function forgetAttempt(directory: string): void {
  rmSync(attemptPath(directory), { force: true })
}

function belongs(certificate: X509Certificate, { key, authority }: Identity): boolean {
  return (
    certificate.checkPrivateKey(createPrivateKey(key)) && certificate.verify(new X509Certificate(authority).publicKey)
  )
}

const identityPath = (directory: string) => join(directory, 'identity.json')
const attemptPath = (directory: string) => join(directory, 'enrolment.json')
