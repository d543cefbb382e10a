// A sign-in whose first half is done: kept on the server, known to the browser by a secret in a cookie, for one account,
// five minutes and five tries. Nothing in it comes from the request (attack 33).
import { createHash, randomBytes } from 'node:crypto'
import type { PanelContext } from '#core/panel/context.ts'
import { pendingCookie } from '#core/panel/http/cookies.ts'
import type { AppContext } from '#core/panel/http/types.ts'
import { insertPending, type PendingRow, readPending, removeStalePending, spendPending, tryPending } from './store.ts'

/** Time to find the phone. */
const lifeSeconds = 5 * 60
const mostTries = 5

export async function beginPending(
  c: AppContext,
  { database, now }: PanelContext,
  { userId, method, next }: { readonly userId: string; readonly method: string; readonly next: string | undefined },
): Promise<void> {
  const secret = randomBytes(32).toString('base64url')
  const at = now()
  await database.withSystem(async (tx) => {
    await removeStalePending(tx, new Date(at).toISOString())
    await insertPending(tx, {
      tokenHash: hash(secret),
      userId,
      method,
      returnTo: next ?? null,
      expiresAt: new Date(at + lifeSeconds * 1000).toISOString(),
    })
  })
  pendingCookie.write(c, secret, lifeSeconds)
}

export interface Pending extends PendingRow {
  /** Ends it; false when somebody else did so first. */
  spend(): Promise<boolean>
}

/** `try`: this request brings a code, which counts. Undefined: there is none, it is over, or all tries are used up. */
export async function currentPending(
  c: AppContext,
  { database, now }: PanelContext,
  purpose: 'look' | 'try',
): Promise<Pending | undefined> {
  const secret = pendingCookie.read(c)
  if (secret === undefined) return undefined
  const tokenHash = hash(secret)
  const moment = new Date(now()).toISOString()
  const row = await database.withSystem((tx) =>
    purpose === 'try' ? tryPending(tx, tokenHash, moment, mostTries) : readPending(tx, tokenHash, moment),
  )
  if (!row) {
    pendingCookie.clear(c)
    return undefined
  }
  return {
    ...row,
    spend: async () => {
      pendingCookie.clear(c)
      return await database.withSystem((tx) => spendPending(tx, tokenHash))
    },
  }
}

const hash = (secret: string): string => createHash('sha256').update(secret).digest('hex')
