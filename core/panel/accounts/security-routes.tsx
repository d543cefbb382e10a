// The security page of one's account: password, second factors, passkeys, signed-in browsers.
import { Hono } from 'hono'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { addPasskey, dropPasskey, passkeyName, registrationOptions } from '#core/panel/factors/passkeys.ts'
import { askProof, demandProof, isProven } from '#core/panel/factors/proof.tsx'
import { relyingParty } from '#core/panel/factors/relying-party.ts'
import { listPasskeys, readFactors } from '#core/panel/factors/store.ts'
import { beginTotp, confirmApp, pendingTotp, removeApp, renewRecoveryCodes } from '#core/panel/factors/totp.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import { sessionCookie } from '#core/panel/http/cookies.ts'
import { formValues, parse } from '#core/panel/http/forms.ts'
import { idParam } from '#core/panel/http/params.ts'
import { instanceName, page, seeOther } from '#core/panel/http/render.tsx'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import type { FieldErrors } from '#views/models.ts'
import { AppSetupPage } from '#views/pages/account/app-setup.tsx'
import { RecoveryCodesPage } from '#views/pages/account/recovery-codes.tsx'
import { SecurityPage } from '#views/pages/account/security.tsx'
import { urls } from '#views/urls.ts'
import { changePassword, passwordChange } from './change-password.ts'
import { endOtherSessions, endSession, listOwnSessions, sessionNotFound } from './own-sessions.ts'

export function securityRoutes(context: PanelContext): App {
  const { database } = context

  async function show(c: AppContext, errors: FieldErrors = {}) {
    const { userId } = actorOf(c)
    const sessions = await listOwnSessions(context, actorOf(c), c.get('sessionId'))
    const { factors, keys } = await database.withSystem(async (tx) => ({
      factors: await readFactors(tx, userId),
      keys: await listPasskeys(tx, userId),
    }))
    return await page(
      c,
      context,
      (shell) => (
        <SecurityPage
          shell={shell}
          factors={factors}
          passkeys={keys.map(({ id, name, createdAt, lastUsedAt, backedUp }) => ({
            id,
            name,
            createdAt,
            lastUsedAt: lastUsedAt ?? undefined,
            backedUp,
          }))}
          passkeysPossible={relyingParty(c, context) !== undefined}
          proven={isProven(c, context)}
          sessions={sessions}
          errors={errors}
        />
      ),
      Object.keys(errors).length > 0 ? 422 : 200,
    )
  }

  const showCodes = (c: AppContext, codes: readonly string[], done: string) =>
    page(c, context, (shell) => <RecoveryCodesPage shell={shell} codes={codes} done={done} />)

  async function showSetup(c: AppContext, error: string | undefined) {
    const setup = await pendingTotp(context, actorOf(c), {
      issuer: instanceName(context.config),
      email: c.get('email'),
    })
    if (!setup) return c.redirect(urls.accountSecurity(), 303)
    return await page(
      c,
      context,
      (shell) => <AppSetupPage shell={shell} setup={setup} error={error} />,
      error === undefined ? 200 : 422,
    )
  }

  return new Hono<AppEnv>()
    .get(urls.accountSecurity.pattern, (c) => show(c))
    .post(urls.accountPassword.pattern, async (c) => {
      const values = await formValues(c)
      const { userId } = actorOf(c)
      const { password: hasOne } = await database.withSystem((tx) => readFactors(tx, userId))
      const question = hasOne ? undefined : await askProof(c, context, values)
      if (question) return question
      try {
        const input = parse(passwordChange, { current: '', password: '', ...values })
        await changePassword(context, actorOf(c), c.get('sessionId'), input)
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        return await show(c, error.fields)
      }
      return seeOther(c, context, urls.accountSecurity(), {
        kind: 'ok',
        text: 'Password changed. Other browsers are signed out.',
      })
    })
    .post(urls.accountTotp.pattern, async (c) => {
      const values = await formValues(c)
      const question = await askProof(c, context, values)
      if (question) return question
      // The code of a begun set-up, or the wish to begin one.
      if (values['code'] !== undefined) {
        try {
          return await showCodes(c, await confirmApp(context, actorOf(c), values['code']), 'Authenticator app added.')
        } catch (error) {
          if (!(error instanceof InvalidInput)) throw error
          return await showSetup(c, error.fields['code'])
        }
      }
      await beginTotp(context, actorOf(c))
      return c.redirect(urls.accountTotp(), 303)
    })
    .get(urls.accountTotp.pattern, (c) => showSetup(c, undefined))
    .post(urls.accountTotpRemoval.pattern, async (c) => {
      const question = await askProof(c, context, await formValues(c))
      if (question) return question
      await removeApp(context, actorOf(c))
      return seeOther(c, context, urls.accountSecurity(), { kind: 'ok', text: 'Authenticator app removed.' })
    })
    .post(urls.accountRecoveryCodes.pattern, async (c) => {
      const question = await askProof(c, context, await formValues(c))
      if (question) return question
      return await showCodes(c, await renewRecoveryCodes(context, actorOf(c)), 'New codes. The old ones are void.')
    })
    .post(urls.accountPasskeyOptions.pattern, async (c) => {
      demandProof(c, context)
      const account = { email: c.get('email'), instance: instanceName(context.config) }
      return c.json(await registrationOptions(context, actorOf(c), partyOf(c, context), account))
    })
    .post(urls.accountPasskeys.pattern, async (c) => {
      const values = await formValues(c)
      const question = await askProof(c, context, values)
      if (question) return question
      const name = passkeyName.safeParse(values['name'])
      if (!name.success) return await show(c, { passkeyName: name.error.issues[0]?.message ?? '' })
      // No device was asked yet: that is done on the page, now that it is shown who sits there.
      if (!values['passkey']) return c.redirect(urls.accountSecurity(), 303)
      const added = { name: name.data, response: values['passkey'] }
      const codes = await addPasskey(context, actorOf(c), partyOf(c, context), added)
      if (codes) return await showCodes(c, codes, 'Passkey added.')
      return seeOther(c, context, urls.accountSecurity(), { kind: 'ok', text: 'Passkey added.' })
    })
    .post(urls.accountPasskeyRemoval.pattern, async (c) => {
      const question = await askProof(c, context, await formValues(c))
      if (question) return question
      await dropPasskey(context, actorOf(c), c.req.param('passkeyId'))
      return seeOther(c, context, urls.accountSecurity(), { kind: 'ok', text: 'Passkey removed.' })
    })
    .post(urls.accountOtherSessions.pattern, async (c) => {
      await endOtherSessions(context, actorOf(c), c.get('sessionId'))
      return seeOther(c, context, urls.accountSecurity(), { kind: 'ok', text: 'All other browsers are signed out.' })
    })
    .post(urls.accountSessions.pattern, async (c) => {
      const id = idParam(c, 'sessionId', sessionNotFound)
      await endSession(context, actorOf(c), id)
      if (id !== c.get('sessionId'))
        return seeOther(c, context, urls.accountSecurity(), { kind: 'ok', text: 'That browser is signed out.' })
      sessionCookie.clear(c)
      return c.redirect(urls.signIn(), 303)
    })
}

function partyOf(c: AppContext, context: PanelContext) {
  const party = relyingParty(c, context)
  if (party) return party
  throw new PublicError('no-passkeys-here', 'Passkeys do not work at this address.', {
    status: 409,
    hint: 'They need HTTPS and a name: set STELLAR_URL to the public address, or open the panel as localhost.',
  })
}
