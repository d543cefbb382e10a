// Who counts as an administrator: anybody who may do more than look after their own account and servers.
import type { Holder } from './can.ts'
import { describe, permissionNames } from './catalogue.ts'
import { covered } from './grants.ts'

const ofAdministrators = permissionNames.filter((name) => ['panel', 'node'].includes(describe(name).reach))

export function administers({ isOwner, rights }: Holder): boolean {
  return isOwner || rights.roles.some(({ grants }) => ofAdministrators.some((name) => covered(grants, name)))
}
