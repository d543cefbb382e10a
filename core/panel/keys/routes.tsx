// The page of API keys.
import { Hono } from 'hono'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { askProof } from '#core/panel/factors/proof.tsx'
import { actorOf } from '#core/panel/http/actor.ts'
import { type FormValues, formValues, group, parse } from '#core/panel/http/forms.ts'
import { idParam } from '#core/panel/http/params.ts'
import { page, seeOther } from '#core/panel/http/render.tsx'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import { can } from '#core/permissions/can.ts'
import { describe, permissionNames } from '#core/permissions/catalogue.ts'
import type { FieldErrors } from '#views/models.ts'
import { KeysPage } from '#views/pages/account/keys.tsx'
import type { PermissionRow } from '#views/partials/permission-choice.tsx'
import { urls } from '#views/urls.ts'
import { createKey, keyInput, keyNotFound, listOwnKeys, revokeKey } from './keys.ts'
import { listServerNames } from './store.ts'

/** As many servers as can be ticked; a key for more is made by the API or for all. */
const mostShown = 100
const day = 24 * 60 * 60_000

interface Shown {
  readonly newKey?: string
  readonly values?: FormValues
  readonly errors?: FieldErrors
}

export function keyRoutes(context: PanelContext): App {
  const { database, now } = context

  async function show(c: AppContext, { newKey, values = {}, errors = {} }: Shown = {}): Promise<Response> {
    const actor = actorOf(c)
    const keys = await listOwnKeys(context, actor)
    const servers = await database.withTenant(actor.userId, (tx) => listServerNames(tx, mostShown))
    return await page(
      c,
      context,
      (shell) => (
        <KeysPage
          shell={shell}
          keys={keys}
          newKey={newKey}
          rows={rowsFor(c, Object.keys(group(values, 'may')))}
          servers={servers.map((server) => ({ ...server, checked: values[`on.${server.id}`] === 'true' }))}
          values={values}
          errors={errors}
        />
      ),
      Object.keys(errors).length > 0 ? 422 : 200,
    )
  }

  return new Hono<AppEnv>()
    .get(urls.accountKeys.pattern, (c) => show(c))
    .post(urls.accountKeys.pattern, async (c) => {
      const values = await formValues(c)
      const question = await askProof(c, context, values)
      if (question) return question
      try {
        const { key } = await createKey(context, actorOf(c), parse(keyInput, inputOf(values, now())))
        // No redirect: this answer is the only place where the key is ever seen.
        return await show(c, { newKey: key })
      } catch (error) {
        if (error instanceof InvalidInput) return await show(c, { values, errors: byField(error.fields) })
        if (error instanceof PublicError) return await show(c, { values, errors: { name: error.message } })
        throw error
      }
    })
    .post(urls.accountKey.pattern, async (c) => {
      await revokeKey(context, actorOf(c), idParam(c, 'keyId', keyNotFound))
      return seeOther(c, context, urls.accountKeys(), {
        kind: 'ok',
        text: 'Key revoked. Programs that use it are refused from now on.',
      })
    })
}

/** What this person could have somewhere: the rest would open nothing. */
function rowsFor(c: AppContext, ticked: readonly string[]): PermissionRow[] {
  const actor = actorOf(c)
  return permissionNames
    .filter((name) => describe(name).umbrella !== true && can(actor, name))
    .map((name) => {
      const { group: title, words, danger, later = false } = describe(name)
      return {
        name,
        group: title,
        words: words.charAt(0).toUpperCase() + words.slice(1),
        danger,
        later,
        checked: ticked.includes(name),
      }
    })
}

function inputOf(values: FormValues, now: number) {
  const days = Number(values['life'] ?? '90')
  const addresses = (values['allowedAddresses'] ?? '').split(/[\s,]+/).filter(Boolean)
  return {
    name: values['name'] ?? '',
    ...(values['life'] === 'never' || !Number.isFinite(days)
      ? {}
      : { expiresAt: new Date(now + days * day).toISOString() }),
    ...(values['scope'] === 'chosen' && { permissions: Object.keys(group(values, 'may')) }),
    ...(values['reach'] === 'chosen' && { serverIds: Object.keys(group(values, 'on')) }),
    ...(addresses.length > 0 && { allowedAddresses: addresses }),
  }
}

/** A complaint about one entry of a list is one about its field. */
function byField(fields: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, text]) => [name.split('.')[0] ?? name, text]))
}
