// Everything the panel knows about one person, but for what opens doors: hashes, secrets, public keys of passkeys.
import { type AnyColumn, desc, eq, sql } from 'drizzle-orm'
import type { Transaction } from '#core/db/database.ts'
import { roles, serverMembers, userRoles } from '#core/db/schema/access.ts'
import { apiKeys, externalIdentities, knownDevices, passkeys, sessions, users } from '#core/db/schema/accounts.ts'
import { activity } from '#core/db/schema/activity.ts'
import { servers } from '#core/db/schema/servers.ts'

/** The newest; a program that acts every minute has a million. */
const mostActivity = 10_000

export async function readEverythingAbout(tx: Transaction, userId: string) {
  const [account] = await tx
    .select({
      id: users.id,
      name: users.name,
      email: users.email,
      isOwner: users.isOwner,
      theme: users.theme,
      language: users.language,
      timeZone: users.timeZone,
      emailVerifiedAt: users.emailVerifiedAt,
      passwordChangedAt: users.passwordChangedAt,
      lastSeenAt: users.lastSeenAt,
      joinedBy: users.joinedBy,
      createdAt: users.createdAt,
    })
    .from(users)
    .where(eq(users.id, userId))
  return {
    account,
    sessions: await tx
      .select({
        id: sessions.id,
        createdAt: sessions.createdAt,
        lastUsedAt: sessions.lastUsedAt,
        expiresAt: sessions.expiresAt,
        // Where an administrator sat who looked through the account is not the account holder's to know.
        address: unlessImpersonated(sessions.impersonatorId, sessions.address),
        userAgent: unlessImpersonated(sessions.impersonatorId, sessions.userAgent),
        method: sessions.method,
      })
      .from(sessions)
      .where(eq(sessions.userId, userId)),
    devices: await tx
      .select({ firstSeenAt: knownDevices.firstSeenAt, lastSeenAt: knownDevices.lastSeenAt })
      .from(knownDevices)
      .where(eq(knownDevices.userId, userId)),
    passkeys: await tx
      .select({ name: passkeys.name, createdAt: passkeys.createdAt, lastUsedAt: passkeys.lastUsedAt })
      .from(passkeys)
      .where(eq(passkeys.userId, userId)),
    apiKeys: await tx
      .select({
        name: apiKeys.name,
        prefix: apiKeys.prefix,
        createdAt: apiKeys.createdAt,
        expiresAt: apiKeys.expiresAt,
        lastUsedAt: apiKeys.lastUsedAt,
        lastUsedAddress: apiKeys.lastUsedAddress,
      })
      .from(apiKeys)
      .where(eq(apiKeys.userId, userId)),
    linkedAccounts: await tx
      .select({
        provider: externalIdentities.provider,
        subject: externalIdentities.subject,
        label: externalIdentities.label,
      })
      .from(externalIdentities)
      .where(eq(externalIdentities.userId, userId)),
    roles: await tx
      .select({ name: roles.name, since: userRoles.createdAt })
      .from(userRoles)
      .innerJoin(roles, eq(roles.id, userRoles.roleId))
      .where(eq(userRoles.userId, userId)),
    servers: await tx
      .select({ id: servers.id, name: servers.name, blueprint: servers.blueprintId, createdAt: servers.createdAt })
      .from(servers)
      .where(eq(servers.ownerId, userId)),
    memberships: await tx
      .select({
        serverId: serverMembers.serverId,
        server: servers.name,
        permissions: serverMembers.permissions,
        since: serverMembers.createdAt,
      })
      .from(serverMembers)
      .innerJoin(servers, eq(servers.id, serverMembers.serverId))
      .where(eq(serverMembers.userId, userId)),
    activity: await tx
      .select({
        at: activity.at,
        action: activity.action,
        subject: activity.subject,
        outcome: activity.outcome,
        via: activity.via,
        address: unlessImpersonated(activity.impersonatorId, activity.address),
      })
      .from(activity)
      .where(eq(activity.actorId, userId))
      .orderBy(desc(activity.id))
      .limit(mostActivity),
  }
}

const unlessImpersonated = (impersonatorId: AnyColumn, column: AnyColumn) =>
  sql<string | null>`case when ${impersonatorId} is null then ${column} end`
