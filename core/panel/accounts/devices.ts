// Browsers that an account has signed in with: from another one its owner is told by mail.
import { createHash, randomBytes } from 'node:crypto'
import type { Transaction } from '#core/db/database.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { deviceCookie } from '#core/panel/http/cookies.ts'
import type { AppContext } from '#core/panel/http/types.ts'
import { browserName } from '#views/browser-name.ts'
import { keepDevice } from './device-store.ts'
import { newDeviceLetter } from './letters.ts'

/** A mail that waits longer than a day tells nothing that helps. */
const mailLifeMs = 24 * 60 * 60_000

export async function noteDevice(
  c: AppContext,
  { mail, now }: Pick<PanelContext, 'mail' | 'now'>,
  tx: Transaction,
  person: { readonly id: string; readonly email: string },
): Promise<void> {
  const had = deviceCookie.read(c)
  const secret = had !== undefined && /^[\w-]{43}$/.test(had) ? had : randomBytes(32).toString('base64url')
  deviceCookie.write(c, secret)
  const deviceHash = createHash('sha256').update(secret).digest('hex')
  const at = new Date(now()).toISOString()
  if (!(await keepDevice(tx, person.id, deviceHash, at))) return
  await mail.post(
    tx,
    newDeviceLetter(
      { to: person.email, expiresAt: new Date(now() + mailLifeMs).toISOString() },
      { browser: browserName(c.req.header('user-agent')), address: c.get('address'), at },
    ),
  )
}
