// The list of users, as filtered by a page or a program.
import { z } from 'zod'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { can, demand } from '#core/permissions/can.ts'
import type { OwnedServer, UserView } from '#views/pages/users/models.ts'
import {
  countUsers,
  listUsers,
  readUser,
  serversOf,
  type UserQuery,
  type UserState,
  userSorts,
  userStates,
} from './store.ts'
import { userNotFound } from './target.ts'

/** What a wrong value falls back to: a bookmark of an older version must not be an error page. */
export const userFilter = z.object({
  q: z.string().trim().max(100).catch(''),
  state: z.enum(userStates).catch('all'),
  sort: z.enum(userSorts).catch('name'),
  order: z.enum(['asc', 'desc']).catch('asc'),
  page: z.coerce.number().pipe(z.int().min(1).max(100_000)).catch(1),
})
export type UserFilter = z.output<typeof userFilter>

export const usersPerPage = 50

export interface UserPage {
  readonly users: readonly UserView[]
  readonly counts: Readonly<Record<UserState, number>>
}

export async function pageOfUsers(context: PanelContext, actor: Actor, filter: UserFilter): Promise<UserPage> {
  const { q, state, sort, order, page } = filter
  const offset = (page - 1) * usersPerPage
  return await readUsers(context, actor, { q, state, sort, descending: order === 'desc', limit: usersPerPage, offset })
}

export async function readUsers({ database }: PanelContext, actor: Actor, query: UserQuery): Promise<UserPage> {
  demand(actor, 'user.view')
  return await database.withTenant(actor.userId, async (tx) => ({
    users: await listUsers(tx, query),
    counts: await countUsers(tx, query),
  }))
}

export async function findUser({ database }: PanelContext, actor: Actor, userId: string): Promise<UserView> {
  demand(actor, 'user.view')
  const user = await database.withTenant(actor.userId, (tx) => readUser(tx, userId))
  if (!user) throw userNotFound()
  return user
}

/** Those that whoever asks may see. */
export async function ownedServers({ database }: PanelContext, actor: Actor, userId: string): Promise<OwnedServer[]> {
  const owned = await database.withTenant(actor.userId, (tx) => serversOf(tx, userId))
  return owned
    .filter((server) => server.deletedAt === null && can(actor, 'server.view', server))
    .map(({ id, name, suspendedAt }) => ({ id, name, suspended: suspendedAt !== null }))
}
