// One's authenticator app: shown, confirmed by a first code, removed. Recovery codes come with it.
import { newRecoveryCodes, recoveryHash } from '#core/auth/recovery-codes.ts'
import { forgetSessions } from '#core/auth/sessions.ts'
import { newTotpSecret, totpStep, totpUri } from '#core/auth/totp.ts'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { Transaction } from '#core/db/database.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { confirmTotp, readFactors, readPendingTotp, removeTotp, replaceRecoveryCodes, writeTotp } from './store.ts'

/** A new secret, or again a new one: what was shown and not confirmed is void. */
export async function beginTotp({ database, secrets, now }: PanelContext, actor: Actor): Promise<void> {
  const sealed = secrets.encrypt(newTotpSecret())
  if (await database.withSystem((tx) => writeTotp(tx, actor.userId, sealed, new Date(now()).toISOString()))) return
  throw new PublicError('totp-active', 'An authenticator app is set up already.', {
    status: 409,
    hint: 'Remove it first to set up another one.',
  })
}

/** What was begun and left is void: whoever sits here later does not finish it. */
const setupMs = 15 * 60_000
const begunAfter = (now: number): string => new Date(now - setupMs).toISOString()

export interface TotpSetup {
  /** Base32, for typing. */
  readonly secret: string
  readonly uri: string
}

/** What to scan; undefined when nothing waits to be confirmed. */
export async function pendingTotp(
  { database, secrets, now }: PanelContext,
  actor: Actor,
  as: { readonly issuer: string; readonly email: string },
): Promise<TotpSetup | undefined> {
  const row = await database.withSystem((tx) => readPendingTotp(tx, actor.userId, begunAfter(now())))
  if (!row) return undefined
  const secret = secrets.decrypt(row.secret)
  return { secret, uri: totpUri(secret, as.issuer, as.email) }
}

/** The recovery codes, seen this once. Throws InvalidInput for a wrong code. */
export async function confirmApp(context: PanelContext, actor: Actor, typed: string): Promise<readonly string[]> {
  const { database, secrets, now } = context
  const codes = await database.withSystem(async (tx) => {
    const row = await readPendingTotp(tx, actor.userId, begunAfter(now()))
    if (!row) throw new PublicError('totp-not-begun', 'No authenticator app waits for its code.', { status: 409 })
    const step = totpStep(secrets.decrypt(row.secret), typed.replace(/\s/g, ''), row.lastStep, now())
    if (step === undefined || !(await confirmTotp(tx, actor.userId, step, new Date(now()).toISOString()))) {
      throw new InvalidInput({
        code: 'That is not the current code. Codes change every 30 seconds; is the clock right?',
      })
    }
    const codes = await renew(tx, actor)
    await record(tx, actor, { action: 'account.totp.add', subject: actor.name })
    return codes
  })
  forgetSessions(database)
  return codes
}

export async function removeApp({ database }: PanelContext, actor: Actor): Promise<void> {
  await database.withSystem(async (tx) => {
    if (!(await removeTotp(tx, actor.userId))) return
    const left = await readFactors(tx, actor.userId)
    // Without any second factor they would open nothing.
    if (left.passkeys === 0) await replaceRecoveryCodes(tx, actor.userId, [])
    await record(tx, actor, { action: 'account.totp.remove', subject: actor.name })
  })
  forgetSessions(database)
}

/** Ten new codes; the old ones are void. */
export async function renewRecoveryCodes({ database }: PanelContext, actor: Actor): Promise<readonly string[]> {
  return await database.withSystem(async (tx) => {
    const factors = await readFactors(tx, actor.userId)
    if (!factors.totp && factors.passkeys === 0) {
      throw new PublicError('no-second-factor', 'Recovery codes stand in for a second factor, and you have none yet.', {
        status: 409,
      })
    }
    const codes = await renew(tx, actor)
    await record(tx, actor, { action: 'account.recovery-codes.renew', subject: actor.name })
    return codes
  })
}

async function renew(tx: Transaction, { userId }: Actor): Promise<readonly string[]> {
  const codes = newRecoveryCodes()
  await replaceRecoveryCodes(
    tx,
    userId,
    codes.flatMap((code) => recoveryHash(userId, code) ?? []),
  )
  return codes
}
