// Signing in and out, and one's own account: name, theme, signed-in browsers, API keys.
import { Hono } from 'hono'
import { z } from 'zod'
import { readSignInSettings } from '#core/auth/sign-in-settings.ts'
import { PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { anyPasskey } from '#core/panel/factors/passkey-store.ts'
import { relyingParty } from '#core/panel/factors/relying-party.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import { sessionCookie, setTheme } from '#core/panel/http/cookies.ts'
import { takeFlash } from '#core/panel/http/flash.ts'
import { type FormValues, formValues, parse, queryValues } from '#core/panel/http/forms.ts'
import { ownPath } from '#core/panel/http/own-path.ts'
import { html, page, seeOther, stageFor } from '#core/panel/http/render.tsx'
import { sayRetry } from '#core/panel/http/too-many-tries.ts'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import { registrationMode } from '#core/panel/joining/register.ts'
import { availableProviders } from '#core/panel/providers/available.ts'
import type { FieldErrors } from '#views/models.ts'
import { AccountPage } from '#views/pages/account.tsx'
import { SignInPage } from '#views/pages/sign-in.tsx'
import { urls } from '#views/urls.ts'
import { finishSignIn } from './finish-sign-in.ts'
import { ownAccountRoutes } from './own-routes.tsx'
import { changeProfile, personNameSchema, themeSchema } from './profile.ts'
import { openPasswordCheck, signOut } from './sign-in.ts'

const credentials = z.object({
  email: z.string().max(320),
  password: z.string().max(1024),
  next: z.string().max(2000).catch(''),
})

export function accountRoutes(context: PanelContext): App {
  const checkPassword = openPasswordCheck(context)

  async function showSignIn(
    c: AppContext,
    email: string,
    error: string | undefined,
    next: string | undefined,
    status: 200 | 422 | 429 = 200,
  ) {
    const mode = await registrationMode(context)
    const { settings, places, passkeys } = await context.database.withSystem(async (tx) => ({
      settings: await readSignInSettings(tx),
      places: await availableProviders(tx, context),
      passkeys: await anyPasskey(tx),
    }))
    const providers = places.filter(({ policy }) => policy.enabled)
    return await html(
      c,
      <SignInPage
        {...stageFor(c, context)}
        email={email}
        error={error}
        next={next}
        note={takeFlash(c, context)?.text}
        mayRegister={mode !== 'off' && mode !== 'invitation'}
        passkey={passkeys && relyingParty(c, context) !== undefined}
        providers={providers.map(({ id, label, icon }) => ({ id, label, icon }))}
        // Without a provider nobody would come in at all.
        passwords={
          !settings.providersOnly || providers.length === 0 || error !== undefined || 'owner' in queryValues(c)
        }
      />,
      status,
    )
  }

  interface AccountState {
    readonly errors?: FieldErrors
    readonly values?: FormValues
  }
  async function showAccount(c: AppContext, { errors, values }: AccountState = {}) {
    return await page(
      c,
      context,
      (shell) => <AccountPage shell={shell} errors={errors} values={values} />,
      errors ? 422 : 200,
    )
  }

  return new Hono<AppEnv>()
    .route('/', ownAccountRoutes(context, showAccount))
    .get(urls.signIn.pattern, async (c) => {
      const next = ownPath(queryValues(c)['next'])
      if (c.get('actor')) return c.redirect(next ?? urls.home(), 303)
      return await showSignIn(c, '', undefined, next)
    })
    .post(urls.signIn.pattern, async (c) => {
      const typed = credentials.safeParse({ email: '', password: '', ...(await formValues(c)) })
      if (!typed.success) return await showSignIn(c, '', wrong, undefined, 422)
      const { email, password } = typed.data
      const next = ownPath(typed.data.next)
      const client = { address: c.get('address'), userAgent: c.req.header('user-agent'), requestId: c.get('requestId') }
      try {
        const userId = await checkPassword({ email, password }, client)
        if (userId === undefined) return await showSignIn(c, email, wrong, next, 422)
        return await finishSignIn(c, context, { userId, method: 'password', next })
      } catch (error) {
        if (!(error instanceof PublicError) || error.status !== 429) throw error
        sayRetry(c, error)
        return await showSignIn(c, email, error.message, next, 429)
      }
    })
    .post(urls.signOut.pattern, async (c) => {
      const actor = c.get('actor')
      const sessionId = c.get('sessionId')
      if (actor && sessionId !== undefined) await signOut(context, actor, sessionId)
      sessionCookie.clear(c)
      return c.redirect(urls.signIn(), 303)
    })
    .post(urls.theme.pattern, async (c) => {
      const values = await formValues(c)
      const theme = parse(themeSchema, values['theme'])
      setTheme(c, theme)
      const actor = c.get('actor')
      if (actor && actor.impersonatorId === undefined) await changeProfile(context, actor, { theme })
      return c.redirect(ownPath(values['next']) ?? urls.home(), 303)
    })
    .get(urls.account.pattern, (c) => showAccount(c))
    .post(urls.account.pattern, async (c) => {
      const values = await formValues(c)
      const name = personNameSchema.safeParse(values['name'])
      if (!name.success) {
        return await showAccount(c, {
          errors: { name: name.error.issues[0]?.message ?? '' },
          values: { name: values['name'] ?? '' },
        })
      }
      await changeProfile(context, actorOf(c), { name: name.data })
      return seeOther(c, context, urls.account(), { kind: 'ok', text: 'Name saved.' })
    })
}

const wrong = 'E-mail or password is wrong.'
