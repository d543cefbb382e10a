// Enrolment at the panel: a token is shown once, used once, and bound to the key of the first machine that uses it, so
// that an answer which was lost on the way can be asked for again, by that machine alone.
import { PublicError } from '#core/base/errors.ts'
import type { Log } from '#core/base/log.ts'
import type { Transaction } from '#core/db/database.ts'
import { openRateLimit } from '#core/panel/http/rate-limit.ts'
import {
  formatEnrolmentToken,
  hashSecret,
  makeEnrolmentToken,
  parseEnrolmentToken,
  sameHash,
} from '#core/protocol/enrolment-token.ts'
import type { VerifiedRequest } from '#core/protocol/identity.ts'
import { enrolRequestSchema } from '#core/protocol/messages.ts'
import { type Authority, authorityKey, pinOfStored } from './authority.ts'
import { readSetting } from './authority-store.ts'
import { type CertificateStore, insertToken } from './certificate-store.ts'

const tokenLifeMs = 24 * 3_600_000
/** Per address: enough for a person who copies badly, little for a machine that guesses. */
const failuresAllowed = { tries: 10, windowMs: 10 * 60_000 }

/** The token as text, to be shown once; its hash is stored. In a transaction of the system role. Valid for 24 hours. */
export async function createEnrolmentToken(tx: Transaction, nodeId: string, now = Date.now()): Promise<string> {
  const token = makeEnrolmentToken(pinOfStored(await readSetting(tx, authorityKey)))
  const expiresAt = new Date(now + tokenLifeMs).toISOString()
  await insertToken(tx, { id: token.id, nodeId, secretHash: hashSecret(token.secret), expiresAt })
  return formatEnrolmentToken(token)
}

export interface EnrolmentOptions {
  readonly authority: Authority
  readonly certificates: CertificateStore
  readonly log: Log
  readonly now: () => number
}

interface EnrolmentAnswer {
  readonly nodeId: string
  readonly certificate: string
  readonly authority: string
}

/** Answers one request from an address. Throws PublicError with 400, 401, 409, 410 or 429. */
export type Enrolment = (body: unknown, address: string) => Promise<EnrolmentAnswer>

export function createEnrolment({ authority, certificates, log, now }: EnrolmentOptions): Enrolment {
  const failures = openRateLimit({ ...failuresAllowed, now })

  async function redeem(body: unknown): Promise<EnrolmentAnswer> {
    const asked = enrolRequestSchema.safeParse(body)
    if (!asked.success) throw refused(400, 'bad_request', 'The request was not understood.')
    const token = parseEnrolmentToken(asked.data.token)
    if (!token) throw badToken()
    // Before the token is touched: a request that fails here must not cost the token.
    const { verifyRequest } = await import('#core/protocol/identity.ts')
    const request = await verifyRequest(asked.data.csr)
    if (!request) throw refused(400, 'bad_request', 'A certificate request for a P-256 key was expected.')

    return await certificates.withToken(token.id, async (stored, accept) => {
      if (!stored || !sameHash(stored.secretHash, hashSecret(token.secret))) throw badToken()
      if (Date.parse(stored.expiresAt) <= now()) throw refused(410, 'token_expired', 'This token has expired.')
      if (stored.usedAt !== null && !isSameKey(stored.keyHash, request)) {
        log.warn('an enrolment token was used a second time, with another key', { nodeId: stored.nodeId })
        throw refused(409, 'token_used', 'This token was used by another machine.')
      }
      const issued = await authority.issueNode(request, stored.nodeId)
      await accept(request.keyHash, issued)
      const { hostname, version } = asked.data
      log.info('a node was enrolled', { nodeId: stored.nodeId, hostname, version, fingerprint: issued.fingerprint })
      return { nodeId: stored.nodeId, certificate: issued.certificate, authority: authority.certificate }
    })
  }

  return async function enrol(body, address) {
    failures.check(address)
    try {
      return await redeem(body)
    } catch (error) {
      if (error instanceof PublicError) failures.fail(address)
      throw error
    }
  }
}

function isSameKey(keyHash: string | null, request: VerifiedRequest): boolean {
  return keyHash !== null && sameHash(keyHash, request.keyHash)
}

/** One answer for what is unknown and what is wrong: nobody learns which ids exist. */
function badToken(): PublicError {
  return refused(401, 'bad_token', 'This panel does not know this token.')
}

function refused(status: number, code: string, sentence: string): PublicError {
  return new PublicError(code, sentence, { status })
}
