// The refusal of every rate limit, and the headers that tell a program when to come back.
// As of draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy: "api";q=720;w=60`, `RateLimit: "api";r=12;t=30`.
import { PublicError } from '#core/base/errors.ts'
import type { RateRule } from './rate-rules.ts'
import type { AppContext } from './types.ts'

export function tooManyTries(seconds: number, rule?: RateRule): PublicError {
  const wait = seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} minutes`
  return new PublicError('too-many-tries', `Too many tries. The next one is possible in ${wait}.`, {
    status: 429,
    details: { retryAfterSeconds: seconds, ...(rule && { policy: policyOf(rule), limit: rule.name }) },
  })
}

/** Only what a refusal carries is told; other answers say nothing about counters of people. */
export function sayRetry(c: AppContext, { details }: PublicError): void {
  const { retryAfterSeconds, policy, limit } = details
  if (typeof retryAfterSeconds !== 'number') return
  c.header('Retry-After', String(retryAfterSeconds))
  if (typeof policy !== 'string' || typeof limit !== 'string') return
  c.header('RateLimit-Policy', policy)
  c.header('RateLimit', `"${limit}";r=0;t=${retryAfterSeconds}`)
}

export function sayRemaining(c: AppContext, rule: RateRule, remaining: number, seconds: number): void {
  c.header('RateLimit-Policy', policyOf(rule))
  c.header('RateLimit', `"${rule.name}";r=${remaining};t=${seconds}`)
}

const policyOf = ({ name, tries, windowMs }: RateRule): string => `"${name}";q=${tries};w=${windowMs / 1000}`
