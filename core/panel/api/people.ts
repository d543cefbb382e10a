// People of a server in the API, and the answer to an invitation.
import { z } from 'zod'
import { acceptInvitation, declineInvitation } from '#core/panel/people/answer.ts'
import {
  type Invited,
  invitationInput,
  invitationNotFound,
  invite,
  inviteAgain,
  withdrawInvitation,
} from '#core/panel/people/invite.ts'
import {
  changeMembers,
  chosenGrants,
  grantInput,
  listPeople,
  type PendingInvitation,
  type Person,
  personNotFound,
  removeMember,
} from '#core/panel/people/members.ts'
import { pageFrom, pageOf, pageQuery } from './pages.ts'
import { noContent, route } from './route.ts'

const tag = 'People'
const params = z.object({ id: z.string().max(60) })
const preset = z.enum(['viewer', 'operator', 'manager', 'custom'])
const grants = z.array(z.string()).meta({ description: 'Permissions, umbrellas and wildcards: see `/permissions`.' })

const person = z
  .object({
    userId: z.uuid(),
    name: z.string(),
    preset,
    permissions: grants,
    suspended: z.boolean(),
    lastSeenAt: z.string().optional(),
  })
  .meta({ id: 'Person', description: 'Somebody who has access to a server that is not theirs.' })

const invitation = z.object({
  id: z.uuid(),
  email: z.string(),
  preset,
  permissions: grants,
  invitedBy: z.string().optional(),
  createdAt: z.string(),
  expiresAt: z.string(),
  expired: z.boolean(),
})

const sent = z.object({
  id: z.uuid(),
  email: z.string(),
  mailed: z.boolean(),
  link: z.string().optional().meta({ description: 'To hand out, where the panel sends no mail. Given once.' }),
  expiresAt: z.string(),
})

const absent = { 404: ['server-not-found'] } as const
const absentPerson = { 404: ['server-not-found', 'person-not-found'] } as const
const absentInvitation = { 404: ['server-not-found', 'invitation-not-found'] } as const
const beyond = { 403: ['forbidden', 'beyond-own-rights'] } as const

const fromPerson = ({ grants, preset, ...rest }: Person) => ({
  ...rest,
  preset: presetSchemaOf(preset),
  permissions: [...grants],
})
const fromInvitation = ({ grants, preset: name, ...rest }: PendingInvitation) => ({
  ...rest,
  preset: presetSchemaOf(name),
  permissions: [...grants],
})
const presetSchemaOf = (name: string) => preset.catch('custom').parse(name)
const fromInvited = ({ link, ...rest }: Invited) => ({ ...rest, ...(link === undefined ? {} : { link }) })
const uuid = z.uuid()
const token = z.strictObject({ token: z.string().max(100) })

export const peopleApi = [
  route({
    method: 'get',
    path: '/servers/:id/people',
    id: 'listPeople',
    tag,
    summary: 'Who has access to a server besides its owner, by name; in one page.',
    permission: 'server.subusers.view',
    params,
    query: z.object(pageQuery),
    response: pageOf(person),
    problems: absent,
    handle: async ({ context, actor, params, query: { cursor } }) => {
      const { members } = await listPeople(context, actor, params.id)
      return pageFrom(cursor === undefined ? members.map(fromPerson) : [], members.length, ({ userId }) => userId)
    },
  }),
  route({
    method: 'patch',
    path: '/servers/:id/people/:userId',
    id: 'changePerson',
    tag,
    summary: 'Changes what somebody may do on a server: a preset, or permissions. Takes effect at once.',
    permission: 'server.subusers.update',
    params: params.extend({ userId: z.string().max(60) }),
    body: grantInput,
    response: person,
    problems: { ...absentPerson, ...beyond, 422: ['invalid-input'] },
    handle: async ({ context, actor, params: { id, userId }, body }) => {
      if (!uuid.safeParse(userId).success) throw personNotFound()
      await changeMembers(context, actor, id, [{ userId, grants: chosenGrants(body) }])
      const { members } = await listPeople(context, actor, id, 'server.subusers.update')
      const found = members.find((member) => member.userId === userId)
      if (!found) throw personNotFound()
      return fromPerson(found)
    },
  }),
  route({
    method: 'delete',
    path: '/servers/:id/people/:userId',
    id: 'removePerson',
    tag,
    summary: 'Takes somebody’s access to a server away, or leaves it oneself.',
    permission: ['server.subusers.delete', 'server.view'],
    params: params.extend({ userId: z.string().max(60) }),
    status: 204,
    response: noContent,
    problems: { ...absentPerson, ...beyond },
    handle: async ({ context, actor, params: { id, userId } }) => {
      if (!uuid.safeParse(userId).success) throw personNotFound()
      await removeMember(context, actor, id, userId)
      return undefined
    },
  }),
  route({
    method: 'get',
    path: '/servers/:id/invitations',
    id: 'listServerInvitations',
    tag,
    summary: 'Invitations to a server that nobody has answered, newest first; in one page.',
    permission: 'server.subusers.view',
    params,
    query: z.object(pageQuery),
    response: pageOf(invitation),
    problems: absent,
    handle: async ({ context, actor, params, query: { cursor } }) => {
      const { invitations } = await listPeople(context, actor, params.id)
      return pageFrom(cursor === undefined ? invitations.map(fromInvitation) : [], invitations.length, ({ id }) => id)
    },
  }),
  route({
    method: 'post',
    path: '/servers/:id/invitations',
    id: 'inviteToServer',
    tag,
    summary: 'Invites somebody to a server by e-mail; where no mail is sent the answer holds the link.',
    permission: 'server.subusers.create',
    params,
    body: invitationInput,
    status: 201,
    response: sent,
    problems: { ...absent, ...beyond, 409: ['too-many-people'], 422: ['invalid-input'], 429: ['too-many-tries'] },
    handle: async ({ context, actor, params, body }) => fromInvited(await invite(context, actor, params.id, body)),
  }),
  route({
    method: 'post',
    path: '/servers/:id/invitations/:invitationId/resend',
    id: 'inviteMemberAgain',
    tag,
    summary: 'Makes a new link for another week and voids the old one.',
    permission: 'server.subusers.create',
    params: params.extend({ invitationId: z.string().max(60) }),
    response: sent,
    problems: { ...absentInvitation, ...beyond, 429: ['too-many-tries'] },
    handle: async ({ context, actor, params: { id, invitationId } }) => {
      if (!uuid.safeParse(invitationId).success) throw invitationNotFound()
      return fromInvited(await inviteAgain(context, actor, id, invitationId))
    },
  }),
  route({
    method: 'delete',
    path: '/servers/:id/invitations/:invitationId',
    id: 'withdrawMemberInvitation',
    tag,
    summary: 'Withdraws an invitation: its link is void.',
    permission: 'server.subusers.delete',
    params: params.extend({ invitationId: z.string().max(60) }),
    status: 204,
    response: noContent,
    problems: { ...absentInvitation, ...beyond },
    handle: async ({ context, actor, params: { id, invitationId } }) => {
      if (!uuid.safeParse(invitationId).success) throw invitationNotFound()
      await withdrawInvitation(context, actor, id, invitationId)
      return undefined
    },
  }),
  route({
    method: 'post',
    path: '/invitations/accept',
    id: 'acceptInvitation',
    tag,
    summary: 'Accepts an invitation to a server by the secret of its link, the last part of it.',
    permission: 'account.update',
    body: token,
    response: z.object({ serverId: z.uuid() }),
    problems: { 404: ['invitation-not-found'], 409: ['own-server', 'already-member', 'invitation-faded'] },
    handle: async ({ context, actor, body }) => ({ serverId: await acceptInvitation(context, actor, body.token) }),
  }),
  route({
    method: 'post',
    path: '/invitations/decline',
    id: 'declineInvitation',
    tag,
    summary: 'Declines an invitation to a server; its link is void.',
    permission: 'account.update',
    body: token,
    status: 204,
    response: noContent,
    problems: { 404: ['invitation-not-found'] },
    handle: async ({ context, actor, body }) => {
      await declineInvitation(context, actor, body.token)
      return undefined
    },
  }),
]
