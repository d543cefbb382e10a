// Users as administrators see them. Lists are read as the person who asks, so that row-level security decides; changes are the
// system's, after the use case has checked who may.
import { and, asc, count, desc, eq, ilike, inArray, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import { openRights, rightsColumn } from '#core/auth/rights.ts'
import type { Transaction } from '#core/db/database.ts'
import { roles, serverMembers, userRoles } from '#core/db/schema/access.ts'
import { sessions, users } from '#core/db/schema/accounts.ts'
import { servers } from '#core/db/schema/servers.ts'
import type { Holder, ServerSubject } from '#core/permissions/can.ts'
import type { UserView } from '#views/pages/users/models.ts'

export const userStates = ['all', 'active', 'unconfirmed', 'suspended'] as const
export type UserState = (typeof userStates)[number]
export const userSorts = ['name', 'email', 'created', 'seen'] as const
type UserSort = (typeof userSorts)[number]

export interface UserQuery {
  /** Part of the name or the address. */
  readonly q: string
  readonly state: UserState
  readonly roleId?: string | undefined
  readonly sort: UserSort
  readonly descending: boolean
  readonly limit: number
  readonly offset: number
}

const columns = {
  id: users.id,
  name: users.name,
  email: users.email,
  isOwner: users.isOwner,
  emailVerifiedAt: users.emailVerifiedAt,
  suspendedAt: users.suspendedAt,
  suspendedReason: users.suspendedReason,
  lastSeenAt: users.lastSeenAt,
  joinedBy: users.joinedBy,
  createdAt: users.createdAt,
}

const inState: Readonly<Record<UserState, SQL | undefined>> = {
  all: undefined,
  active: and(isNull(users.suspendedAt), isNotNull(users.emailVerifiedAt)),
  unconfirmed: and(isNull(users.suspendedAt), isNull(users.emailVerifiedAt)),
  suspended: isNotNull(users.suspendedAt),
}

function found({ q, roleId }: Pick<UserQuery, 'q' | 'roleId'>): SQL | undefined {
  const part = `%${q.replace(/[\\%_]/g, '\\$&')}%`
  return and(
    q === '' ? undefined : or(ilike(users.name, part), ilike(users.email, part)),
    roleId === undefined
      ? undefined
      : sql`exists (select from ${userRoles} where ${userRoles.userId} = ${users.id} and ${userRoles.roleId} = ${roleId})`,
  )
}

const keys = {
  name: sql`lower(${users.name})`,
  email: sql`lower(${users.email})`,
  created: users.createdAt,
  seen: users.lastSeenAt,
}

export async function listUsers(tx: Transaction, query: UserQuery): Promise<UserView[]> {
  const way = query.descending ? desc : asc
  const rows = await tx
    .select(columns)
    .from(users)
    .where(and(inState[query.state], found(query)))
    .orderBy(sql`${way(keys[query.sort] as SQL)} nulls last`, asc(users.id))
    .limit(query.limit)
    .offset(query.offset)
  return await withMore(tx, rows)
}

export async function countUsers(
  tx: Transaction,
  query: Pick<UserQuery, 'q' | 'roleId'>,
): Promise<Record<UserState, number>> {
  const [row] = await tx
    .select({
      all: count(),
      active: sql<number>`count(*) filter (where ${inState.active})`.mapWith(Number),
      unconfirmed: sql<number>`count(*) filter (where ${inState.unconfirmed})`.mapWith(Number),
      suspended: sql<number>`count(*) filter (where ${inState.suspended})`.mapWith(Number),
    })
    .from(users)
    .where(found(query))
  return row ?? { all: 0, active: 0, unconfirmed: 0, suspended: 0 }
}

export async function readUser(tx: Transaction, userId: string): Promise<UserView | undefined> {
  const [row] = await withMore(tx, await tx.select(columns).from(users).where(eq(users.id, userId)))
  return row
}

type Row = Pick<typeof users.$inferSelect, keyof typeof columns>

async function withMore(tx: Transaction, rows: readonly Row[]): Promise<UserView[]> {
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return []
  const given = await tx
    .select({ userId: userRoles.userId, id: roles.id, name: roles.name })
    .from(userRoles)
    .innerJoin(roles, eq(roles.id, userRoles.roleId))
    .where(inArray(userRoles.userId, ids))
    .orderBy(roles.name)
  const owned = await tx
    .select({ userId: servers.ownerId, count: count() })
    .from(servers)
    .where(and(inArray(servers.ownerId, ids), isNull(servers.deletedAt)))
    .groupBy(servers.ownerId)
  const counts = new Map(owned.map(({ userId, count }) => [userId, count]))
  return rows.map(({ emailVerifiedAt, suspendedAt, suspendedReason, lastSeenAt, ...row }) => ({
    ...row,
    verified: emailVerifiedAt !== null,
    suspendedAt: suspendedAt ?? undefined,
    suspendedReason: suspendedReason ?? undefined,
    lastSeenAt: lastSeenAt ?? undefined,
    roles: given.filter(({ userId }) => userId === row.id).map(({ id, name }) => ({ id, name })),
    servers: counts.get(row.id) ?? 0,
  }))
}

export interface UserRow extends Holder {
  readonly name: string
  readonly email: string
  readonly emailVerifiedAt: string | null
  readonly suspendedAt: string | null
}

/** With what they were given, also while they are suspended: for who may act on them. Held until the transaction ends. */
export async function lockUser(tx: Transaction, userId: string): Promise<UserRow | undefined> {
  const [row] = await tx
    .select({
      userId: users.id,
      name: users.name,
      email: users.email,
      isOwner: users.isOwner,
      emailVerifiedAt: users.emailVerifiedAt,
      suspendedAt: users.suspendedAt,
      rights: rightsColumn,
    })
    .from(users)
    .where(eq(users.id, userId))
    .for('update')
  return row && { ...row, rights: openRights(row.rights) }
}

export async function emailTaken(tx: Transaction, email: string, exceptId: string): Promise<boolean> {
  const [row] = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(sql`lower(${users.email})`, email.toLowerCase()), sql`${users.id} <> ${exceptId}`))
  return row !== undefined
}

export async function updateUser(
  tx: Transaction,
  userId: string,
  values: Partial<typeof users.$inferInsert>,
): Promise<void> {
  await tx.update(users).set(values).where(eq(users.id, userId))
}

/** Browsers that are signed in as them, and those in which they look through other accounts. */
export async function endSessions(tx: Transaction, userId: string): Promise<void> {
  await tx.delete(sessions).where(or(eq(sessions.userId, userId), eq(sessions.impersonatorId, userId)))
}

export async function deleteUserRow(tx: Transaction, userId: string): Promise<void> {
  await tx.delete(users).where(eq(users.id, userId))
}

export async function serversOf(
  tx: Transaction,
  userId: string,
): Promise<(ServerSubject & { readonly name: string; readonly deletedAt: string | null })[]> {
  return await tx
    .select({
      id: servers.id,
      name: servers.name,
      ownerId: servers.ownerId,
      nodeId: servers.nodeId,
      suspendedAt: servers.suspendedAt,
      deletedAt: servers.deletedAt,
    })
    .from(servers)
    .where(eq(servers.ownerId, userId))
    .orderBy(servers.name)
}

/** Whoever owns a server is no guest there any more. */
export async function giveServers(tx: Transaction, fromId: string, toId: string): Promise<void> {
  const owned = tx.select({ id: servers.id }).from(servers).where(eq(servers.ownerId, fromId))
  await tx.delete(serverMembers).where(and(eq(serverMembers.userId, toId), inArray(serverMembers.serverId, owned)))
  await tx.update(servers).set({ ownerId: toId }).where(eq(servers.ownerId, fromId))
}

export async function findOwnerId(tx: Transaction): Promise<string | undefined> {
  const [row] = await tx.select({ id: users.id }).from(users).where(eq(users.isOwner, true))
  return row?.id
}

export async function findName(tx: Transaction, userId: string): Promise<string | undefined> {
  const [row] = await tx.select({ name: users.name }).from(users).where(eq(users.id, userId))
  return row?.name
}

/** Those to whom servers can be given. */
export async function findActiveByEmail(
  tx: Transaction,
  email: string,
): Promise<{ readonly id: string; readonly name: string } | undefined> {
  const [row] = await tx
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(and(eq(sql`lower(${users.email})`, email.toLowerCase()), isNull(users.suspendedAt)))
  return row
}

/** False: it had ended already. */
export async function endSession(tx: Transaction, sessionId: string): Promise<boolean> {
  const ended = await tx.delete(sessions).where(eq(sessions.id, sessionId)).returning({ id: sessions.id })
  return ended.length > 0
}

export async function changeSession(
  tx: Transaction,
  sessionId: string,
  values: { readonly expiresAt?: string; readonly provedAt?: string },
): Promise<void> {
  await tx.update(sessions).set(values).where(eq(sessions.id, sessionId))
}
