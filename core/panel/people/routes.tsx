// People of a server for browsers, and the page behind an invitation's link.
import { Hono } from 'hono'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import { invitationCookie } from '#core/panel/http/cookies.ts'
import { type FormValues, formValues, group, parse } from '#core/panel/http/forms.ts'
import { idParam } from '#core/panel/http/params.ts'
import { html, page, seeOther, stageFor } from '#core/panel/http/render.tsx'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import { show } from '#core/panel/servers/list.ts'
import { subjectOf } from '#core/panel/servers/view.ts'
import { demand } from '#core/permissions/can.ts'
import { describe } from '#core/permissions/catalogue.ts'
import { lackedOn } from '#core/permissions/granting.ts'
import { leavesOf, presetOf, serverPresets } from '#core/permissions/presets.ts'
import type { FieldErrors, ServerView } from '#views/models.ts'
import { InvitationPage } from '#views/pages/invitation.tsx'
import { InvitePage } from '#views/pages/servers/invite.tsx'
import { InvitedPage } from '#views/pages/servers/invited.tsx'
import { PeoplePage } from '#views/pages/servers/people.tsx'
import { urls } from '#views/urls.ts'
import { acceptInvitation, declineInvitation, readOffer } from './answer.ts'
import { columnsFrom, fingerprint, grantsFrom, presetViews, rowsFor } from './choice.ts'
import {
  type Invited,
  invitationDays,
  invitationInput,
  invitationNotFound,
  invite,
  inviteAgain,
  withdrawInvitation,
} from './invite.ts'
import { changeMembers, listPeople, personNotFound, removeMember } from './members.ts'

/** Columns beside one another; the form stays below the number of fields that a request may have. */
const columns = 6

export function peopleRoutes(context: PanelContext): App {
  async function invited(c: AppContext, server: ServerView, { email, mailed, link }: Invited): Promise<Response> {
    if (mailed || link === undefined) {
      return seeOther(c, context, urls.serverPeople(server), { kind: 'ok', text: `${email} gets a mail with a link.` })
    }
    const props = { server, email, link, days: invitationDays }
    return await page(c, context, (shell) => <InvitedPage shell={shell} {...props} />, 201)
  }

  async function inviteForm(c: AppContext, values: FormValues, errors: FieldErrors): Promise<Response> {
    const actor = actorOf(c)
    const server = await show(context, actor, c.req.param('id') ?? '')
    demand(actor, 'server.subusers.create', subjectOf(server))
    const preset = values['preset'] ?? 'viewer'
    const ticked = grantsFrom(preset, group(values, 'may'))
    const sendsMail = (await context.mail.server()) !== undefined
    return await page(
      c,
      context,
      (shell) => (
        <InvitePage
          shell={shell}
          server={server}
          email={values['email'] ?? ''}
          preset={preset}
          presets={presetViews}
          rows={rowsFor(actor, subjectOf(server), ticked)}
          sendsMail={sendsMail}
          errors={errors}
        />
      ),
      Object.keys(errors).length > 0 ? 422 : 200,
    )
  }

  async function answer(c: AppContext, error: string | undefined): Promise<Response> {
    const token = invitationCookie.read(c)
    const offer = token === undefined ? undefined : await readOffer(context, token)
    const actor = c.get('actor')
    return await html(
      c,
      <InvitationPage
        {...stageFor(c, context)}
        offer={
          offer && {
            ...offer,
            role: presetOf(offer.grants)?.name,
            may: leavesOf(offer.grants).map((name) => describe(name).words),
          }
        }
        signedInAs={actor && { name: actor.name, email: c.get('email') }}
        error={error}
      />,
      error !== undefined ? 409 : offer ? 200 : 404,
    )
  }

  return new Hono<AppEnv>()
    .get(urls.serverPeople.pattern, async function people(c) {
      const actor = actorOf(c)
      const server = await show(context, actor, c.req.param('id'))
      const { members, invitations } = await listPeople(context, actor, server.id)
      const from = Math.min(Math.max(0, Number(c.req.query('from')) || 0), Math.max(0, members.length - 1))
      const at = (start: number) => `${urls.serverPeople(server)}${start === 0 ? '' : `?from=${start}`}`
      const shown = members.slice(from, from + columns)
      return await page(c, context, (shell) => (
        <PeoplePage
          shell={shell}
          server={server}
          total={members.length}
          people={shown.map(({ grants, ...person }) => ({
            ...person,
            rows: rowsFor(actor, subjectOf(server), grants),
            locked:
              lackedOn(actor, grants, subjectOf(server)).length > 0
                ? `${person.name} may do more here than you`
                : undefined,
            was: fingerprint(grants),
            self: person.userId === actor.userId,
          }))}
          invitations={invitations}
          presets={presetViews}
          olderUrl={from + columns < members.length ? at(from + columns) : undefined}
          newerUrl={from > 0 ? at(Math.max(0, from - columns)) : undefined}
        />
      ))
    })
    .post(urls.serverPeople.pattern, async function savePeople(c) {
      const actor = actorOf(c)
      const server = await show(context, actor, c.req.param('id'))
      const values = await formValues(c)
      const { members } = await listPeople(context, actor, server.id, 'server.subusers.update')
      const known = new Map(members.map((member) => [member.userId, member]))
      const changes = columnsFrom(values, (userId) => known.get(userId)?.preset)
      for (const { userId } of changes) if (!known.has(userId)) throw personNotFound()
      const done = await changeMembers(context, actor, server.id, changes)
      const text =
        done.length === 0 ? 'Nothing was changed.' : done.map(({ name, words }) => `${name}: ${words}.`).join(' ')
      return seeOther(c, context, urls.serverPeople(server), { kind: 'ok', text })
    })
    .post(urls.serverPersonRemove.pattern, async function removePerson(c) {
      const actor = actorOf(c)
      const server = await show(context, actor, c.req.param('id'))
      const userId = idParam(c, 'userId', personNotFound)
      const name = await removeMember(context, actor, server.id, userId)
      if (userId === actor.userId) {
        return seeOther(c, context, urls.servers(), { kind: 'ok', text: `You have left ${server.name}.` })
      }
      return seeOther(c, context, urls.serverPeople(server), { kind: 'ok', text: `${name} has no access any more.` })
    })
    .get(urls.serverInvite.pattern, (c) => inviteForm(c, {}, {}))
    .post(urls.serverInvite.pattern, async function inviteSomebody(c) {
      const actor = actorOf(c)
      const server = await show(context, actor, c.req.param('id'))
      const values = await formValues(c)
      try {
        const { email, preset = 'custom' } = values
        const chosen = serverPresets.some(({ id }) => id === preset)
          ? { preset }
          : { permissions: Object.keys(group(values, 'may')) }
        return await invited(
          c,
          server,
          await invite(context, actor, server.id, parse(invitationInput, { email, ...chosen })),
        )
      } catch (error) {
        if (error instanceof InvalidInput) return await inviteForm(c, values, error.fields)
        throw error
      }
    })
    .post(urls.serverInvitation.pattern, async function changeInvitation(c) {
      const actor = actorOf(c)
      const server = await show(context, actor, c.req.param('id'))
      demand(actor, ['server.subusers.create', 'server.subusers.delete'], subjectOf(server))
      const id = idParam(c, 'invitationId', invitationNotFound)
      const { action } = await formValues(c)
      if (action === 'again') return await invited(c, server, await inviteAgain(context, actor, server.id, id))
      if (action !== 'withdraw') throw new InvalidInput({ action: 'Expected “again” or “withdraw”.' })
      const email = await withdrawInvitation(context, actor, server.id, id)
      return seeOther(c, context, urls.serverPeople(server), { kind: 'ok', text: `The link for ${email} is void.` })
    })
    .get(urls.invitationLink.pattern, (c) => {
      // The secret does not stay in the address, where it would be seen, kept and passed on.
      invitationCookie.write(c, c.req.param('token').slice(0, 100))
      return c.redirect(urls.invitation(), 303)
    })
    .get(urls.invitation.pattern, (c) => answer(c, undefined))
    .post(urls.invitation.pattern, async function answerInvitation(c) {
      const actor = actorOf(c)
      const token = invitationCookie.read(c) ?? ''
      const { answer: given } = await formValues(c)
      try {
        if (given === 'decline') {
          await declineInvitation(context, actor, token)
          invitationCookie.clear(c)
          return seeOther(c, context, urls.servers(), {
            kind: 'ok',
            text: 'You declined. Nobody expects anything of you.',
          })
        }
        if (given !== 'accept') throw new InvalidInput({ answer: 'Expected “accept” or “decline”.' })
        const id = await acceptInvitation(context, actor, token)
        invitationCookie.clear(c)
        return seeOther(c, context, urls.server({ id }), {
          kind: 'ok',
          text: 'Welcome. This is what you were invited to.',
        })
      } catch (error) {
        if (error instanceof PublicError && error.status === 409) {
          return await answer(c, [error.message, error.hint].filter(Boolean).join(' '))
        }
        if (error instanceof PublicError && error.code === 'invitation-not-found') return await answer(c, undefined)
        throw error
      }
    })
}
