// API keys of one's own account: made (shown once), listed, revoked.
import { z } from 'zod'
import { createApiKey, forgetApiKeys, revokeApiKey } from '#core/auth/api-keys.ts'
import { isAddressEntry } from '#core/base/address-list.ts'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { Transaction } from '#core/db/database.ts'
import { nameSchema } from '#core/domain/name.ts'
import { lockAccount } from '#core/panel/accounts/store.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { covered, isGrant, tidy } from '#core/permissions/grants.ts'
import type { KeyView } from '#views/pages/account/keys.tsx'
import { countKeys, keyLimits, keyName, listKeys, serverNames } from './store.ts'

/** Enough for every program of one person; a script that makes keys in a loop stops here. */
export const mostKeys = 25

export const keyInput = z.object({
  name: nameSchema('Say what the key is for.'),
  expiresAt: z.iso.datetime({ offset: true, error: 'A moment such as 2027-01-31T00:00:00Z.' }).optional(),
  /** Left out: all that its owner may. */
  permissions: z
    .array(z.string().refine(isGrant, 'A permission or a wildcard, such as server.start or server.backups.*.'))
    .min(1, 'Choose at least one permission, or all.')
    .max(200, 'At most 200 permissions.')
    .optional(),
  /** Left out: every server its owner reaches. */
  serverIds: z
    .array(z.uuid('The id of a server.'))
    .min(1, 'Choose at least one server, or all.')
    .max(100, 'At most 100 servers.')
    .optional(),
  /** Left out: from everywhere. */
  allowedAddresses: z
    .array(z.string().trim().refine(isAddressEntry, 'An address or a network, such as 192.0.2.7 or 10.0.0.0/8.'))
    .min(1, 'Name at least one address, or leave it empty.')
    .max(50, 'At most 50 addresses.')
    .optional(),
})
export type KeyInput = z.output<typeof keyInput>

export interface NewKey {
  readonly id: string
  /** The only time it is seen. */
  readonly key: string
  readonly prefix: string
}

/** `askingKeyId`: the key that asks, when it is one: what it makes opens no more and no longer than itself. */
export async function createKey(
  { database, now }: PanelContext,
  actor: Actor,
  input: KeyInput,
  askingKeyId?: string,
): Promise<NewKey> {
  const moment = new Date(now()).toISOString()
  if (input.expiresAt !== undefined && Date.parse(input.expiresAt) <= now()) {
    throw new PublicError('key-expired', 'A key must end in the future.', {
      status: 422,
      details: { fields: { expiresAt: 'Lies in the past.' } },
    })
  }
  refuseWider(actor, input)
  const asking = askingKeyId === undefined ? undefined : await database.withSystem((tx) => keyLimits(tx, askingKeyId))
  const end = asking?.expiresAt ?? undefined
  const from = asking?.allowedAddresses
  if (from && !input.allowedAddresses?.every((entry) => from.includes(entry))) throw beyond('be used from elsewhere')
  if (end !== undefined && (input.expiresAt === undefined || Date.parse(input.expiresAt) > Date.parse(end))) {
    throw beyond('outlive it')
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
    await refuseUnseen(tx, input.serverIds ?? [])
    const permissions = input.permissions && tidy(input.permissions)
    const made = await createApiKey(tx, actor.userId, { ...input, permissions })
    const { serverIds, allowedAddresses } = input
    await record(tx, actor, {
      action: 'account.key.create',
      subject: input.name,
      meta: {
        prefix: made.prefix,
        ...(permissions && { permissions }),
        ...(serverIds && { serverIds }),
        ...(allowedAddresses && { allowedAddresses }),
      },
    })
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

/** A key that asks has a scope of its own, which what it makes stays within. */
function refuseWider({ rights: { scope } }: Actor, { permissions, serverIds }: KeyInput): void {
  const { grants, serverIds: own } = scope ?? {}
  if (grants && !permissions?.every((grant) => covered(grants, grant))) throw beyond('do more')
  if (own && !serverIds?.every((id) => own.has(id))) throw beyond('reach other servers')
}

function beyond(what: string): PublicError {
  return new PublicError('beyond-own-rights', `What this key makes may not ${what} than the key itself.`, {
    status: 403,
    hint: 'Make it on the page of your account, or name permissions, servers and an end within those of this key.',
  })
}

async function refuseUnseen(tx: Transaction, serverIds: readonly string[]): Promise<void> {
  const seen = await serverNames(tx, serverIds)
  const unseen = serverIds.find((id) => !seen.has(id))
  if (unseen !== undefined) throw new InvalidInput({ serverIds: `There is no server ${unseen}, or it is not yours.` })
}
