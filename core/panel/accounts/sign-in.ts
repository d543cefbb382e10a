// E-mail and password: whose account that is. The same answer after the same time whether or not it exists. What comes
// after a right password is finish-sign-in.ts.

import { setTimeout as delay } from 'node:timers/promises'
import { hashPassword, isOutdated, verifyPassword } from '#core/auth/passwords.ts'
import { revokeSession } from '#core/auth/sessions.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { rateRules } from '#core/panel/http/rate-rules.ts'
import { networkOf, openSharedLimit, type Try } from '#core/panel/http/shared-limit.ts'
import { noRights } from '#core/permissions/rights.ts'
import { findByEmail, hasForeignHashes, updatePassword } from './store.ts'

export interface Client {
  readonly address: string | undefined
  readonly userAgent: string | undefined
  readonly requestId: string | undefined
}

/** The account's id when both halves are right. */
export type CheckPassword = (
  input: { readonly email: string; readonly password: string },
  client: Client,
) => Promise<string | undefined>

const minute = 60_000
/** Longer than bcrypt at the usual cost of 10 to 12 takes. */
const slowestMs = 700

/** Undefined: wrong, and nobody learns which half. Throws `too-many-tries` (429). */
export function openPasswordCheck({
  database,
  log,
  now,
}: Pick<PanelContext, 'database' | 'log' | 'now'>): CheckPassword {
  const limit = openSharedLimit({ database, now })
  /** Until the accounts that came with bcrypt hashes have signed in, theirs take longer to refuse than nobody's. */
  let foreign = { known: false, until: 0 }
  async function evenOut(begun: number): Promise<void> {
    if (now() >= foreign.until) foreign = { known: await database.withSystem(hasForeignHashes), until: now() + minute }
    const left = begun + slowestMs - performance.now()
    if (foreign.known && left > 0) await delay(left)
  }
  return async function checkPassword({ email, password }, client) {
    const begun = performance.now()
    const account = email.trim().toLowerCase()
    const network = networkOf(client.address)
    const pair: Try = [rateRules.signIn, `${network} ${account}`]
    const others: Try[] = [
      [rateRules.signInAddress, network],
      [rateRules.signInAccount, account],
    ]
    await limit.take(pair, ...others)

    const found = await database.withSystem((tx) => findByEmail(tx, account))
    const right = await verifyPassword(found?.passwordHash, password)
    if (!found || !right) {
      await evenOut(begun)
      // Not awaited: the answer for an account that exists must not take longer than for one that does not.
      if (found)
        noteFailure(database, found, client).catch((error: unknown) =>
          log.warn('A refused sign-in was not recorded', { error }),
        )
      return undefined
    }
    // Before the others are given back: whoever goes on after this runs out of these, and is refused without a hash.
    await limit.take([rateRules.signedIn, account])
    await limit.giveBack({ cleared: [pair], undone: others })
    if (found.passwordHash !== undefined && isOutdated(found.passwordHash)) {
      const stronger = await hashPassword(password)
      await database.withSystem((tx) => updatePassword(tx, found.id, stronger))
    }
    return found.id
  }
}

export async function signOut({ database }: PanelContext, actor: Actor, sessionId: string): Promise<void> {
  await revokeSession(database, sessionId)
  await database.withTenant(actor.userId, (tx) =>
    record(tx, actor, { action: 'account.sign-out', subject: actor.name }),
  )
}

type Found = NonNullable<Awaited<ReturnType<typeof findByEmail>>>

export function actorFor({ id, name, isOwner }: Pick<Found, 'id' | 'name' | 'isOwner'>, client: Client): Actor {
  return { userId: id, name, isOwner, rights: noRights, via: 'session', ...client }
}

/** Only for accounts that exist: what strangers type is not worth keeping, and would fill the log. */
async function noteFailure(database: PanelContext['database'], found: Found, client: Client): Promise<void> {
  const actor = actorFor(found, client)
  await database.withSystem((tx) =>
    record(tx, actor, { action: 'account.sign-in', subject: found.name, outcome: 'refused' }),
  )
}
