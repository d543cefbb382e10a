// Everything somebody may do to one server, or at all: what pages draw buttons by.
import { can, type Holder, type ServerSubject } from './can.ts'
import { describe, type Permission, permissionNames } from './catalogue.ts'
import { covered } from './grants.ts'

const aboutServers = permissionNames.filter((name) => ['server', 'node'].includes(describe(name).reach))
const onOwnServers: ReadonlySet<Permission> = new Set(aboutServers.filter((name) => describe(name).reach === 'server'))
const everything: ReadonlySet<Permission> = new Set(aboutServers)

export function mayOn(holder: Holder, server: ServerSubject): ReadonlySet<Permission> {
  const { rights, isOwner, userId } = holder
  if (server.suspendedAt !== null) return new Set(aboutServers.filter((name) => can(holder, name, server)))
  // Lists ask this for each row: those who own what they see, the most of all, cost nothing.
  if (!rights.scope && isOwner) return everything
  if (!rights.scope && rights.roles.length === 0 && server.ownerId === userId) return onOwnServers
  return new Set(aboutServers.filter((name) => can(holder, name, server)))
}

/** What is not about one server: the places of the navigation. */
export function mayAtAll(holder: Holder): ReadonlySet<Permission> {
  return new Set(permissionNames.filter((name) => describe(name).reach !== 'server' && can(holder, name)))
}

/** Nodes where this person's roles grant it: for statements, where a role says everywhere or some. */
export function nodesWith({ isOwner, rights }: Holder, permission: Permission): 'all' | ReadonlySet<string> {
  const roles = rights.roles.filter(({ grants }) => covered(grants, permission))
  if (isOwner || roles.some(({ everywhere }) => everywhere)) return 'all'
  return new Set(roles.flatMap(({ nodeIds }) => [...nodeIds]))
}
