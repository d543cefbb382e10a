// Invitations and the settings of sign-in, for administrators.
import { Hono } from 'hono'
import { signInSettings } from '#core/auth/sign-in-settings.ts'
import { InvalidInput } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { askProof } from '#core/panel/factors/proof.tsx'
import { actorOf } from '#core/panel/http/actor.ts'
import { type FormValues, formValues, parse } from '#core/panel/http/forms.ts'
import { idParam } from '#core/panel/http/params.ts'
import { page, seeOther } from '#core/panel/http/render.tsx'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import { can } from '#core/permissions/can.ts'
import type { FieldErrors } from '#views/models.ts'
import { SignInSettingsPage } from '#views/pages/settings/sign-in.tsx'
import { InvitationsPage, type InvitationsProps } from '#views/pages/users/invitations.tsx'
import { urls } from '#views/urls.ts'
import { givesRole, invitationInput, invitationNotFound, invite, inviteAgain, withdrawInvitation } from './invite.ts'
import { changeSignInSettings, showSignInSettings } from './settings.ts'
import { listInvitations, listRoles } from './store.ts'

const mostShown = 500

export function joiningAdminRoutes(context: PanelContext): App {
  const { database, mail, now } = context
  const invitationId = (c: AppContext) => idParam(c, 'invitationId', invitationNotFound)

  async function showInvitations(
    c: AppContext,
    {
      link,
      values = {},
      errors = {},
    }: { link?: InvitationsProps['link']; values?: FormValues; errors?: FieldErrors } = {},
  ) {
    const actor = actorOf(c)
    const { open, roles } = await database.withSystem(async (tx) => ({
      open: await listInvitations(tx, mostShown),
      roles: can(actor, 'user.roles') ? await listRoles(tx) : [],
    }))
    const byMail = (await mail.server()) !== undefined
    return await page(
      c,
      context,
      (shell) => (
        <InvitationsPage
          shell={shell}
          invitations={open}
          roles={roles}
          byMail={byMail}
          link={link}
          values={values}
          errors={errors}
          now={now()}
        />
      ),
      Object.keys(errors).length > 0 ? 422 : 200,
    )
  }

  async function showSettings(c: AppContext, values: FormValues, errors: FieldErrors = {}) {
    const byMail = (await mail.server()) !== undefined
    const status = Object.keys(errors).length > 0 ? 422 : 200
    return await page(
      c,
      context,
      (shell) => <SignInSettingsPage shell={shell} values={values} errors={errors} byMail={byMail} />,
      status,
    )
  }

  return new Hono<AppEnv>()
    .get(urls.invitations.pattern, (c) => showInvitations(c))
    .post(urls.invitations.pattern, async (c) => {
      const values = await formValues(c)
      const { roleId, ...rest } = values
      try {
        const input = parse(invitationInput, { ...rest, ...(roleId ? { roleId } : {}) })
        const question = input.roleId === undefined ? undefined : await askProof(c, context, values)
        if (question) return question
        const made = await invite(context, actorOf(c), input)
        const email = values['email']?.trim() ?? ''
        // No redirect where there is a link: this answer is the only place where it is seen.
        if (made.url !== undefined)
          return await showInvitations(c, { link: { email, url: made.url, expiresAt: made.expiresAt } })
        return seeOther(c, context, urls.invitations(), {
          kind: 'ok',
          text: `The invitation is on its way to ${email}.`,
        })
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        return await showInvitations(c, { values, errors: error.fields })
      }
    })
    .post(urls.invitationAgain.pattern, async (c) => {
      const id = invitationId(c)
      const question = (await givesRole(context, id)) ? await askProof(c, context, await formValues(c)) : undefined
      if (question) return question
      const { email, url, expiresAt } = await inviteAgain(context, actorOf(c), id)
      if (url !== undefined) return await showInvitations(c, { link: { email, url, expiresAt } })
      return seeOther(c, context, urls.invitations(), {
        kind: 'ok',
        text: `A new link is on its way to ${email}; the old one is void.`,
      })
    })
    .post(urls.invitationWithdrawal.pattern, async (c) => {
      await withdrawInvitation(context, actorOf(c), invitationId(c))
      return seeOther(c, context, urls.invitations(), { kind: 'ok', text: 'Withdrawn: the link is void.' })
    })
    .get(urls.settingsSignIn.pattern, async (c) => {
      const settings = await showSignInSettings(context, actorOf(c))
      return await showSettings(
        c,
        Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])),
      )
    })
    .post(urls.settingsSignIn.pattern, async (c) => {
      const values = await formValues(c)
      const switches = {
        verifyEmail: values['verifyEmail'] === 'true',
        providersOnly: values['providersOnly'] === 'true',
      }
      try {
        const settings = parse(signInSettings, { ...values, ...switches })
        const question = await askProof(c, context, values)
        if (question) return question
        await changeSignInSettings(context, actorOf(c), settings)
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        return await showSettings(c, values, error.fields)
      }
      return seeOther(c, context, urls.settingsSignIn(), { kind: 'ok', text: 'Saved.' })
    })
}
