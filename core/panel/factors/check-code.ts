// A code that somebody typed: of the authenticator app or a recovery code, each taken once.
import { recoveryHash } from '#core/auth/recovery-codes.ts'
import { totpStep } from '#core/auth/totp.ts'
import type { Transaction } from '#core/db/database.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { readTotp, takeRecoveryCode, takeTotpStep } from './store.ts'

/** What it was, and it is used up; undefined: wrong, or used before. Runs as the system. */
export async function takeCode(
  tx: Transaction,
  { secrets, now }: Pick<PanelContext, 'secrets' | 'now'>,
  userId: string,
  typed: string,
): Promise<'totp' | 'recovery-code' | undefined> {
  const code = typed.replace(/\s/g, '')
  const at = now()
  if (/^\d{6}$/.test(code)) {
    const factor = await readTotp(tx, userId)
    const step = factor && totpStep(secrets.decrypt(factor.secret), code, factor.lastStep, at)
    return step !== undefined && (await takeTotpStep(tx, userId, step)) ? 'totp' : undefined
  }
  const hash = recoveryHash(userId, code)
  const taken = hash !== undefined && (await takeRecoveryCode(tx, userId, hash, new Date(at).toISOString()))
  return taken ? 'recovery-code' : undefined
}
