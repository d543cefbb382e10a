// Signing in with a provider, linking and unlinking.
import { Hono } from 'hono'
import { proveSession } from '#core/auth/sessions.ts'
import { PublicError } from '#core/base/errors.ts'
import { finishSignIn } from '#core/panel/accounts/finish-sign-in.ts'
import { record } from '#core/panel/activity/record.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { askProof, refuseImpersonator } from '#core/panel/factors/proof.tsx'
import { actorOf } from '#core/panel/http/actor.ts'
import { formValues } from '#core/panel/http/forms.ts'
import { ownPath } from '#core/panel/http/own-path.ts'
import { idParam } from '#core/panel/http/params.ts'
import { rateRules } from '#core/panel/http/rate-rules.ts'
import { html, page, seeOther, stageFor } from '#core/panel/http/render.tsx'
import { networkOf, openSharedLimit } from '#core/panel/http/shared-limit.ts'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import { strangerFrom } from '#core/panel/joining/stranger.ts'
import { LinksPage } from '#views/pages/account/links.tsx'
import { DeparturePage } from '#views/pages/departure.tsx'
import { urls } from '#views/urls.ts'
import { availableProviders, linkedAccounts } from './available.ts'
import { type Arrival, arrive, depart, type Purpose } from './flow.ts'
import { findIdentity } from './store.ts'
import { notLinked, unlink } from './unlink.ts'
import { link, welcome } from './welcome.ts'

export function providerRoutes(context: PanelContext): App {
  const { database, now } = context
  const limit = openSharedLimit({ database, now })

  async function sendTo(c: AppContext, providerId: string, purpose: Purpose): Promise<Response> {
    await limit.take([rateRules.providerStart, networkOf(c.get('address'))])
    const url = await depart(c, context, providerId, purpose)
    c.header('Refresh', `0; url=${url.href}`)
    const places = await database.withSystem((tx) => availableProviders(tx, context))
    const label = places.find(({ id }) => id === providerId)?.label ?? providerId
    return await html(c, <DeparturePage {...stageFor(c, context)} label={label} url={url.href} />)
  }

  async function linked(c: AppContext, { provider, flow, identity }: Arrival): Promise<Response> {
    const actor = actorOf(c)
    // Whoever signed out or in as somebody else meanwhile does not link into that account.
    if (flow.linkUserId !== actor.userId) throw otherPerson()
    refuseImpersonator(c)
    await database.withSystem((tx) => link(tx, provider, identity, actor))
    return seeOther(c, context, urls.accountLinks(), { kind: 'ok', text: `${provider.label} is linked.` })
  }

  async function proven(c: AppContext, { provider, flow, identity }: Arrival): Promise<Response> {
    const actor = actorOf(c)
    const known = await database.withSystem((tx) => findIdentity(tx, provider.id, identity.subject))
    if (flow.sessionId !== c.get('sessionId') || known?.userId !== actor.userId) throw otherPerson()
    await proveSession(database, flow.sessionId ?? '', new Date(now()).toISOString())
    await database.withTenant(actor.userId, (tx) =>
      record(tx, actor, { action: 'account.prove', subject: actor.name, meta: { method: `provider:${provider.id}` } }),
    )
    return seeOther(c, context, ownPath(flow.returnTo ?? undefined) ?? urls.accountSecurity(), {
      kind: 'ok',
      text: 'Thank you. Repeat now what you were about to do.',
    })
  }

  return new Hono<AppEnv>()
    .post(urls.signInWith.pattern, async (c) =>
      sendTo(c, c.req.param('providerId'), { next: ownPath((await formValues(c))['next']) }),
    )
    .get(urls.signInReturn.pattern, async (c) => {
      await limit.take([rateRules.providerStart, networkOf(c.get('address'))])
      const arrival = await arrive(c, context, c.req.param('providerId'))
      const { provider, flow, identity } = arrival
      if (flow.linkUserId !== null) return await linked(c, arrival)
      if (flow.sessionId !== null) return await proven(c, arrival)
      const client = { address: c.get('address'), userAgent: undefined, requestId: c.get('requestId') }
      const userId = await welcome(context, provider, identity, strangerFrom(client))
      return await finishSignIn(c, context, {
        userId,
        method: `provider:${provider.id}`,
        next: ownPath(flow.returnTo ?? undefined),
      })
    })
    .get(urls.accountLinks.pattern, async (c) => {
      const { userId } = actorOf(c)
      const { linked: shown, places } = await database.withSystem(async (tx) => ({
        linked: await linkedAccounts(tx, context, userId),
        places: await availableProviders(tx, context),
      }))
      const others = places
        .filter(({ id, policy }) => policy.enabled && !shown.some(({ provider }) => provider.id === id))
        .map(({ id, label, icon }) => ({ id, label, icon }))
      return await page(c, context, (shell) => <LinksPage shell={shell} linked={shown} others={others} />)
    })
    .post(urls.accountLinkWith.pattern, async (c) => {
      const question = await askProof(c, context, await formValues(c))
      if (question) return question
      return await sendTo(c, c.req.param('providerId'), { linkUserId: actorOf(c).userId, next: undefined })
    })
    .post(urls.accountLinkRemoval.pattern, async (c) => {
      const question = await askProof(c, context, await formValues(c))
      if (question) return question
      await unlink(context, actorOf(c), idParam(c, 'identityId', notLinked))
      return seeOther(c, context, urls.accountLinks(), { kind: 'ok', text: 'Unlinked.' })
    })
    .post(urls.accountProveWith.pattern, async (c) => {
      refuseImpersonator(c)
      const proveSessionId = c.get('sessionId')
      if (proveSessionId === undefined) throw otherPerson()
      const next = ownPath((await formValues(c))['next'])
      return await sendTo(c, c.req.param('providerId'), { proveSessionId, next })
    })
}

function otherPerson(): PublicError {
  return new PublicError(
    'other-person',
    'The account that came back is not the one this was begun for. Nothing was changed.',
    {
      status: 409,
      hint: 'Begin again on the page of your account.',
    },
  )
}
