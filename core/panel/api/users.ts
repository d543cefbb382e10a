// Users in the API.
import { z } from 'zod'
import { InvalidInput } from '#core/base/errors.ts'
import { demandProof } from '#core/panel/factors/proof.tsx'
import { changeUser, createUser, opensAccount, userChange, userInput } from '#core/panel/users/change.ts'
import { handOutReset } from '#core/panel/users/links.ts'
import { findUser, readUsers } from '#core/panel/users/list.ts'
import { removal, removeUser } from '#core/panel/users/remove.ts'
import { userSorts, userStates } from '#core/panel/users/store.ts'
import { liftSuspension, suspendUser, suspension } from '#core/panel/users/suspend.ts'
import { decodeCursor, encodeCursor, pageOf, pageQuery } from './pages.ts'
import { noContent, route } from './route.ts'

const user = z
  .object({
    id: z.uuid(),
    name: z.string(),
    email: z.string(),
    isOwner: z.boolean(),
    verified: z.boolean().meta({ description: 'The address is known to be theirs.' }),
    suspendedAt: z.string().optional(),
    suspendedReason: z.string().optional(),
    lastSeenAt: z.string().optional().meta({ description: 'When they signed in last.' }),
    joinedBy: z.enum(['set-up', 'admin', 'invitation', 'registration', 'provider']),
    createdAt: z.string(),
    roles: z.array(z.object({ id: z.uuid(), name: z.string() })),
    servers: z.int(),
  })
  .meta({ id: 'User', description: 'Somebody who has an account.' })

const link = z.object({
  url: z.string().meta({ description: 'Works once; seen in this answer alone.' }),
  expiresAt: z.string(),
})

const params = z.object({ userId: z.uuid() })

export const userApi = [
  route({
    method: 'get',
    path: '/users',
    id: 'listUsers',
    tag: 'Users',
    summary: 'Everybody who has an account.',
    permission: 'user.view',
    query: z.object({
      ...pageQuery,
      q: z.string().max(100).default('').meta({ description: 'Part of the name or the address.' }),
      state: z.enum(userStates).default('all'),
      sort: z.enum(userSorts).default('created'),
      order: z.enum(['asc', 'desc']).default('asc'),
    }),
    response: pageOf(user),
    handle: async ({ context, actor, query: { limit, cursor, q, state, sort, order } }) => {
      const offset = offsetOf(cursor)
      const { users } = await readUsers(context, actor, {
        q,
        state,
        sort,
        descending: order === 'desc',
        limit: limit + 1,
        offset,
      })
      return { data: users.slice(0, limit), next: users.length > limit ? encodeCursor(`from ${offset + limit}`) : null }
    },
  }),
  route({
    method: 'post',
    path: '/users',
    id: 'createUser',
    tag: 'Users',
    summary: 'Makes an account. Without a password hand out a link.',
    permission: 'user.create',
    body: z.strictObject(userInput.shape),
    status: 201,
    response: z.object({ id: z.uuid() }),
    problems: { 422: ['invalid-input'] },
    handle: async ({ context, actor, body }) => ({ id: await createUser(context, actor, body) }),
  }),
  route({
    method: 'get',
    path: '/users/:userId',
    id: 'getUser',
    tag: 'Users',
    summary: 'One user.',
    permission: 'user.view',
    params,
    response: user,
    problems: { 404: ['user-not-found'] },
    handle: ({ context, actor, params: { userId } }) => findUser(context, actor, userId),
  }),
  route({
    method: 'patch',
    path: '/users/:userId',
    id: 'updateUser',
    tag: 'Users',
    summary: 'Changes name or address, or says that the address is theirs.',
    permission: 'user.update',
    params,
    body: z.strictObject(userChange.shape),
    status: 204,
    response: noContent,
    problems: {
      403: ['above-you', 'proof-required'],
      404: ['user-not-found'],
      409: ['own-account'],
      422: ['invalid-input'],
    },
    handle: async ({ context, actor, params: { userId }, body, request }) => {
      if (await opensAccount(context, userId, body)) demandProof(request, context)
      await changeUser(context, actor, userId, body)
    },
  }),
  route({
    method: 'post',
    path: '/users/:userId/suspension',
    id: 'suspendUser',
    tag: 'Users',
    summary: 'Shuts every browser and key of the account out; its servers run on.',
    permission: 'user.suspend',
    params,
    body: z.strictObject(suspension.shape),
    status: 204,
    response: noContent,
    problems: { 403: ['above-you'], 404: ['user-not-found'], 409: ['own-account'], 422: ['invalid-input'] },
    handle: ({ context, actor, params: { userId }, body }) => suspendUser(context, actor, userId, body),
  }),
  route({
    method: 'delete',
    path: '/users/:userId/suspension',
    id: 'liftSuspension',
    tag: 'Users',
    summary: 'Lets the account in again.',
    permission: 'user.suspend',
    params,
    status: 204,
    response: noContent,
    problems: { 403: ['above-you'], 404: ['user-not-found'], 409: ['own-account'] },
    handle: ({ context, actor, params: { userId } }) => liftSuspension(context, actor, userId),
  }),
  route({
    method: 'post',
    path: '/users/:userId/reset-link',
    id: 'makeResetLink',
    tag: 'Users',
    summary: 'A link for a new password, to hand to them. It works once, for an hour.',
    permission: 'user.update',
    params,
    status: 201,
    response: link,
    problems: { 403: ['above-you', 'proof-required'], 404: ['user-not-found'], 409: ['own-account'] },
    handle: ({ context, actor, params: { userId }, request }) => {
      demandProof(request, context)
      return handOutReset(context, actor, userId)
    },
  }),
  route({
    method: 'post',
    path: '/users/:userId/removal',
    id: 'deleteUser',
    tag: 'Users',
    summary: 'Deletes the account. Its servers are given to somebody or deleted.',
    permission: 'user.delete',
    params,
    body: z.strictObject(removal.shape),
    status: 204,
    response: noContent,
    problems: {
      403: ['above-you', 'proof-required'],
      404: ['user-not-found'],
      409: ['own-account'],
      422: ['invalid-input'],
    },
    handle: async ({ context, actor, params: { userId }, body, request }) => {
      demandProof(request, context)
      await removeUser(context, actor, userId, body)
    },
  }),
]

/** Users are sorted by things that change; a number of rows is what such a list can be continued by. */
function offsetOf(cursor: string | undefined): number {
  const key = decodeCursor(cursor)
  if (key === undefined) return 0
  const [, digits] = /^from (\d{1,9})$/.exec(key) ?? []
  if (digits === undefined) throw new InvalidInput({ cursor: 'Give the value of “next” from the page before.' })
  return Number(digits)
}
