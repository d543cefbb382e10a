// Nobody grants what they lack, and nobody takes from those above them: the one place that decides it.
import { PublicError } from '#core/base/errors.ts'
import { type Holder, reaches, type ServerSubject } from './can.ts'
import { describe, isPermission } from './catalogue.ts'
import { covered, covers } from './grants.ts'
import type { RoleRights } from './rights.ts'

/** Those of `grants` that this person cannot give, or take away, on this server. */
export function lackedOn(holder: Holder, grants: readonly string[], server: ServerSubject): string[] {
  const { rights, isOwner, userId } = holder
  const held =
    isOwner || server.ownerId === userId
      ? ['*']
      : [
          ...(rights.memberships.get(server.id) ?? []),
          ...rights.roles.filter((role) => reaches(role, server)).flatMap((role) => role.grants),
        ]
  const { scope } = rights
  const here = !scope?.serverIds || scope.serverIds.has(server.id)
  return grants.filter((grant) => !(here && covered(held, grant) && (!scope?.grants || covered(scope.grants, grant))))
}

/** What of a role this person does not hold wherever the role does: they can neither make, change, give nor take it. */
export function lackedInRole(holder: Holder, role: RoleRights): string[] {
  return role.grants.filter((grant) => !holdsWherever(holder, grant, role))
}

function holdsWherever({ rights, isOwner }: Holder, grant: string, wanted: RoleRights): boolean {
  const { scope, roles } = rights
  if (scope?.serverIds || (scope?.grants && !covered(scope.grants, grant))) return false
  if (isOwner) return true
  const held = roles.filter(({ grants }) => grants.some((each) => covers(each, grant)))
  // A role that holds nowhere today may hold somewhere tomorrow.
  if (held.length === 0) return false
  if (held.some(({ everywhere }) => everywhere)) return true
  if (wanted.everywhere) return false
  return (
    [...wanted.locationIds].every((id) => held.some(({ locationIds }) => locationIds.has(id))) &&
    [...wanted.nodeIds].every((id) => held.some(({ nodeIds }) => nodeIds.has(id)))
  )
}

/** True when this person holds everything the other one was given: only then may they act on that account. */
export function isAbove(holder: Holder, other: Pick<Holder, 'isOwner' | 'rights'>): boolean {
  if (other.isOwner) return holder.isOwner && !holder.rights.scope
  return other.rights.roles.every((role) => lackedInRole(holder, role).length === 0)
}

/** 403 with what is missing, when anything is. */
export function refuseLacking(lacked: readonly string[], what: string): void {
  if (lacked.length === 0) return
  throw new PublicError('beyond-own-rights', `${what}: you do not have ${lacked.map(said).join(', ')} yourself.`, {
    status: 403,
    hint: 'Nobody gives or takes what they do not hold.',
    details: { permissions: lacked },
  })
}

function said(grant: string): string {
  return isPermission(grant) ? `“${describe(grant).words}”` : `“${grant}”`
}
