// How one signs in and where, in the API: second factors to look at, browsers to sign out.
import { z } from 'zod'
import { endOtherSessions, endSession, listOwnSessions } from '#core/panel/accounts/own-sessions.ts'
import { readFactors } from '#core/panel/factors/store.ts'
import { pageFrom, pageOf, pageQuery } from './pages.ts'
import { noContent, route } from './route.ts'

const mostSessions = 100

const session = z.object({
  id: z.uuid(),
  current: z.boolean().meta({ description: 'The browser that asks; false for all when a key asks.' }),
  impersonated: z
    .boolean()
    .meta({ description: 'An administrator looks through the account; from where is not told.' }),
  createdAt: z.string(),
  lastUsedAt: z.string(),
  address: z.string().optional(),
  userAgent: z.string().optional(),
})

export const securityApi = [
  route({
    method: 'get',
    path: '/account/factors',
    id: 'getFactors',
    tag: 'Account',
    summary: 'What the account signs in with. They are set up on the security page, where a device is at hand.',
    permission: 'account.view',
    response: z.object({
      password: z.boolean(),
      totp: z.boolean().meta({ description: 'An authenticator app is asked for.' }),
      passkeys: z.int(),
      recoveryCodes: z.int().meta({ description: 'Codes that were not used yet.' }),
    }),
    handle: ({ context: { database }, actor }) => database.withSystem((tx) => readFactors(tx, actor.userId)),
  }),
  route({
    method: 'get',
    path: '/account/sessions',
    id: 'listSessions',
    tag: 'Account',
    summary: `Browsers that are signed in, last used first; the last ${mostSessions}, so there is one page.`,
    permission: 'account.view',
    query: z.object(pageQuery),
    response: pageOf(session),
    handle: async ({ context, actor, query: { cursor }, request }) =>
      pageFrom(
        cursor === undefined ? await listOwnSessions(context, actor, request.get('sessionId')) : [],
        mostSessions,
        ({ id }) => id,
      ),
  }),
  route({
    method: 'delete',
    path: '/account/sessions',
    id: 'endOtherSessions',
    tag: 'Account',
    summary: 'Signs out every browser but the one that asks; all of them when a key asks.',
    permission: 'account.update',
    status: 204,
    response: noContent,
    handle: ({ context, actor, request }) => endOtherSessions(context, actor, request.get('sessionId')),
  }),
  route({
    method: 'delete',
    path: '/account/sessions/:sessionId',
    id: 'endSession',
    tag: 'Account',
    summary: 'Signs out one browser; what it has open is closed within five seconds.',
    permission: 'account.update',
    params: z.object({ sessionId: z.uuid() }),
    status: 204,
    response: noContent,
    problems: { 404: ['session-not-found'] },
    handle: ({ context, actor, params: { sessionId } }) => endSession(context, actor, sessionId),
  }),
]
