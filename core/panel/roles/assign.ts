// Who has which role. Nobody gives or takes a role that holds more than they do, also not from or to themselves.
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { PublicError } from '#core/base/errors.ts'
import type { Transaction } from '#core/db/database.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { readProviders } from '#core/panel/providers/store.ts'
import { demand } from '#core/permissions/can.ts'
import { lackedInRole, refuseLacking } from '#core/permissions/granting.ts'
import { rightsOf, roleNotFound } from './roles.ts'
import {
  giveRole,
  type HolderRow,
  holdersOf,
  listRoles,
  lockRole,
  lockUser,
  type RoleRow,
  rolesOf,
  takeRole,
} from './store.ts'

const mostShown = 500

export interface RoleOfUser extends RoleRow {
  /** Given by this auth provider's mapping, and taken by it. */
  readonly provider: string | undefined
}

export async function viewHolders(context: PanelContext, actor: Actor, roleId: string): Promise<HolderRow[]> {
  demand(actor, 'role.view')
  return await context.database.withSystem((tx) => holdersOf(tx, roleId, mostShown))
}

export async function viewRolesOf(context: PanelContext, actor: Actor, userId: string): Promise<RoleOfUser[]> {
  demand(actor, ['role.view', 'user.roles'])
  return await context.database.withSystem(async (tx) => {
    if (!(await lockUser(tx, { id: userId }))) throw userNotFound()
    const given = await rolesOf(tx, userId)
    const roles = await listRoles(
      tx,
      given.map(({ roleId }) => roleId),
    )
    return roles.map((role) => ({
      ...role,
      provider: given.find(({ roleId }) => roleId === role.id)?.provider ?? undefined,
    }))
  })
}

/** Exactly these from now on; what an auth provider gave stays until that provider takes it, or is gone. */
export async function setRolesOf(
  context: PanelContext,
  actor: Actor,
  userId: string,
  roleIds: readonly string[],
): Promise<void> {
  demand(actor, 'user.roles')
  await context.database.withSystem(async (tx) => {
    const user = await lockUser(tx, { id: userId })
    if (!user) throw userNotFound()
    const given = await rolesOf(tx, userId)
    const before = new Set(given.map(({ roleId }) => roleId))
    for (const roleId of new Set(roleIds)) if (!before.has(roleId)) await give(tx, actor, user, roleId)
    for (const { roleId, provider } of given) {
      if (roleIds.includes(roleId) || (await takenBy(tx, context, provider))) continue
      await take(tx, actor, user, roleId)
    }
  })
  rightsChanged(context.database)
}

export async function giveRoleTo(context: PanelContext, actor: Actor, roleId: string, email: string): Promise<string> {
  demand(actor, 'user.roles')
  const name = await context.database.withSystem(async (tx) => {
    const user = await lockUser(tx, { email })
    if (!user) throw userNotFound()
    await give(tx, actor, user, roleId)
    return user.name
  })
  rightsChanged(context.database)
  return name
}

export async function takeRoleFrom(
  context: PanelContext,
  actor: Actor,
  roleId: string,
  userId: string,
): Promise<string> {
  demand(actor, 'user.roles')
  const name = await context.database.withSystem(async (tx) => {
    const user = await lockUser(tx, { id: userId })
    const given = user && (await rolesOf(tx, userId)).find((each) => each.roleId === roleId)
    if (!user || !given) throw userNotFound()
    const provider = await takenBy(tx, context, given.provider)
    if (provider !== undefined) {
      throw new PublicError('role-of-provider', `${provider} gives this role to ${user.name} at every sign-in.`, {
        status: 409,
        hint: 'Change it there, or change the mapping of that provider.',
      })
    }
    await take(tx, actor, user, roleId)
    return user.name
  })
  rightsChanged(context.database)
  return name
}

/** Who alone takes it: the provider that gave it, as long as there is one by that name. Its plugin may be off for now. */
async function takenBy(
  tx: Transaction,
  { plugins }: PanelContext,
  provider: string | null,
): Promise<string | undefined> {
  if (provider === null) return undefined
  const all = [...plugins.all('authProviders'), ...(await readProviders(tx))]
  return all.some(({ id }) => id === provider) ? provider : undefined
}

type User = { readonly id: string; readonly name: string }

async function give(tx: Transaction, actor: Actor, user: User, roleId: string): Promise<void> {
  const role = await lockRole(tx, roleId)
  if (!role) throw roleNotFound()
  refuseLacking(lackedInRole(actor, rightsOf(role)), `The role ${role.name} cannot be given by you`)
  await giveRole(tx, user.id, roleId, actor.userId)
  await record(tx, actor, { action: 'role.give', subject: user.name, meta: { role: role.name, userId: user.id } })
}

async function take(tx: Transaction, actor: Actor, user: User, roleId: string): Promise<void> {
  const role = await lockRole(tx, roleId)
  if (!role) throw roleNotFound()
  refuseLacking(lackedInRole(actor, rightsOf(role)), `The role ${role.name} cannot be taken away by you`)
  await takeRole(tx, user.id, roleId)
  await record(tx, actor, { action: 'role.take', subject: user.name, meta: { role: role.name, userId: user.id } })
}

function userNotFound(): PublicError {
  return new PublicError('user-not-found', 'There is no account like that.', { status: 404 })
}
