// The second half of signing in, and passkeys in place of both halves.
import { Hono } from 'hono'
import { z } from 'zod'
import { PublicError } from '#core/base/errors.ts'
import { beginSession, entrantActor, finishSignIn } from '#core/panel/accounts/finish-sign-in.ts'
import { readEntrant } from '#core/panel/accounts/store.ts'
import { record } from '#core/panel/activity/record.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import { formValues, queryValues } from '#core/panel/http/forms.ts'
import { ownPath } from '#core/panel/http/own-path.ts'
import { rateRules } from '#core/panel/http/rate-rules.ts'
import { html, stageFor } from '#core/panel/http/render.tsx'
import { networkOf, openSharedLimit } from '#core/panel/http/shared-limit.ts'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import { SignInSecondPage } from '#views/pages/sign-in-second.tsx'
import { urls } from '#views/urls.ts'
import { takeCode } from './check-code.ts'
import { checkPasskey, signingOptions } from './passkeys.ts'
import { currentPending, type Pending } from './pending.ts'
import { relyingParty } from './relying-party.ts'
import { readFactors } from './store.ts'
import { counted } from './tries.ts'

const purposes = z.enum(['sign-in', 'second-factor', 'prove'])

export function factorRoutes(context: PanelContext): App {
  const { database, now } = context
  const limit = openSharedLimit({ database, now })

  async function show(c: AppContext, pending: Pending, error: string | undefined) {
    const factors = await database.withSystem((tx) => readFactors(tx, pending.userId))
    const passkey = factors.passkeys > 0 && relyingParty(c, context) !== undefined
    return await html(
      c,
      <SignInSecondPage
        {...stageFor(c, context)}
        code={factors.totp}
        // A passkey made under another address leaves nothing but the codes.
        recovery={queryValues(c)['with'] === 'recovery' || (!factors.totp && !passkey)}
        passkey={passkey}
        error={error}
      />,
      error === undefined ? 200 : 422,
    )
  }

  /** The second half is right: what waited becomes a session, once. */
  async function enter(c: AppContext, pending: Pending, how: string): Promise<Response> {
    if (!(await pending.spend())) return c.redirect(urls.signIn(), 303)
    const row = await database.withSystem((tx) => readEntrant(tx, pending.userId))
    if (!row || row.suspendedAt !== null) throw tooLate()
    return await beginSession(c, context, row, {
      method: `${pending.method}+${how}`,
      next: ownPath(pending.returnTo ?? undefined),
    })
  }

  return new Hono<AppEnv>()
    .get(urls.signInSecond.pattern, async (c) => {
      const pending = await currentPending(c, context, 'look')
      return pending ? await show(c, pending, undefined) : c.redirect(urls.signIn(), 303)
    })
    .post(urls.signInSecond.pattern, async (c) => {
      const values = await formValues(c)
      const pending = await currentPending(c, context, 'try')
      if (!pending) throw tooLate()
      const { userId } = pending
      const party = relyingParty(c, context)
      const passkey = values['passkey']
      const how = await counted(context, userId, async () => {
        if (passkey && party) {
          return await checkPasskey(context, party, 'second-factor', passkey, userId).then(
            () => 'passkey',
            () => undefined,
          )
        }
        return await database.withSystem((tx) => takeCode(tx, context, userId, (values['code'] ?? '').slice(0, 40)))
      })
      if (how !== undefined) return await enter(c, pending, how)
      await noteRefusal(c, context, userId)
      return await show(c, pending, 'That was not right. Codes change every 30 seconds, and each works once.')
    })
    .post(urls.passkeyOptions.pattern, async (c) => {
      await limit.take([rateRules.passkeyOptions, networkOf(c.get('address'))])
      const party = relyingParty(c, context)
      if (!party) throw noPasskeysHere()
      const purpose = purposes.catch('sign-in').parse(queryValues(c)['purpose'])
      return c.json(await signingOptions(context, party, purpose, await whoseKeys(c, context, purpose)))
    })
    .post(urls.signInPasskey.pattern, async (c) => {
      const values = await formValues(c)
      const party = relyingParty(c, context)
      if (!party) throw noPasskeysHere()
      const userId = await checkPasskey(context, party, 'sign-in', values['passkey'] ?? '', undefined)
      return await finishSignIn(c, context, { userId, method: 'passkey', next: ownPath(values['next']) })
    })
}

/** Undefined: whoever has one. The options name nobody's keys to a stranger. */
async function whoseKeys(
  c: AppContext,
  context: PanelContext,
  purpose: z.output<typeof purposes>,
): Promise<string | undefined> {
  switch (purpose) {
    case 'sign-in':
      return undefined
    case 'prove':
      return actorOf(c).userId
    case 'second-factor': {
      const pending = await currentPending(c, context, 'look')
      if (!pending) throw tooLate()
      return pending.userId
    }
  }
}

async function noteRefusal(c: AppContext, { database }: PanelContext, userId: string): Promise<void> {
  await database.withSystem(async (tx) => {
    const row = await readEntrant(tx, userId)
    if (!row) return
    await record(tx, entrantActor(c, row), { action: 'account.second-factor', subject: row.name, outcome: 'refused' })
  })
}

function tooLate(): PublicError {
  return new PublicError('sign-in-over', 'This sign-in is over: five minutes passed, or it was tried too often.', {
    status: 403,
    hint: 'Sign in again from the start.',
  })
}

function noPasskeysHere(): PublicError {
  return new PublicError('no-passkeys-here', 'Passkeys do not work at this address.', {
    status: 409,
    hint: 'They need HTTPS and a name: set STELLAR_URL to the public address, or open the panel as localhost.',
  })
}
