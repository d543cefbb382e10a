// Invitations to the panel in the API.
import { z } from 'zod'
import { demandProof } from '#core/panel/factors/proof.tsx'
import { givesRole, invitationInput, invite, inviteAgain, withdrawInvitation } from '#core/panel/joining/invite.ts'
import { listInvitations } from '#core/panel/joining/store.ts'
import { decodeCursor, pageFrom, pageOf, pageQuery } from './pages.ts'
import { noContent, route } from './route.ts'

const invitation = z
  .object({
    id: z.uuid(),
    email: z.string(),
    createdAt: z.string(),
    expiresAt: z.string(),
    role: z.string().optional(),
    inviter: z
      .string()
      .optional()
      .meta({ description: 'Missing: they registered themselves and have yet to open the link.' }),
  })
  .meta({ id: 'Invitation', description: 'To an account on this panel.' })

const invited = z.object({
  id: z.uuid(),
  expiresAt: z.string(),
  url: z.string().optional().meta({ description: 'The link to hand out, where no mail is sent.' }),
})

const params = z.object({ invitationId: z.uuid() })

export const invitationApi = [
  route({
    method: 'get',
    path: '/invitations',
    id: 'listInvitations',
    tag: 'Users',
    summary: 'Open invitations to the panel.',
    permission: 'user.create',
    query: z.object(pageQuery),
    response: pageOf(invitation),
    handle: async ({ context, query: { limit, cursor } }) => {
      const rows = await context.database.withSystem((tx) =>
        listInvitations(tx, limit + 1, decodeCursor(cursor) ?? lastId),
      )
      return pageFrom(rows, limit, ({ id }) => id)
    },
  }),
  route({
    method: 'post',
    path: '/invitations',
    id: 'invite',
    tag: 'Users',
    summary: 'Invites somebody to the panel, by mail where there is a mail server.',
    permission: 'user.create',
    body: z.strictObject(invitationInput.shape),
    status: 201,
    response: invited,
    problems: { 403: ['beyond-own-rights', 'proof-required'], 409: ['too-many-invitations'], 422: ['invalid-input'] },
    handle: ({ context, actor, body, request }) => {
      if (body.roleId !== undefined) demandProof(request, context)
      return invite(context, actor, body)
    },
  }),
  route({
    method: 'post',
    path: '/invitations/:invitationId/again',
    id: 'inviteAgain',
    tag: 'Users',
    summary: 'Sends a new link; the old one is void.',
    permission: 'user.create',
    params,
    response: invited,
    problems: { 403: ['beyond-own-rights', 'proof-required'], 404: ['invitation-not-found'] },
    handle: async ({ context, actor, params: { invitationId }, request }) => {
      if (await givesRole(context, invitationId)) demandProof(request, context)
      const { id, expiresAt, url } = await inviteAgain(context, actor, invitationId)
      return { id, expiresAt, url }
    },
  }),
  route({
    method: 'delete',
    path: '/invitations/:invitationId',
    id: 'withdrawInvitation',
    tag: 'Users',
    summary: 'Makes the link void.',
    permission: 'user.create',
    params,
    status: 204,
    response: noContent,
    problems: { 404: ['invitation-not-found'] },
    handle: ({ context, actor, params: { invitationId } }) => withdrawInvitation(context, actor, invitationId),
  }),
]

/** Beyond every id: the first page. */
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'
