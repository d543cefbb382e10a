// One-time passwords by time (RFC 6238): SHA-1, six digits, thirty seconds, as every authenticator app expects.
import { randomBytes } from 'node:crypto'
import { decodeBase32IgnorePadding, encodeBase32NoPadding } from '@oslojs/encoding'
import { createTOTPKeyURI, verifyHOTP } from '@oslojs/otp'

const stepSeconds = 30
const digits = 6
/** RFC 4226 §4 asks for at least 128 bits and recommends 160. */
const secretBytes = 20
/** A clock half a minute off is common; more steps would only help somebody who guesses. */
const driftSteps = 1

/** Base32, as it is typed into an app that cannot scan. */
export function newTotpSecret(): string {
  return encodeBase32NoPadding(randomBytes(secretBytes))
}

/** What the QR code says. */
export function totpUri(secret: string, issuer: string, account: string): string {
  return createTOTPKeyURI(issuer, account, decodeBase32IgnorePadding(secret), stepSeconds, digits)
}

/**
 * The step whose code this is, or undefined. Steps up to `lastStep` do not count: each code works once. The caller must
 * still store the step with a condition, or two requests at once could use the same code.
 */
export function totpStep(secret: string, code: string, lastStep: number, nowMs: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const key = decodeBase32IgnorePadding(secret)
  const current = Math.floor(nowMs / 1000 / stepSeconds)
  let found: number | undefined
  // All steps are tried whatever the first says, so that time tells nothing; the comparison itself is constant in time.
  for (let step = current - driftSteps; step <= current + driftSteps; step++) {
    if (verifyHOTP(key, BigInt(step), digits, code) && step > lastStep) found ??= step
  }
  return found
}
