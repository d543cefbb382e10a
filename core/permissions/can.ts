// Who may do what: the owner everything; everybody else what is theirs, what their roles say, and what they were
// granted on servers of others. A key has what it leaves of that.
import { PublicError } from '#core/base/errors.ts'
import { describe, type Permission } from './catalogue.ts'
import { covered } from './grants.ts'
import type { KeyScope, Rights, RoleRights } from './rights.ts'

export interface Holder {
  readonly userId: string
  readonly isOwner: boolean
  readonly rights: Rights
}

/** A server, as far as it matters for who may do something with it. */
export interface ServerSubject {
  readonly id: string
  readonly ownerId: string
  readonly nodeId: string
  /** Null: not suspended. */
  readonly suspendedAt: string | null
}

/** A server, or a node: where a role that is limited to some nodes must reach. */
export type Subject = ServerSubject | { readonly nodeId: string }

/** One permission, or any of several. */
export type Asked = Permission | readonly Permission[]

/**
 * May this person do it? For a permission about servers or nodes, `subject` is which one; left out, the answer is
 * whether they could have it for some, which is what the door of a route asks before it is known.
 */
export function can(holder: Holder, asked: Asked, subject?: Subject): boolean {
  return anyOf(asked).some((permission) => holds(holder, permission, subject) && !shutOff(holder, permission, subject))
}

/** Throws what the web answers with 403; the sentence names what is missing and who can give it. */
export function demand(holder: Holder, asked: Asked, subject?: Subject): void {
  if (can(holder, asked, subject)) return
  const [permission] = anyOf(asked)
  if (permission === undefined) throw new Error('a route asks for none of no permissions')
  if (anyOf(asked).some((each) => holds(holder, each, subject))) throw serverSuspended(permission)
  const { words, reach } = describe(permission)
  const keyed = holder.rights.scope !== undefined
  throw new PublicError('forbidden', `${keyed ? 'This key' : 'Your account'} may not ${words}.`, {
    status: 403,
    hint: reach === 'server' ? 'Who owns the server can allow it.' : 'An administrator of this panel can allow it.',
    details: { permission },
  })
}

/** A suspended server is looked at and nothing else; who may suspend servers can also take it away. */
function shutOff(holder: Holder, permission: Permission, subject: Subject | undefined): boolean {
  if (!isServer(subject) || subject.suspendedAt === null || stillSeen.has(permission)) return false
  return !(takenAway.has(permission) && holds(holder, 'user.servers', undefined))
}

const stillSeen: ReadonlySet<Permission> = new Set([
  'server.view',
  'server.metrics',
  'server.crashes',
  'server.activity',
  'server.activity.addresses',
  'server.console',
  'server.startup.view',
  'server.network.view',
  'server.subusers.view',
])
const takenAway: ReadonlySet<Permission> = new Set(['server.delete', 'server.transfer'])

function serverSuspended(permission: Permission): PublicError {
  return new PublicError('server-suspended', 'This server is suspended: it can be looked at, and that is all.', {
    status: 409,
    hint: 'An administrator of this panel can lift the suspension.',
    details: { permission },
  })
}

/** False for a server that the key is not for: to it, there is no such server. */
export function isForServer({ rights: { scope } }: Holder, serverId: string): boolean {
  return scope?.serverIds?.has(serverId) ?? true
}

export function anyOf(asked: Asked): readonly Permission[] {
  return typeof asked === 'string' ? [asked] : asked
}

/** Does the role hold where this is? Without a subject: anywhere at all. */
export function reaches(role: RoleRights, subject: Subject | undefined): boolean {
  return role.everywhere || subject === undefined || role.nodeIds.has(subject.nodeId)
}

const isServer = (subject: Subject | undefined): subject is ServerSubject =>
  subject !== undefined && 'ownerId' in subject

function holds(holder: Holder, permission: Permission, subject: Subject | undefined): boolean {
  const { rights, isOwner, userId } = holder
  if (rights.scope && !inScope(rights.scope, permission, subject)) return false
  if (isOwner) return true
  const byRole = (role: RoleRights) => covered(role.grants, permission)
  switch (describe(permission).reach) {
    case 'self':
      return true
    case 'panel':
      return rights.roles.some((role) => role.everywhere && byRole(role))
    case 'node':
      return rights.roles.some((role) => reaches(role, subject) && byRole(role))
    case 'server':
      if (subject === undefined) return true
      if (isServer(subject)) {
        if (subject.ownerId === userId) return true
        const granted = rights.memberships.get(subject.id)
        // Whoever was let in sees where they are.
        if (granted && (permission === 'server.view' || covered(granted, permission))) return true
      }
      return rights.roles.some((role) => reaches(role, subject) && byRole(role))
  }
}

/** A key for some servers is for these alone; what is about neither servers nor nodes it does when that is named. */
function inScope({ grants, serverIds }: KeyScope, permission: Permission, subject: Subject | undefined): boolean {
  if (grants && !covered(grants, permission)) return false
  if (!serverIds) return true
  switch (describe(permission).reach) {
    case 'server':
      return subject === undefined || (isServer(subject) && serverIds.has(subject.id))
    case 'node':
      return isServer(subject) && serverIds.has(subject.id)
    case 'panel':
    case 'self':
      return grants !== undefined
  }
}
