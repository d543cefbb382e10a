// Providers, flows and linked accounts in the database; for the system role.
import { and, asc, count, eq, gt, lt, ne, notInArray, sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { roles, userRoles } from '#core/db/schema/access.ts'
import { externalIdentities, providerFlows, users } from '#core/db/schema/accounts.ts'
import { settings } from '#core/db/schema/settings.ts'
import { type StoredProvider, storedProviders } from './settings.ts'

const key = 'providers'

export async function readProviders(tx: Transaction, lock = false): Promise<StoredProvider[]> {
  // A row to lock must be there.
  if (lock) await tx.insert(settings).values({ key, value: [] }).onConflictDoNothing()
  const query = tx.select({ value: settings.value }).from(settings).where(eq(settings.key, key))
  const [row] = lock ? await query.for('update') : await query
  return storedProviders.parse(row?.value ?? [])
}

export async function writeProviders(tx: Transaction, value: readonly StoredProvider[]): Promise<void> {
  await tx
    .insert(settings)
    .values({ key, value })
    .onConflictDoUpdate({ target: settings.key, set: { value, updatedAt: sql`now()` } })
}

export async function insertFlow(tx: Transaction, flow: typeof providerFlows.$inferInsert): Promise<void> {
  await tx.delete(providerFlows).where(lt(providerFlows.expiresAt, new Date().toISOString()))
  await tx.insert(providerFlows).values(flow)
}

/** Once: of two requests that bring the same state one finds it gone. Only with the browser's own cookie. */
export async function takeFlow(tx: Transaction, stateHash: string, browserHash: string, now: string) {
  const [row] = await tx
    .delete(providerFlows)
    .where(
      and(
        eq(providerFlows.stateHash, stateHash),
        eq(providerFlows.browserHash, browserHash),
        gt(providerFlows.expiresAt, now),
      ),
    )
    .returning()
  return row
}
export type Flow = NonNullable<Awaited<ReturnType<typeof takeFlow>>>

export async function findIdentity(tx: Transaction, provider: string, subject: string) {
  const [row] = await tx
    .select({ id: externalIdentities.id, userId: externalIdentities.userId })
    .from(externalIdentities)
    .where(and(eq(externalIdentities.provider, provider), eq(externalIdentities.subject, subject)))
  return row
}

/** False: that account at the provider belongs to somebody here already. */
export async function insertIdentity(tx: Transaction, row: typeof externalIdentities.$inferInsert): Promise<boolean> {
  const made = await tx
    .insert(externalIdentities)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: externalIdentities.id })
  return made.length > 0
}

export async function touchIdentity(tx: Transaction, id: string, label: string, at: string): Promise<void> {
  await tx.update(externalIdentities).set({ label, lastUsedAt: at }).where(eq(externalIdentities.id, id))
}

export async function listIdentities(tx: Transaction, userId: string) {
  return await tx
    .select()
    .from(externalIdentities)
    .where(eq(externalIdentities.userId, userId))
    .orderBy(asc(externalIdentities.createdAt))
}

export async function removeIdentity(tx: Transaction, userId: string, id: string): Promise<string | undefined> {
  const [row] = await tx
    .delete(externalIdentities)
    .where(and(eq(externalIdentities.id, id), eq(externalIdentities.userId, userId)))
    .returning({ provider: externalIdentities.provider })
  return row?.provider
}

/** Ways in beside this linked account: a password, a passkey, another provider. */
export async function otherWaysIn(tx: Transaction, userId: string, identityId: string): Promise<number> {
  const [row] = await tx
    .select({
      ways: sql<number>`(case when ${users.passwordHash} is null then 0 else 1 end)
        + (select count(*) from panel.passkeys p where p.user_id = ${userId})::int`,
    })
    .from(users)
    .where(eq(users.id, userId))
    // Held until the end: two that unlink at once must not leave nothing.
    .for('update')
  const [others] = await tx
    .select({ count: count() })
    .from(externalIdentities)
    .where(and(eq(externalIdentities.userId, userId), ne(externalIdentities.id, identityId)))
  return (row?.ways ?? 0) + (others?.count ?? 0)
}

export async function dropIdentities(tx: Transaction, provider: string): Promise<void> {
  await tx.delete(externalIdentities).where(eq(externalIdentities.provider, provider))
}

/** Takes away what the provider gave and maps no more. */
export async function keepMappedRoles(tx: Transaction, provider: string, roleIds: readonly string[]): Promise<void> {
  await tx
    .delete(userRoles)
    .where(
      and(
        eq(userRoles.provider, provider),
        roleIds.length === 0 ? undefined : notInArray(userRoles.roleId, [...roleIds]),
      ),
    )
}

export async function countLinked(tx: Transaction): Promise<Map<string, number>> {
  const rows = await tx
    .select({ provider: externalIdentities.provider, count: count() })
    .from(externalIdentities)
    .groupBy(externalIdentities.provider)
  return new Map(rows.map(({ provider, count: n }) => [provider, n]))
}

export async function listRoleNames(tx: Transaction): Promise<{ id: string; name: string }[]> {
  return await tx.select({ id: roles.id, name: roles.name }).from(roles).orderBy(asc(roles.name))
}

/** Gives what the mapping says and takes away what it gave before and says no more. True when anything changed. */
export async function syncRoles(
  tx: Transaction,
  userId: string,
  provider: string,
  roleIds: readonly string[],
): Promise<boolean> {
  const held = await tx
    .select({ roleId: userRoles.roleId })
    .from(userRoles)
    .where(and(eq(userRoles.userId, userId), eq(userRoles.provider, provider)))
  const before = new Set(held.map(({ roleId }) => roleId))
  const gone = [...before].filter((id) => !roleIds.includes(id))
  for (const roleId of gone) {
    await tx
      .delete(userRoles)
      .where(and(eq(userRoles.userId, userId), eq(userRoles.roleId, roleId), eq(userRoles.provider, provider)))
  }
  let changed = gone.length > 0
  for (const roleId of roleIds) {
    if (before.has(roleId)) continue
    // A role that somebody gave by hand stays theirs; one that is gone from the panel is given to nobody.
    const made = await tx.execute(sql`insert into panel.user_roles (user_id, role_id, provider)
      select ${userId}, r.id, ${provider} from panel.roles r where r.id = ${roleId} on conflict do nothing returning user_id`)
    changed ||= [...made].length > 0
  }
  return changed
}
