// One's own account beyond its name: address, look, data, deletion.
import { Hono } from 'hono'
import { InvalidInput } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { askProof } from '#core/panel/factors/proof.tsx'
import { actorOf } from '#core/panel/http/actor.ts'
import { clientOf } from '#core/panel/http/client.ts'
import { sessionCookie, setTheme } from '#core/panel/http/cookies.ts'
import { type FormValues, formValues, parse, queryValues } from '#core/panel/http/forms.ts'
import { linkToken } from '#core/panel/http/link-token.ts'
import { html, page, seeOther, stageFor } from '#core/panel/http/render.tsx'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import { countOwned, removal, removeOwnAccount } from '#core/panel/users/remove.ts'
import type { FieldErrors } from '#views/models.ts'
import { AccountDeletePage } from '#views/pages/account/delete.tsx'
import { ConfirmPage } from '#views/pages/joining/confirm.tsx'
import { MessagePage } from '#views/pages/joining/message.tsx'
import { urls } from '#views/urls.ts'
import { confirmEmail, emailChange, openEmailChange, openEmailLink } from './change-email.ts'
import { exportAccount } from './export.ts'
import { changeProfile, profileInput } from './profile.ts'

export type ShowAccount = (
  c: AppContext,
  refused: { readonly errors: FieldErrors; readonly values: FormValues },
) => Promise<Response>

export function ownAccountRoutes(context: PanelContext, showAccount: ShowAccount): App {
  const askForEmail = openEmailChange(context)

  async function showDelete(c: AppContext, values: FormValues = {}, errors: FieldErrors = {}) {
    const servers = await countOwned(context, actorOf(c))
    const status = Object.keys(errors).length > 0 ? 422 : 200
    return await page(
      c,
      context,
      (shell) => <AccountDeletePage shell={shell} servers={servers} values={values} errors={errors} />,
      status,
    )
  }

  return new Hono<AppEnv>()
    .post(urls.accountLook.pattern, async (c) => {
      const { theme, language, timeZone } = await formValues(c)
      try {
        const look = parse(profileInput, { theme, language: language || null, timeZone: timeZone || null })
        await changeProfile(context, actorOf(c), look)
        if (look.theme !== undefined) setTheme(c, look.theme)
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        return await showAccount(c, { errors: error.fields, values: {} })
      }
      return seeOther(c, context, urls.account(), { kind: 'ok', text: 'Saved.' })
    })
    .post(urls.accountEmail.pattern, async (c) => {
      const values = await formValues(c)
      const question = await askProof(c, context, values)
      if (question) return question
      try {
        const { email } = parse(emailChange, values)
        await askForEmail(actorOf(c), email)
        return seeOther(c, context, urls.account(), {
          kind: 'ok',
          text: `Mails are on their way to ${c.get('email')} and ${email}; confirm it in both.`,
        })
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        return await showAccount(c, { errors: error.fields, values })
      }
    })
    .get(urls.changeEmail.pattern, async (c) => {
      const token = linkToken(queryValues(c))
      const { email } = await openEmailLink(context, token)
      return await html(
        c,
        <ConfirmPage
          {...stageFor(c, context)}
          title="Change of address"
          text={`Shall ${email} become the address of the account?`}
          label="Yes"
          action={urls.changeEmail()}
          token={token}
        />,
      )
    })
    .post(urls.changeEmail.pattern, async (c) => {
      const changed = await confirmEmail(context, linkToken(await formValues(c)), clientOf(c))
      const [title, text] = changed
        ? ['The address is changed', 'You sign in with the new one from now on.']
        : ['Confirmed here', 'It changes once the other address has confirmed it, too.']
      return await html(c, <MessagePage {...stageFor(c, context)} title={title} text={text} />)
    })
    .post(urls.accountExport.pattern, async (c) => {
      const question = await askProof(c, context, await formValues(c))
      if (question) return question
      const data = await exportAccount(context, actorOf(c))
      return c.body(JSON.stringify(data, null, 2), 200, {
        'Content-Type': 'application/json',
        'Content-Disposition': 'attachment; filename="stellar-account.json"',
      })
    })
    .get(urls.accountDelete.pattern, (c) => showDelete(c))
    .post(urls.accountDelete.pattern, async (c) => {
      const values = await formValues(c)
      const typed = values['confirmation']?.trim().toLowerCase() ?? ''
      const email = c.get('email')
      if (typed !== email.toLowerCase())
        return await showDelete(c, values, { confirmation: `Type ${email} to delete it.` })
      const question = await askProof(c, context, values)
      if (question) return question
      await removeOwnAccount(context, actorOf(c), parse(removal, { servers: values['servers'] ?? 'transfer' }))
      sessionCookie.clear(c)
      return await html(
        c,
        <MessagePage
          {...stageFor(c, context)}
          title="Your account is deleted"
          text="Thank you for having been here."
        />,
      )
    })
}
