// Passkeys: made, used and removed. What is signed is a challenge of ours that works once, for one purpose, minutes long.
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { newRecoveryCodes, recoveryHash } from '#core/auth/recovery-codes.ts'
import { forgetSessions } from '#core/auth/sessions.ts'
import { messageOf, PublicError } from '#core/base/errors.ts'
import { nameSchema } from '#core/domain/name.ts'
import { lockAccount } from '#core/panel/accounts/store.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { authenticationResponse, registrationResponse } from './passkey-shapes.ts'
import {
  findPasskey,
  insertPasskey,
  removePasskey,
  saveChallenge,
  takeChallenge,
  touchPasskey,
} from './passkey-store.ts'
import type { RelyingParty } from './relying-party.ts'
import { countPasskeys, listPasskeys, readFactors, replaceRecoveryCodes } from './store.ts'

export type PasskeyPurpose = 'sign-in' | 'second-factor' | 'prove'

/** Time to find the key and touch it. */
const challengeMs = 5 * 60_000
/** A phone, a laptop, two hardware keys and their spares. */
const mostPasskeys = 20

/** COSE: EdDSA, ES256, RS256. Left to itself the library asks Node for experimental ones, which then warns in the log. */
const algorithms = [-8, -7, -257]

export const passkeyName = nameSchema('A name to tell it apart, e.g. “Laptop”.')

/** For navigator.credentials.create, as JSON. */
export async function registrationOptions(
  { database, now }: PanelContext,
  actor: Actor,
  party: RelyingParty,
  account: { readonly email: string; readonly instance: string },
): Promise<unknown> {
  const own = await database.withSystem((tx) => listPasskeys(tx, actor.userId))
  if (own.length >= mostPasskeys) throw tooMany()
  const options = await generateRegistrationOptions({
    rpID: party.id,
    rpName: account.instance,
    userID: Uint8Array.from(Buffer.from(actor.userId)),
    userName: account.email,
    userDisplayName: actor.name,
    attestationType: 'none',
    supportedAlgorithmIDs: algorithms,
    excludeCredentials: own.map(({ id, transports }) => ({ id, transports })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  })
  await database.withSystem((tx) =>
    saveChallenge(tx, { challenge: options.challenge, purpose: 'register', userId: actor.userId }, now() + challengeMs),
  )
  return options
}

/** The recovery codes, when this is the account's first second factor; else undefined. */
export async function addPasskey(
  { database, now }: PanelContext,
  actor: Actor,
  party: RelyingParty,
  { name, response }: { readonly name: string; readonly response: string },
): Promise<readonly string[] | undefined> {
  const parsed = registrationResponse(response)
  const { registrationInfo } = await verify(() =>
    verifyRegistrationResponse({
      response: parsed,
      expectedChallenge: (challenge) =>
        database.withSystem((tx) => takeChallenge(tx, challenge, 'register', actor.userId, now())),
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: false,
      supportedAlgorithmIDs: algorithms,
    }),
  )
  if (!registrationInfo) throw notAccepted()
  const { credential, credentialBackedUp } = registrationInfo
  const recoveryCodes = await database.withSystem(async (tx) => {
    // Locked before it is counted: many at once make as many as one after the other.
    await lockAccount(tx, actor.userId)
    if ((await countPasskeys(tx, actor.userId)) >= mostPasskeys) throw tooMany()
    const before = await readFactors(tx, actor.userId)
    await insertPasskey(tx, {
      id: credential.id,
      userId: actor.userId,
      name,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: [...(credential.transports ?? [])],
      backedUp: credentialBackedUp,
    })
    await record(tx, actor, { action: 'account.passkey.add', subject: name })
    if (before.totp || before.passkeys > 0) return undefined
    const codes = newRecoveryCodes()
    await replaceRecoveryCodes(
      tx,
      actor.userId,
      codes.flatMap((code) => recoveryHash(actor.userId, code) ?? []),
    )
    return codes
  })
  forgetSessions(database)
  return recoveryCodes
}

export async function dropPasskey({ database }: PanelContext, actor: Actor, passkeyId: string): Promise<void> {
  await database.withSystem(async (tx) => {
    const name = await removePasskey(tx, actor.userId, passkeyId)
    if (name === undefined) throw new PublicError('passkey-not-found', 'You have no such passkey.', { status: 404 })
    const left = await readFactors(tx, actor.userId)
    if (!left.totp && left.passkeys === 0) await replaceRecoveryCodes(tx, actor.userId, [])
    await record(tx, actor, { action: 'account.passkey.remove', subject: name })
  })
  forgetSessions(database)
}

/** For navigator.credentials.get, as JSON. `userId` undefined: whoever holds a passkey of this panel. */
export async function signingOptions(
  { database, now }: PanelContext,
  party: RelyingParty,
  purpose: PasskeyPurpose,
  userId: string | undefined,
): Promise<unknown> {
  const known = userId === undefined ? [] : await database.withSystem((tx) => listPasskeys(tx, userId))
  const options = await generateAuthenticationOptions({
    rpID: party.id,
    allowCredentials: known.map(({ id, transports }) => ({ id, transports })),
    // Alone it stands for two factors, so the device must ask for finger, face or PIN.
    userVerification: purpose === 'sign-in' ? 'required' : 'preferred',
  })
  await database.withSystem((tx) =>
    saveChallenge(tx, { challenge: options.challenge, purpose, userId: userId ?? null }, now() + challengeMs),
  )
  return options
}

/** Whose passkey signed. Throws PublicError `passkey-refused` for anything that is not right. */
export async function checkPasskey(
  { database, now }: PanelContext,
  party: RelyingParty,
  purpose: PasskeyPurpose,
  response: string,
  userId: string | undefined,
): Promise<string> {
  const parsed = authenticationResponse(response)
  const key = await database.withSystem((tx) => findPasskey(tx, parsed.id))
  if (!key || (userId !== undefined && key.userId !== userId)) throw notAccepted()
  const { verified, authenticationInfo } = await verify(() =>
    verifyAuthenticationResponse({
      response: parsed,
      expectedChallenge: (challenge) =>
        database.withSystem((tx) => takeChallenge(tx, challenge, purpose, userId ?? null, now())),
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: purpose === 'sign-in',
      credential: {
        id: key.id,
        publicKey: Uint8Array.from(Buffer.from(key.publicKey, 'base64url')),
        counter: key.counter,
        transports: key.transports,
      },
    }),
  )
  if (!verified) throw notAccepted()
  // A counter that does not grow tells of a copied key; the library has refused that already, this stores the new one.
  const stored = await database.withSystem((tx) =>
    touchPasskey(tx, key.id, key.counter, authenticationInfo.newCounter, new Date(now()).toISOString()),
  )
  if (!stored) throw notAccepted()
  return key.userId
}

async function verify<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof PublicError) throw cause
    // The library's sentences speak of challenges and origins: for the log.
    throw notAccepted(new Error(messageOf(cause), { cause }))
  }
}

function notAccepted(cause?: unknown): PublicError {
  return new PublicError('passkey-refused', 'This passkey was not accepted.', {
    status: 422,
    hint: 'Try again; if it stays so, sign in another way.',
    cause,
  })
}

function tooMany(): PublicError {
  return new PublicError('too-many-passkeys', `An account has at most ${mostPasskeys} passkeys. Remove one first.`, {
    status: 409,
  })
}
