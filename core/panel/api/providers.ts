// Providers and linked accounts in the API. Linking needs a browser that goes to the provider; all else is here.
import { z } from 'zod'
import type { Transaction } from '#core/db/database.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { demandProof } from '#core/panel/factors/proof.tsx'
import { availableProviders, linkedAccounts } from '#core/panel/providers/available.ts'
import {
  addProvider,
  changeProvider,
  providerInput,
  providerNotFound,
  removeProvider,
} from '#core/panel/providers/change.ts'
import { mappingSchema } from '#core/panel/providers/settings.ts'
import { tryProvider } from '#core/panel/providers/try.ts'
import { unlink } from '#core/panel/providers/unlink.ts'
import { pageFrom, pageOf, pageQuery } from './pages.ts'
import { noContent, route } from './route.ts'

const most = 100

const provider = z
  .object({
    id: z.string(),
    label: z.string(),
    configured: z.boolean().meta({ description: 'Its credentials stand in stellar.config.ts.' }),
    enabled: z.boolean(),
    provision: z.boolean(),
    linkByEmail: z.boolean(),
    roles: z.array(mappingSchema),
  })
  .meta({ id: 'Provider', description: 'A way to sign in beside passwords and passkeys; never its secrets.' })

async function readAll(tx: Transaction, context: PanelContext): Promise<z.input<typeof provider>[]> {
  const configured = new Set(context.plugins.all('authProviders').map(({ id }) => id))
  return (await availableProviders(tx, context)).map(({ id, label, policy }) => {
    const { enabled, provision, linkByEmail, roles } = policy
    return { id, label, configured: configured.has(id), enabled, provision, linkByEmail, roles }
  })
}

async function readOne(context: PanelContext, id: string): Promise<z.input<typeof provider>> {
  const found = (await context.database.withSystem((tx) => readAll(tx, context))).find((one) => one.id === id)
  if (!found) throw providerNotFound()
  return found
}

const params = z.object({ providerId: z.string().max(60) })
const body = z.strictObject(providerInput.shape)

export const providerApi = [
  route({
    method: 'get',
    path: '/settings/providers',
    id: 'listProviders',
    tag: 'Settings',
    summary: 'Ways to sign in beside passwords and passkeys; few, so there is one page.',
    permission: 'platform.security',
    query: z.object(pageQuery),
    response: pageOf(provider),
    handle: async ({ context, query: { cursor } }) =>
      pageFrom(
        cursor === undefined ? await context.database.withSystem((tx) => readAll(tx, context)) : [],
        most,
        ({ id }) => id,
      ),
  }),
  route({
    method: 'post',
    path: '/settings/providers',
    id: 'addProvider',
    tag: 'Settings',
    summary: 'Sets up a provider of a kind that a plugin brings, e.g. `openid-connect`.',
    permission: 'platform.security',
    body: body.extend({ kind: z.string().max(60) }),
    status: 201,
    response: provider,
    problems: {
      403: ['beyond-own-rights', 'proof-required'],
      404: ['provider-kind-not-found'],
      409: ['too-many-providers'],
      422: ['invalid-input'],
    },
    handle: async ({ context, actor, body: { kind, ...input }, request }) => {
      demandProof(request, context)
      return await readOne(context, await addProvider(context, actor, kind, input))
    },
  }),
  route({
    method: 'put',
    path: '/settings/providers/:providerId',
    id: 'changeProvider',
    tag: 'Settings',
    summary: 'Replaces what is set; a secret that is left out or empty stays.',
    permission: 'platform.security',
    params,
    body,
    response: provider,
    problems: { 403: ['beyond-own-rights', 'proof-required'], 404: ['provider-not-found'], 422: ['invalid-input'] },
    handle: async ({ context, actor, params: { providerId }, body: input, request }) => {
      demandProof(request, context)
      await changeProvider(context, actor, providerId, input)
      return await readOne(context, providerId)
    },
  }),
  route({
    method: 'delete',
    path: '/settings/providers/:providerId',
    id: 'removeProvider',
    tag: 'Settings',
    summary: 'Removes a provider; linked accounts stay for when one with this id is back.',
    permission: 'platform.security',
    params,
    status: 204,
    response: noContent,
    problems: { 404: ['provider-not-found'] },
    handle: ({ context, actor, params: { providerId }, request }) => {
      demandProof(request, context)
      return removeProvider(context, actor, providerId)
    },
  }),
  route({
    method: 'post',
    path: '/settings/providers/:providerId/test',
    id: 'testProvider',
    tag: 'Settings',
    summary: 'Asks a provider what can be asked without somebody who signs in.',
    permission: 'platform.security',
    params,
    response: z.object({ reachable: z.boolean(), detail: z.string() }),
    problems: { 404: ['provider-not-found'] },
    handle: async ({ context, params: { providerId }, request }) => ({
      ...(await tryProvider(request, context, providerId)),
    }),
  }),
  route({
    method: 'get',
    path: '/account/links',
    id: 'listLinks',
    tag: 'Account',
    summary: 'Accounts elsewhere that sign in here.',
    permission: 'account.view',
    query: z.object(pageQuery),
    response: pageOf(
      z.object({
        id: z.uuid(),
        provider: z.object({ id: z.string(), label: z.string() }),
        label: z.string().meta({ description: 'As the provider shows it.' }),
        createdAt: z.string(),
        lastUsedAt: z.string().optional(),
      }),
    ),
    handle: async ({ context, actor, query: { cursor } }) =>
      pageFrom(
        cursor === undefined
          ? await context.database.withSystem((tx) => linkedAccounts(tx, context, actor.userId))
          : [],
        most,
        ({ id }) => id,
      ),
  }),
  route({
    method: 'delete',
    path: '/account/links/:linkId',
    id: 'unlink',
    tag: 'Account',
    summary: 'Unlinks an account elsewhere, unless it is the last way in.',
    permission: 'account.update',
    params: z.object({ linkId: z.uuid() }),
    status: 204,
    response: noContent,
    problems: { 404: ['link-not-found'], 409: ['last-way-in'] },
    handle: ({ context, actor, params: { linkId }, request }) => {
      demandProof(request, context)
      return unlink(context, actor, linkId)
    },
  }),
]
