// Users for administrators: the list, one of them, suspending, links, looking through, deleting.
import { Hono } from 'hono'
import { InvalidInput } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { askProof } from '#core/panel/factors/proof.tsx'
import { actorOf } from '#core/panel/http/actor.ts'
import { type FormValues, formValues, parse, queryValues } from '#core/panel/http/forms.ts'
import { idParam } from '#core/panel/http/params.ts'
import { page, seeOther } from '#core/panel/http/render.tsx'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import type { FieldErrors } from '#views/models.ts'
import { UserDeletePage } from '#views/pages/users/delete.tsx'
import { UsersPage } from '#views/pages/users/index.tsx'
import { NewUserPage } from '#views/pages/users/new.tsx'
import { UserPage } from '#views/pages/users/show.tsx'
import { urls } from '#views/urls.ts'
import { changeUser, createUser, opensAccount, userChange, userInput } from './change.ts'
import { impersonate, stopImpersonating } from './impersonate.ts'
import { type HandedLink, handOutReset } from './links.ts'
import { findUser, ownedServers, pageOfUsers, userFilter, usersPerPage } from './list.ts'
import { removal, removeUser } from './remove.ts'
import { liftSuspension, suspendUser, suspension } from './suspend.ts'
import { userNotFound } from './target.ts'

export function userRoutes(context: PanelContext): App {
  const userId = (c: AppContext) => idParam(c, 'userId', userNotFound)
  const back = (c: AppContext, id: string, text: string) =>
    seeOther(c, context, urls.user({ userId: id }), { kind: 'ok', text })

  interface Shown {
    readonly link?: HandedLink
    readonly values?: FormValues
    readonly errors?: FieldErrors
  }
  async function show(c: AppContext, id: string, { link, values, errors = {} }: Shown = {}) {
    const user = await findUser(context, actorOf(c), id)
    const servers = await ownedServers(context, actorOf(c), id)
    return await page(
      c,
      context,
      (shell) => <UserPage shell={shell} user={user} servers={servers} link={link} values={values} errors={errors} />,
      Object.keys(errors).length > 0 ? 422 : 200,
    )
  }
  async function showNew(c: AppContext, values: FormValues, errors: FieldErrors) {
    const typed = { name: values['name'] ?? '', email: values['email'] ?? '', verified: values['verified'] === 'true' }
    const status = Object.keys(errors).length > 0 ? 422 : 200
    return await page(c, context, (shell) => <NewUserPage shell={shell} values={typed} errors={errors} />, status)
  }
  async function showDelete(c: AppContext, values: FormValues = {}, errors: FieldErrors = {}) {
    const user = await findUser(context, actorOf(c), userId(c))
    const status = Object.keys(errors).length > 0 ? 422 : 200
    return await page(
      c,
      context,
      (shell) => <UserDeletePage shell={shell} user={user} values={values} errors={errors} />,
      status,
    )
  }

  return (
    new Hono<AppEnv>()
      .get(urls.users.pattern, async (c) => {
        const filter = parse(userFilter, { ...queryValues(c) })
        const { users, counts } = await pageOfUsers(context, actorOf(c), filter)
        return await page(c, context, (shell) => (
          <UsersPage shell={shell} users={users} counts={counts} filter={filter} perPage={usersPerPage} />
        ))
      })
      .get(urls.newUser.pattern, (c) => showNew(c, { verified: 'true' }, {}))
      .post(urls.users.pattern, async (c) => {
        const values = await formValues(c)
        const password = values['password'] === '' ? undefined : values['password']
        let id: string
        try {
          id = await createUser(
            context,
            actorOf(c),
            parse(userInput, { ...values, password, verified: values['verified'] === 'true' }),
          )
        } catch (error) {
          if (!(error instanceof InvalidInput)) throw error
          return await showNew(c, values, error.fields)
        }
        const made = `${values['name']} has an account now.`
        return back(c, id, password === undefined ? `${made} Make a link with which they choose a password.` : made)
      })
      // Before `/users/:userId`, which it also matches.
      .post(urls.impersonationEnd.pattern, async (c) => {
        const actor = actorOf(c)
        await stopImpersonating(c, context, actor)
        return c.redirect(actor.impersonatorId === undefined ? urls.home() : urls.user({ userId: actor.userId }), 303)
      })
      .get(urls.user.pattern, (c) => show(c, userId(c)))
      .post(urls.user.pattern, async (c) => {
        const id = userId(c)
        const values = await formValues(c)
        try {
          const change = parse(userChange, { ...values, verified: values['verified'] === 'true' })
          const question = (await opensAccount(context, id, change)) ? await askProof(c, context, values) : undefined
          if (question) return question
          await changeUser(context, actorOf(c), id, change)
        } catch (error) {
          if (!(error instanceof InvalidInput)) throw error
          return await show(c, id, { values, errors: error.fields })
        }
        return back(c, id, 'Saved.')
      })
      .post(urls.userSuspension.pattern, async (c) => {
        const id = userId(c)
        const values = await formValues(c)
        if (values['lift'] === 'true') {
          await liftSuspension(context, actorOf(c), id)
          return back(c, id, 'The suspension is lifted.')
        }
        try {
          await suspendUser(context, actorOf(c), id, parse(suspension, values))
        } catch (error) {
          if (!(error instanceof InvalidInput)) throw error
          return await show(c, id, { errors: error.fields })
        }
        return back(c, id, 'Suspended. Every browser and key of theirs is shut out.')
      })
      .post(urls.userResetLink.pattern, async (c) => {
        const id = userId(c)
        const question = await askProof(c, context, await formValues(c))
        if (question) return question
        // No redirect: this answer is the only place where the link is ever seen.
        return await show(c, id, { link: await handOutReset(context, actorOf(c), id) })
      })
      .post(urls.userImpersonation.pattern, async (c) => {
        const question = await askProof(c, context, await formValues(c))
        if (question) return question
        await impersonate(c, context, actorOf(c), userId(c))
        return c.redirect(urls.home(), 303)
      })
      .get(urls.userDelete.pattern, (c) => showDelete(c))
      .post(urls.userDelete.pattern, async (c) => {
        const values = await formValues(c)
        const question = await askProof(c, context, values)
        if (question) return question
        try {
          await removeUser(context, actorOf(c), userId(c), parse(removal, values))
        } catch (error) {
          if (!(error instanceof InvalidInput)) throw error
          return await showDelete(c, values, error.fields)
        }
        return seeOther(c, context, urls.users(), { kind: 'ok', text: 'The account is deleted.' })
      })
  )
}
