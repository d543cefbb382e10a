// The one-time set-up token: printed in the terminal, exchanged once for a proof in the browser's cookie. Both are
// kept as hashes; a restart makes a new token and the old one is void.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { PublicError } from '#core/base/errors.ts'
import type { Database } from '#core/db/database.ts'
import { hasOwner, readSetup, writeSetup } from './store.ts'

/** Time for the form of the first step, with an interruption. */
export const proofMinutes = 60

/** Undefined once there is an owner. */
export async function issueSetupToken(database: Database): Promise<string | undefined> {
  const token = randomBytes(24).toString('base64url')
  return await database.withSystem(async (tx) => {
    if (await hasOwner(tx)) return undefined
    await writeSetup(tx, { tokenHash: hash(token) })
    return token
  })
}

/** The proof for the cookie. Throws when the token is wrong or was exchanged before. */
export async function exchangeToken(database: Database, token: string, now: number): Promise<string> {
  const proof = randomBytes(24).toString('base64url')
  await database.withSystem(async (tx) => {
    const state = await readSetup(tx, true)
    if (!state || !same(state.tokenHash, hash(token))) throw wrongToken()
    if (state.proofHash !== undefined) throw usedToken()
    await writeSetup(tx, { ...state, proofHash: hash(proof), exchangedAt: new Date(now).toISOString() })
  })
  return proof
}

/** Does this browser come from the printed address? */
export async function isProven(database: Database, proof: string | undefined, now: number): Promise<boolean> {
  if (proof === undefined) return false
  const state = await database.withSystem((tx) => readSetup(tx))
  if (state?.proofHash === undefined || state.exchangedAt === undefined) return false
  return now - Date.parse(state.exchangedAt) < proofMinutes * 60_000 && same(state.proofHash, hash(proof))
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

function wrongToken(): PublicError {
  return new PublicError('setup-token-wrong', 'This set-up token is not the current one.', {
    status: 403,
    hint: 'Open the address that Stellar printed when it started last.',
  })
}

function usedToken(): PublicError {
  return new PublicError('setup-token-used', 'This set-up address was opened before, and it works once.', {
    status: 410,
    hint: 'Go on in the browser that opened it, or restart Stellar for a new address, or run “stellar owner create”.',
  })
}
