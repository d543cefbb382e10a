// One's own account in the API: profile and keys. Sessions belong to browsers and are ended on the account page.
import { z } from 'zod'
import { exportAccount } from '#core/panel/accounts/export.ts'
import { changeProfile, profileInput, readProfile } from '#core/panel/accounts/profile.ts'
import { demandProof } from '#core/panel/factors/proof.tsx'
import { createKey, keyInput, listOwnKeys, mostKeys, revokeKey } from '#core/panel/keys/keys.ts'
import { pageFrom, pageOf, pageQuery } from './pages.ts'
import { noContent, route } from './route.ts'

const profile = z.object({
  id: z.uuid(),
  name: z.string(),
  email: z.string(),
  isOwner: z.boolean(),
  theme: z.enum(['system', 'light', 'dark']),
  language: z
    .string()
    .nullable()
    .meta({ description: 'How dates and numbers are written; null: as the browser does.' }),
  timeZone: z.string().nullable(),
})

const key = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string().meta({ description: 'The first characters, to recognise it by.' }),
  createdAt: z.string(),
  lastUsedAt: z.string().optional(),
  expiresAt: z.string().optional(),
  lastUsedAddress: z.string().optional(),
  permissions: z.array(z.string()).optional().meta({ description: 'Missing: all that its owner may.' }),
  servers: z
    .array(z.object({ id: z.uuid(), name: z.string() }))
    .optional()
    .meta({ description: 'Missing: every server its owner reaches.' }),
  allowedAddresses: z.array(z.string()).optional().meta({ description: 'Missing: from everywhere.' }),
})

export const accountApi = [
  route({
    method: 'get',
    path: '/account',
    id: 'getAccount',
    tag: 'Account',
    summary: 'The account that this key or session belongs to.',
    permission: 'account.view',
    response: profile,
    handle: ({ context, actor }) => readProfile(context, actor),
  }),
  route({
    method: 'patch',
    path: '/account',
    id: 'updateAccount',
    tag: 'Account',
    summary: 'Changes name, theme, language of dates or time zone.',
    permission: 'account.update',
    body: z.strictObject(profileInput.shape),
    response: profile,
    problems: { 422: ['invalid-input'] },
    handle: async ({ context, actor, body }) => {
      await changeProfile(context, actor, body)
      return await readProfile(context, actor)
    },
  }),
  route({
    method: 'post',
    path: '/account/export',
    id: 'exportAccount',
    tag: 'Account',
    summary:
      'Everything the panel knows about you, but for what opens doors. A session must have been proven recently.',
    permission: 'account.update',
    response: z.record(z.string(), z.unknown()),
    problems: { 403: ['proof-required'], 429: ['too-many-tries'] },
    handle: async ({ context, actor, request }) => {
      demandProof(request, context)
      return { ...(await exportAccount(context, actor)) }
    },
  }),
  route({
    method: 'get',
    path: '/account/keys',
    id: 'listKeys',
    tag: 'Account',
    summary: `Your API keys, newest first; at most ${mostKeys}, so there is one page.`,
    permission: 'account.view',
    query: z.object(pageQuery),
    response: pageOf(key),
    handle: async ({ context, actor, query: { cursor } }) =>
      pageFrom(cursor === undefined ? await listOwnKeys(context, actor) : [], mostKeys, ({ id }) => id),
  }),
  route({
    method: 'post',
    path: '/account/keys',
    id: 'createKey',
    tag: 'Account',
    summary: 'Makes an API key. The answer is the only place where it is seen.',
    permission: 'account.update',
    body: z.strictObject(keyInput.shape),
    status: 201,
    response: z.object({ id: z.uuid(), key: z.string(), prefix: z.string() }),
    problems: {
      403: ['beyond-own-rights', 'proof-required'],
      409: ['too-many-keys'],
      422: ['invalid-input', 'key-expired'],
    },
    handle: ({ context, actor, body, request }) => {
      demandProof(request, context)
      return createKey(context, actor, body, request.get('keyId'))
    },
  }),
  route({
    method: 'delete',
    path: '/account/keys/:keyId',
    id: 'revokeKey',
    tag: 'Account',
    summary: 'Revokes a key; also the one that asks.',
    permission: 'account.update',
    params: z.object({ keyId: z.uuid() }),
    status: 204,
    response: noContent,
    problems: { 404: ['key-not-found'] },
    handle: ({ context, actor, params: { keyId } }) => revokeKey(context, actor, keyId),
  }),
]
