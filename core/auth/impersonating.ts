// Whether an administrator may look through somebody's account: asked when they begin, and again each time that session
// is read, because either of the two may have other rights by now.
import type { Transaction } from '#core/db/database.ts'
import { can, type Holder } from '#core/permissions/can.ts'
import { isAbove } from '#core/permissions/granting.ts'
import { readHolders } from './rights.ts'

/** `impersonator` undefined: suspended or gone. */
export function mayImpersonate(
  impersonator: Holder | undefined,
  account: Pick<Holder, 'isOwner' | 'rights'> | undefined,
): boolean {
  return (
    impersonator !== undefined &&
    account !== undefined &&
    can(impersonator, 'user.impersonate') &&
    isAbove(impersonator, account)
  )
}

/** Of a session; one without an impersonator is nobody's but the account's. */
export async function mayStillImpersonate(
  tx: Transaction,
  impersonatorId: string | null,
  account: Pick<Holder, 'isOwner' | 'rights'>,
): Promise<boolean> {
  if (impersonatorId === null) return true
  return mayImpersonate((await readHolders(tx, [impersonatorId])).get(impersonatorId), account)
}
