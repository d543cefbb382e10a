// API keys of one's own account: made (shown once), listed, revoked.
import { z } from 'zod'
import { createApiKey, forgetApiKeys, revokeApiKey } from '#core/auth/api-keys.ts'
import { PublicError } from '#core/base/errors.ts'
import { nameSchema } from '#core/domain/name.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import type { KeyView } from '#views/pages/account.tsx'
import { countKeys, keyName, listKeys, lockAccount } from './store.ts'

/** Enough for every program of one person; a script that makes keys in a loop stops here. */
export const mostKeys = 25

export const keyInput = z.object({
  name: nameSchema('Say what the key is for.'),
  expiresAt: z.iso.datetime({ offset: true, error: 'A moment such as 2027-01-31T00:00:00Z.' }).optional(),
})
export type KeyInput = z.output<typeof keyInput>

export interface NewKey {
  readonly id: string
  /** The only time it is seen. */
  readonly key: string
  readonly prefix: string
}

export async function createKey({ database, now }: PanelContext, actor: Actor, input: KeyInput): Promise<NewKey> {
  const moment = new Date(now()).toISOString()
  if (input.expiresAt !== undefined && Date.parse(input.expiresAt) <= now()) {
    throw new PublicError('key-expired', 'A key must end in the future.', {
      status: 422,
      details: { fields: { expiresAt: 'Lies in the past.' } },
    })
  }
  return await database.withTenant(actor.userId, async (tx) => {
    // Locked before it is counted: fifty requests at once make as many keys as one after the other.
    await lockAccount(tx, actor.userId)
    if ((await countKeys(tx, actor.userId, moment)) >= mostKeys) {
      throw new PublicError(
        'too-many-keys',
        `An account has at most ${mostKeys} keys. Revoke one that is not needed.`,
        { status: 409 },
      )
    }
    const made = await createApiKey(tx, actor.userId, input)
    await record(tx, actor, { action: 'account.key.create', subject: input.name, meta: { prefix: made.prefix } })
    return made
  })
}

export async function listOwnKeys({ database, now }: PanelContext, actor: Actor): Promise<KeyView[]> {
  return await database.withTenant(actor.userId, (tx) => listKeys(tx, actor.userId, new Date(now()).toISOString()))
}

export async function revokeKey({ database }: PanelContext, actor: Actor, keyId: string): Promise<void> {
  await database.withTenant(actor.userId, async (tx) => {
    const name = await keyName(tx, actor.userId, keyId)
    if (name === undefined || !(await revokeApiKey(tx, actor.userId, keyId))) throw keyNotFound()
    await record(tx, actor, { action: 'account.key.revoke', subject: name })
  })
  forgetApiKeys(database)
}

export function keyNotFound(): PublicError {
  return new PublicError('key-not-found', 'You have no key with this id.', { status: 404 })
}
