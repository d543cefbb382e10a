// What people do who are not signed in and have no password yet, or no longer: register, accept, confirm, choose a new one.
import { Hono } from 'hono'
import { InvalidInput } from '#core/base/errors.ts'
import { finishSignIn } from '#core/panel/accounts/finish-sign-in.ts'
import { forgotInput, openAskForReset, openResetLink, resetInput, resetPassword } from '#core/panel/accounts/reset.ts'
import { openVerification, verifyEmail } from '#core/panel/accounts/verify.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { clientOf } from '#core/panel/http/client.ts'
import { type FormValues, formValues, parse, queryValues } from '#core/panel/http/forms.ts'
import { linkToken } from '#core/panel/http/link-token.ts'
import { html, seeOther, stageFor } from '#core/panel/http/render.tsx'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import type { FieldErrors } from '#views/models.ts'
import { ConfirmPage } from '#views/pages/joining/confirm.tsx'
import { ForgotPage } from '#views/pages/joining/forgot.tsx'
import { JoinPage } from '#views/pages/joining/join.tsx'
import { MessagePage } from '#views/pages/joining/message.tsx'
import { ResetPage } from '#views/pages/joining/reset.tsx'
import { SignUpPage } from '#views/pages/joining/sign-up.tsx'
import { urls } from '#views/urls.ts'
import { accept, acceptInput, openInvitation } from './accept.ts'
import { byMailInput, directInput, openRegistration, registrationMode } from './register.ts'

export function joiningRoutes(context: PanelContext): App {
  const registration = openRegistration(context)
  const askForReset = openAskForReset(context)
  const stage = (c: AppContext) => stageFor(c, context)
  const message = (c: AppContext, title: string, text: string) =>
    html(c, <MessagePage {...stage(c)} title={title} text={text} />)
  const statusOf = (errors: FieldErrors) => (Object.keys(errors).length > 0 ? 422 : 200)

  async function showSignUp(c: AppContext, values: FormValues = {}, errors: FieldErrors = {}) {
    const mode = await registrationMode(context)
    if (mode === 'off')
      return await message(c, 'Accounts are made by administrators', 'Ask the person who runs this panel for one.')
    if (mode === 'invitation')
      return await message(
        c,
        'By invitation',
        'Ask an administrator of this panel for an invitation; the link in it makes your account.',
      )
    const typed = { name: values['name'] ?? '', email: values['email'] ?? '' }
    return await html(c, <SignUpPage {...stage(c)} mode={mode} values={typed} errors={errors} />, statusOf(errors))
  }

  async function showJoin(c: AppContext, token: string, name = '', errors: FieldErrors = {}) {
    const { email } = await openInvitation(context, token)
    return await html(
      c,
      <JoinPage {...stage(c)} token={token} email={email} name={name} errors={errors} />,
      statusOf(errors),
    )
  }

  async function showForgot(c: AppContext, email = '', error?: string) {
    const possible = (await context.mail.server()) !== undefined
    const page = <ForgotPage {...stage(c)} possible={possible} email={email} error={error} />
    return await html(c, page, error === undefined ? 200 : 422)
  }

  async function showReset(c: AppContext, token: string, errors: FieldErrors = {}) {
    const { email } = await openResetLink(context, token)
    return await html(c, <ResetPage {...stage(c)} token={token} email={email} errors={errors} />, statusOf(errors))
  }

  return new Hono<AppEnv>()
    .get(urls.signUp.pattern, (c) => showSignUp(c))
    .post(urls.signUp.pattern, async (c) => {
      const values = await formValues(c)
      const mode = await registrationMode(context)
      try {
        if (mode === 'mail') await registration.byMail(parse(byMailInput, values), clientOf(c))
        else await registration.direct(parse(directInput, values), clientOf(c))
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        return await showSignUp(c, values, error.fields)
      }
      if (mode === 'mail')
        return await message(c, 'Look into your mailbox', `A mail is on its way to ${values['email']}.`)
      if (mode === 'by-hand')
        return await message(c, 'Nearly there', 'An administrator confirms your account; then you can sign in.')
      return await message(c, 'You can sign in now', 'With the address and the password that you chose.')
    })
    .get(urls.join.pattern, (c) => showJoin(c, linkToken(queryValues(c))))
    .post(urls.join.pattern, async (c) => {
      const values = await formValues(c)
      const token = linkToken(values)
      try {
        const userId = await accept(context, token, parse(acceptInput, values), clientOf(c))
        return await finishSignIn(c, context, { userId, method: 'password', next: undefined })
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        return await showJoin(c, token, values['name'], error.fields)
      }
    })
    .get(urls.verifyEmail.pattern, async (c) => {
      const token = linkToken(queryValues(c))
      const { email } = await openVerification(context, token)
      return await html(
        c,
        <ConfirmPage
          {...stage(c)}
          title="Confirm your address"
          text={`Is ${email} yours?`}
          label="Yes, it is mine"
          action={urls.verifyEmail()}
          token={token}
        />,
      )
    })
    .post(urls.verifyEmail.pattern, async (c) => {
      await verifyEmail(context, linkToken(await formValues(c)), clientOf(c))
      return seeOther(c, context, urls.signIn(), { kind: 'ok', text: 'Address confirmed. Sign in.' })
    })
    .get(urls.forgot.pattern, (c) => showForgot(c))
    .post(urls.forgot.pattern, async (c) => {
      const values = await formValues(c)
      const typed = forgotInput.safeParse(values)
      if (!typed.success) return await showForgot(c, values['email'], typed.error.issues[0]?.message)
      const { email } = typed.data
      if ((await context.mail.server()) === undefined) return await showForgot(c)
      await askForReset(email, clientOf(c))
      return await message(
        c,
        'Look into your mailbox',
        `If ${email} has an account here, a mail with a link is on its way.`,
      )
    })
    .get(urls.reset.pattern, (c) => showReset(c, linkToken(queryValues(c))))
    .post(urls.reset.pattern, async (c) => {
      const values = await formValues(c)
      const token = linkToken(values)
      try {
        const { password } = parse(resetInput, values)
        await resetPassword(context, token, password, clientOf(c))
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        return await showReset(c, token, error.fields)
      }
      return seeOther(c, context, urls.signIn(), { kind: 'ok', text: 'Password saved. Sign in with it.' })
    })
}
