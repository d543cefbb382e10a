// Somebody a provider vouches for: whose account that is, and whether it is made now.
import { randomUUID } from 'node:crypto'
import { readHolders } from '#core/auth/rights.ts'
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { PublicError } from '#core/base/errors.ts'
import type { Transaction } from '#core/db/database.ts'
import { emailSchema } from '#core/domain/mail.ts'
import { createAccount } from '#core/panel/accounts/create-account.ts'
import { personNameSchema } from '#core/panel/accounts/profile.ts'
import { findByEmail, readEntrant } from '#core/panel/accounts/store.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { dropInvitations } from '#core/panel/joining/store.ts'
import type { ExternalIdentity } from '#core/plugins/contributions.ts'
import type { AvailableProvider } from './available.ts'
import { findIdentity, insertIdentity, syncRoles, touchIdentity } from './store.ts'

type Stranger = Omit<Actor, 'userId' | 'name'>

/** The account's id. Throws with what to do when there is none for them. */
export async function welcome(
  context: PanelContext,
  provider: AvailableProvider,
  identity: ExternalIdentity,
  by: Stranger,
): Promise<string> {
  const { database, now } = context
  const at = new Date(now()).toISOString()
  const { userId, changed } = await database.withSystem(async (tx) => {
    const known = await findIdentity(tx, provider.id, identity.subject)
    if (known) await touchIdentity(tx, known.id, labelOf(identity), at)
    const id =
      known?.userId ??
      (await byAddress(tx, provider, identity, by)) ??
      (await provision(tx, context, provider, identity, by))
    const row = await readEntrant(tx, id)
    // The owner holds everything; nothing a provider says adds to that.
    const roles = row && !row.isOwner ? rolesFor(provider, identity) : undefined
    return { userId: id, changed: roles !== undefined && (await syncRoles(tx, id, provider.id, roles)) }
  })
  if (changed) rightsChanged(database)
  return userId
}

function labelOf({ name, email }: ExternalIdentity): string {
  return (email === undefined ? name : `${name} (${email})`).slice(0, 200)
}

function rolesFor({ policy }: AvailableProvider, { groups = [] }: ExternalIdentity): string[] {
  return [...new Set(policy.roles.filter(({ group }) => groups.includes(group)).map(({ roleId }) => roleId))]
}

/**
 * The account with the same address, where an administrator trusts the provider that far. Both must be confirmed: by the
 * provider, or somebody could claim anybody's address there; and here, or somebody could have prepared an account for
 * an address that is not theirs.
 */
async function byAddress(
  tx: Transaction,
  provider: AvailableProvider,
  identity: ExternalIdentity,
  by: Stranger,
): Promise<string | undefined> {
  if (!provider.policy.linkByEmail || identity.email === undefined || !identity.emailVerified) return undefined
  const found = await findByEmail(tx, identity.email)
  const row = found && (await readEntrant(tx, found.id))
  if (!row || row.emailVerifiedAt === null) return undefined
  // Whoever sets a provider up could else become anybody above them: an account with power is linked by its owner alone.
  const holder = (await readHolders(tx, [row.id])).get(row.id)
  if (!holder || holder.isOwner || holder.rights.roles.length > 0) return undefined
  await link(tx, provider, identity, { ...by, userId: row.id, name: row.name })
  return row.id
}

async function provision(
  tx: Transaction,
  { now }: Pick<PanelContext, 'now'>,
  provider: AvailableProvider,
  identity: ExternalIdentity,
  by: Stranger,
): Promise<string> {
  const { label, policy } = provider
  if (!policy.provision) {
    throw new PublicError('no-linked-account', `No account here is linked with this one of ${label}.`, {
      status: 403,
      hint: `Have you an account here? Sign in with it and link ${label} on the page of your account.`,
    })
  }
  const email = emailSchema.safeParse(identity.email)
  if (!email.success || !identity.emailVerified) {
    throw new PublicError('address-not-confirmed', `${label} did not tell a confirmed e-mail address of yours.`, {
      status: 403,
      hint: `Confirm your address at ${label}, then sign in again.`,
    })
  }
  const name = personNameSchema.safeParse(identity.name.slice(0, 60))
  const account = {
    name: name.success ? name.data : 'New person',
    email: email.data,
    passwordHash: undefined,
    verified: true,
    joinedBy: 'provider',
  } as const
  const userId = await createAccount(tx, account, by, now())
  if (userId === undefined) {
    throw new PublicError(
      'account-exists',
      `There is an account with this address, and it is not linked with ${label}.`,
      {
        status: 409,
        hint: `Sign in with it and link ${label} on the page of your account.`,
      },
    )
  }
  // A link to the same address would else make a second try at it.
  await dropInvitations(tx, account.email)
  await link(tx, provider, identity, { ...by, userId, name: account.name })
  return userId
}

/** Throws when that account at the provider belongs to somebody else here. */
export async function link(
  tx: Transaction,
  provider: AvailableProvider,
  identity: ExternalIdentity,
  actor: Actor,
): Promise<void> {
  const made = await insertIdentity(tx, {
    id: randomUUID(),
    userId: actor.userId,
    provider: provider.id,
    subject: identity.subject,
    label: labelOf(identity),
  })
  if (!made) {
    throw new PublicError(
      'identity-taken',
      `This account of ${provider.label} is linked with an account here already.`,
      {
        status: 409,
        hint: 'Unlink it there first.',
      },
    )
  }
  await record(tx, actor, { action: 'account.link', subject: provider.label, meta: { provider: provider.id } })
}
