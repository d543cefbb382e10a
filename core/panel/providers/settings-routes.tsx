// The page “Providers” of the settings.
import { Hono } from 'hono'
import { InvalidInput } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { askProof } from '#core/panel/factors/proof.tsx'
import { actorOf } from '#core/panel/http/actor.ts'
import { type FormValues, formValues, group, parse } from '#core/panel/http/forms.ts'
import { page, seeOther } from '#core/panel/http/render.tsx'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import type { FieldErrors } from '#views/models.ts'
import { EditProviderPage } from '#views/pages/settings/provider.tsx'
import { ProvidersPage } from '#views/pages/settings/providers.tsx'
import { urls } from '#views/urls.ts'
import { availableProviders } from './available.ts'
import { addProvider, changeProvider, kindOf, providerInput, providerNotFound, removeProvider } from './change.ts'
import { redirectUriOf } from './flow.ts'
import { policySchema, type StoredProvider } from './settings.ts'
import { countLinked, listRoleNames, readProviders } from './store.ts'
import { tryProvider } from './try.ts'

/** What a form may bring beside what is stored: a few lines at a time. */
const emptyLines = 3

export function providerSettingsRoutes(context: PanelContext): App {
  const { database, plugins } = context

  async function show(c: AppContext): Promise<Response> {
    const { places, linked } = await database.withSystem(async (tx) => ({
      places: await availableProviders(tx, context),
      linked: await countLinked(tx),
    }))
    const configured = new Set(plugins.all('authProviders').map(({ id }) => id))
    return await page(c, context, (shell) => (
      <ProvidersPage
        shell={shell}
        providers={places.map(({ id, label, icon, policy }) => ({
          id,
          label,
          icon,
          enabled: policy.enabled,
          provision: policy.provision,
          roles: policy.roles.length,
          linked: linked.get(id) ?? 0,
          configured: configured.has(id),
        }))}
        kinds={plugins.all('authProviderKinds').map(({ id, label, icon }) => ({ id, label, icon }))}
      />
    ))
  }

  interface Typed {
    readonly values: FormValues
    readonly errors: FieldErrors
  }

  /** `row` undefined: a new one of this kind. */
  async function edit(c: AppContext, kindId: string | undefined, row: StoredProvider | undefined, typed?: Typed) {
    const kind = kindId === undefined ? undefined : kindOf(context, kindId)
    const roles = await database.withSystem(listRoleNames)
    const taken = (await database.withSystem((tx) => readProviders(tx))).map(({ id }) => id)
    const id = row?.id ?? nextId(kindId ?? '', taken)
    return await page(
      c,
      context,
      (shell) => (
        <EditProviderPage
          shell={shell}
          id={row?.id}
          kind={kind && { id: kind.id, label: kind.label, help: kind.help, fields: kind.fields }}
          label={typed?.values['label'] ?? row?.label ?? kind?.label ?? ''}
          values={typed ? group(typed.values, 'values') : (row?.values ?? {})}
          hasSecrets={row?.sealed !== undefined}
          policy={typed ? policyIn(typed.values) : policySchema.parse(row ?? {})}
          roles={roles}
          emptyLines={emptyLines}
          redirectUri={redirectUriOf(c, context, id)}
          errors={typed?.errors ?? {}}
        />
      ),
      typed ? 422 : 200,
    )
  }

  async function stored(id: string): Promise<StoredProvider> {
    const row = (await database.withSystem((tx) => readProviders(tx))).find((one) => one.id === id)
    if (row) return row
    const provider = plugins.all('authProviders').find((one) => one.id === id)
    if (!provider) throw providerNotFound()
    return { ...policySchema.parse({}), id, label: provider.label, values: {} }
  }

  return new Hono<AppEnv>()
    .get(urls.settingsProviders.pattern, (c) => show(c))
    .get(urls.settingsNewProvider.pattern, (c) => edit(c, c.req.param('kind'), undefined))
    .post(urls.settingsNewProvider.pattern, async (c) => {
      const values = await formValues(c)
      const question = await askProof(c, context, values)
      if (question) return question
      const kind = c.req.param('kind')
      try {
        const id = await addProvider(context, actorOf(c), kind, parse(providerInput, inputOf(values)))
        return seeOther(c, context, urls.settingsProvider({ providerId: id }), {
          kind: 'ok',
          text: 'Saved. Sign in with it once in a private window to see that it works.',
        })
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        return await edit(c, kind, undefined, { values: withoutSecrets(values), errors: error.fields })
      }
    })
    .get(urls.settingsProvider.pattern, async (c) => {
      const row = await stored(c.req.param('providerId'))
      return await edit(c, row.kind, row)
    })
    .post(urls.settingsProvider.pattern, async (c) => {
      const values = await formValues(c)
      const question = await askProof(c, context, values)
      if (question) return question
      const providerId = c.req.param('providerId')
      try {
        await changeProvider(context, actorOf(c), providerId, parse(providerInput, inputOf(values)))
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        const row = await stored(providerId)
        return await edit(c, row.kind, row, { values: withoutSecrets(values), errors: error.fields })
      }
      return seeOther(c, context, urls.settingsProvider({ providerId }), { kind: 'ok', text: 'Saved.' })
    })
    .post(urls.settingsProviderTest.pattern, async (c) => {
      const providerId = c.req.param('providerId')
      const { reachable, detail } = await tryProvider(c, context, providerId)
      const told = { kind: reachable ? 'ok' : 'bad', text: detail } as const
      return seeOther(c, context, urls.settingsProvider({ providerId }), told)
    })
    .post(urls.settingsProviderRemoval.pattern, async (c) => {
      const question = await askProof(c, context, await formValues(c))
      if (question) return question
      await removeProvider(context, actorOf(c), c.req.param('providerId'))
      return seeOther(c, context, urls.settingsProviders(), { kind: 'ok', text: 'Removed.' })
    })
}

function inputOf(values: FormValues) {
  return { ...policyIn(values), label: values['label'] ?? '', values: group(values, 'values') }
}

function policyIn(values: FormValues) {
  const lines = group(values, 'roles')
  const numbers = [...new Set(Object.keys(lines).map((name) => name.split('.')[0] ?? ''))]
  return {
    enabled: values['enabled'] === 'true',
    provision: values['provision'] === 'true',
    linkByEmail: values['linkByEmail'] === 'true',
    roles: numbers
      .map((number) => ({ group: lines[`${number}.group`]?.trim() ?? '', roleId: lines[`${number}.roleId`] ?? '' }))
      .filter(({ group: name, roleId }) => name !== '' && roleId !== ''),
  }
}

function withoutSecrets(values: FormValues): FormValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !/secret/i.test(name)))
}

function nextId(kind: string, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const id = number === 1 ? kind : `${kind}-${number}`
    if (!taken.includes(id)) return id
  }
}
