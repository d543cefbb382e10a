// Permissions, roles, and who has them in the API.
import { z } from 'zod'
import { demandProof } from '#core/panel/factors/proof.tsx'
import { setRolesOf, viewRolesOf } from '#core/panel/roles/assign.ts'
import { changeRole, createRole, removeRole, roleInput, viewRole, viewRoles } from '#core/panel/roles/roles.ts'
import type { RoleRow } from '#core/panel/roles/store.ts'
import { describe, permissionNames } from '#core/permissions/catalogue.ts'
import { onePage, pageOf, pageQuery } from './pages.ts'
import { noContent, route } from './route.ts'

const permission = z.object({
  name: z.string(),
  group: z.string(),
  reach: z.enum(['server', 'node', 'panel', 'self']).meta({
    description:
      '`server`: ownership, membership or role; `node`: roles, perhaps limited; `panel`: roles; `self`: everybody.',
  }),
  danger: z.enum(['low', 'medium', 'high']),
  words: z.string().meta({ description: 'Completes “may …”.' }),
  umbrella: z.boolean().meta({ description: 'Covers every name beneath it.' }),
  used: z.boolean().meta({ description: 'False: nothing in this version asks for it yet.' }),
})

const role = z
  .object({
    id: z.uuid(),
    name: z.string(),
    description: z.string(),
    preset: z.string().optional().meta({ description: 'Comes with Stellar and cannot be changed.' }),
    permissions: z.array(z.string()),
    limited: z.boolean(),
    nodeIds: z.array(z.uuid()),
    locationIds: z.array(z.uuid()),
    people: z.int(),
  })
  .meta({ id: 'Role' })

function fromRole(row: RoleRow) {
  const { id, name, description, limited, people, preset, permissions, nodeIds, locationIds } = row
  return {
    id,
    name,
    description,
    limited,
    people,
    permissions: [...permissions],
    nodeIds: [...nodeIds],
    locationIds: [...locationIds],
    ...(preset === null ? {} : { preset }),
  }
}

const roleParams = z.object({ roleId: z.uuid() })
const absentRole = { 404: ['role-not-found'] } as const
const beyond = { 403: ['forbidden', 'beyond-own-rights'] } as const
const proven = { 403: [...beyond[403], 'proof-required', 'impersonating'] } as const

export const accessApi = [
  route({
    method: 'get',
    path: '/permissions',
    id: 'listPermissions',
    tag: 'Access',
    summary: 'Every permission there is, in words; in one page.',
    permission: 'account.view',
    query: z.object(pageQuery),
    response: pageOf(permission),
    handle: ({ query: { cursor } }) =>
      onePage(
        permissionNames.map((name) => {
          const { group, reach, danger, words, umbrella = false, later = false } = describe(name)
          return { name, group, reach, danger, words, umbrella, used: !later }
        }),
        cursor,
      ),
  }),
  route({
    method: 'get',
    path: '/roles',
    id: 'listRoles',
    tag: 'Access',
    summary: 'All roles, those that come with Stellar first; in one page.',
    permission: 'role.view',
    query: z.object(pageQuery),
    response: pageOf(role),
    handle: async ({ context, actor, query: { cursor } }) =>
      onePage((await viewRoles(context, actor)).map(fromRole), cursor),
  }),
  route({
    method: 'post',
    path: '/roles',
    id: 'createRole',
    tag: 'Access',
    summary: 'Makes a role; it holds nothing that you do not.',
    permission: 'role.manage',
    body: roleInput,
    status: 201,
    response: role,
    problems: { ...beyond, 409: ['too-many-roles'], 422: ['invalid-input'] },
    handle: async ({ context, actor, body }) =>
      fromRole(await viewRole(context, actor, await createRole(context, actor, body))),
  }),
  route({
    method: 'get',
    path: '/roles/:roleId',
    id: 'getRole',
    tag: 'Access',
    summary: 'One role.',
    permission: 'role.view',
    params: roleParams,
    response: role,
    problems: absentRole,
    handle: async ({ context, actor, params }) => fromRole(await viewRole(context, actor, params.roleId)),
  }),
  route({
    method: 'patch',
    path: '/roles/:roleId',
    id: 'updateRole',
    tag: 'Access',
    summary: 'Changes a role; every field may be left out, lists are replaced whole. Takes effect at once.',
    permission: 'role.manage',
    params: roleParams,
    body: z.strictObject({
      name: roleInput.shape.name.optional(),
      description: roleInput.shape.description.unwrap().optional(),
      permissions: roleInput.shape.permissions.unwrap().optional(),
      limited: z.boolean().optional(),
      nodeIds: roleInput.shape.nodeIds.unwrap().optional(),
      locationIds: roleInput.shape.locationIds.unwrap().optional(),
    }),
    response: role,
    problems: { ...proven, ...absentRole, 409: ['role-fixed'], 422: ['invalid-input'] },
    handle: async ({ context, actor, params, body, request }) => {
      demandProof(request, context)
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
      await changeRole(context, actor, params.roleId, given)
      return fromRole(await viewRole(context, actor, params.roleId))
    },
  }),
  route({
    method: 'delete',
    path: '/roles/:roleId',
    id: 'deleteRole',
    tag: 'Access',
    summary: 'Deletes a role; whoever has it loses it at once.',
    permission: 'role.manage',
    params: roleParams,
    status: 204,
    response: noContent,
    problems: { ...proven, ...absentRole, 409: ['role-fixed'] },
    handle: async ({ context, actor, params, request }) => {
      demandProof(request, context)
      await removeRole(context, actor, params.roleId)
      return undefined
    },
  }),
  route({
    method: 'get',
    path: '/users/:userId/roles',
    id: 'listRolesOfUser',
    tag: 'Access',
    summary: 'The roles of an account; in one page.',
    permission: 'role.view',
    params: z.object({ userId: z.uuid() }),
    query: z.object(pageQuery),
    response: pageOf(role.extend({ provider: z.string().optional() })),
    problems: { 404: ['user-not-found'] },
    handle: async ({ context, actor, params, query: { cursor } }) =>
      onePage(
        (await viewRolesOf(context, actor, params.userId)).map(({ provider, ...row }) => ({
          ...fromRole(row),
          ...(provider === undefined ? {} : { provider }),
        })),
        cursor,
      ),
  }),
  route({
    method: 'patch',
    path: '/users/:userId/roles',
    id: 'setRolesOfUser',
    tag: 'Access',
    summary: 'Gives an account exactly these roles; what a sign-in provider gave stays. Takes effect at once.',
    permission: 'user.roles',
    params: z.object({ userId: z.uuid() }),
    body: z.strictObject({ roleIds: z.array(z.uuid()).max(100) }),
    status: 204,
    response: noContent,
    problems: { ...proven, 404: ['user-not-found', 'role-not-found'] },
    handle: async ({ context, actor, params, body, request }) => {
      demandProof(request, context)
      await setRolesOf(context, actor, params.userId, body.roleIds)
      return undefined
    },
  }),
]
