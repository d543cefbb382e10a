// Roles for browsers.
import { Hono } from 'hono'
import { InvalidInput } from '#core/base/errors.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { askProof } from '#core/panel/factors/proof.tsx'
import { actorOf } from '#core/panel/http/actor.ts'
import { type FormValues, formValues, group, parse } from '#core/panel/http/forms.ts'
import { idParam } from '#core/panel/http/params.ts'
import { page, seeOther } from '#core/panel/http/render.tsx'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import { can } from '#core/permissions/can.ts'
import { describe, isPermission, permissionNames } from '#core/permissions/catalogue.ts'
import { lackedInRole } from '#core/permissions/granting.ts'
import { covered } from '#core/permissions/grants.ts'
import type { FieldErrors } from '#views/models.ts'
import { RolesPage } from '#views/pages/roles/index.tsx'
import { RolePage } from '#views/pages/roles/show.tsx'
import type { PermissionRow } from '#views/partials/permission-choice.tsx'
import { urls } from '#views/urls.ts'
import { giveRoleTo, takeRoleFrom, viewHolders } from './assign.ts'
import {
  changeRole,
  createRole,
  type RoleInput,
  removeRole,
  rightsOf,
  roleInput,
  roleNotFound,
  viewRole,
  viewRoles,
} from './roles.ts'
import { listPlaces } from './store.ts'

/** Wildcards that a role can hold, before the names they stand for. */
const wildcards: readonly (readonly [name: string, group: string, words: string])[] = [
  ['*', 'Everything', 'Everything there is, also what later versions add'],
  ['server.*', 'Everything', 'Everything with servers'],
  ['node.*', 'Everything', 'Everything with nodes'],
  ['location.*', 'Everything', 'Everything with locations'],
  ['user.*', 'Everything', 'Everything with users'],
  ['role.*', 'Everything', 'Everything with roles'],
  ['platform.*', 'Everything', 'Everything with the panel itself'],
]

/** A role holds what it names. What a wildcard covers is ticked and locked, so that the page says what is allowed. */
function rowsFor(actor: Actor, grants: readonly string[], locked: string | undefined): PermissionRow[] {
  const everywhere = { everywhere: true, nodeIds: new Set<string>(), locationIds: new Set<string>() }
  const row = (name: string, rest: Omit<PermissionRow, 'name' | 'checked' | 'locked'>): PermissionRow => {
    const own = grants.includes(name)
    const byOther = !own && covered(grants, name)
    const lacked = actor.isOwner ? [] : lackedInRole(actor, { ...everywhere, everywhere: false, grants: [name] })
    return {
      ...rest,
      name,
      checked: own || byOther,
      locked:
        locked ??
        (byOther ? 'Covered by what is ticked above' : lacked.length > 0 ? 'You do not have this yourself' : undefined),
    }
  }
  return [
    ...wildcards.map(([name, group, words]) => row(name, { group, words, danger: 'high', later: false })),
    ...permissionNames
      .filter((name) => describe(name).reach !== 'self')
      .map((name) => {
        const { group, words, danger, later = false } = describe(name)
        return row(name, { group, words: words.charAt(0).toUpperCase() + words.slice(1), danger, later })
      }),
  ]
}

interface Draft {
  readonly roleId: string | undefined
  readonly name: string
  readonly description: string
  readonly permissions: readonly string[]
  readonly limited: boolean
  readonly nodeIds: readonly string[]
  readonly locationIds: readonly string[]
}

export function roleRoutes(context: PanelContext): App {
  const roleIdOf = (c: AppContext) => idParam(c, 'roleId', roleNotFound)

  async function form(c: AppContext, draft: Draft, locked: string | undefined, errors: FieldErrors): Promise<Response> {
    const actor = actorOf(c)
    const { roleId, nodeIds, locationIds, permissions } = draft
    const places = await context.database.withSystem((tx) => listPlaces(tx))
    const holders = roleId === undefined || !c.get('actor') ? [] : await holdersFor(actor, roleId)
    const choice = (all: readonly { id: string; name: string }[], chosen: readonly string[]) =>
      all.map(({ id, name }) => ({ id, name, checked: chosen.includes(id) }))
    return await page(
      c,
      context,
      (shell) => (
        <RolePage
          {...draft}
          shell={shell}
          nodes={choice(places.nodes, nodeIds)}
          locations={choice(places.locations, locationIds)}
          rows={rowsFor(actor, permissions, locked)}
          locked={locked}
          holders={holders}
          errors={errors}
        />
      ),
      Object.keys(errors).length > 0 ? 422 : 200,
    )
  }

  async function holdersFor(actor: Actor, roleId: string) {
    return actor.isOwner || lookable(actor) ? await viewHolders(context, actor, roleId) : []
  }

  async function saved(c: AppContext, draft: Draft, work: (input: RoleInput) => Promise<unknown>, text: string) {
    try {
      await work(parse(roleInput, pick(draft)))
    } catch (error) {
      if (error instanceof InvalidInput) return await form(c, draft, undefined, error.fields)
      throw error
    }
    return seeOther(c, context, urls.roles(), { kind: 'ok', text })
  }

  return new Hono<AppEnv>()
    .get(urls.roles.pattern, async function roles(c) {
      const rows = await viewRoles(context, actorOf(c))
      return await page(c, context, (shell) => (
        <RolesPage shell={shell} roles={rows.map((row) => ({ ...row, fixed: row.preset !== null }))} />
      ))
    })
    .post(urls.roles.pattern, async function makeRole(c) {
      const draft = draftFrom(await formValues(c), undefined)
      return await saved(c, draft, (input) => createRole(context, actorOf(c), input), `${draft.name.trim()} was made.`)
    })
    .get(urls.newRole.pattern, async function newRole(c) {
      const from = c.req.query('from')
      const model =
        from === undefined ? undefined : (await viewRoles(context, actorOf(c))).find(({ id }) => id === from)
      const blank = { name: '', description: '', permissions: [], limited: false, nodeIds: [], locationIds: [] }
      const draft = model ? { ...model, name: `${model.name} (copy)` } : blank
      return await form(c, { ...pick(draft), roleId: undefined }, undefined, {})
    })
    .get(urls.role.pattern, async function role(c) {
      const actor = actorOf(c)
      const roleId = roleIdOf(c)
      const found = await viewRole(context, actor, roleId)
      return await form(c, { ...pick(found), roleId }, whyLocked(actor, found), {})
    })
    .post(urls.role.pattern, async function saveRole(c) {
      const roleId = roleIdOf(c)
      const before = await viewRole(context, actorOf(c), roleId)
      const values = await formValues(c)
      const question = await askProof(c, context, values)
      if (question) return question
      const draft = draftFrom(values, roleId)
      // A box that a wildcard covers is locked and not sent: nothing is lost by that. What the page cannot show stays.
      const hidden = before.permissions.filter(
        (name) => !isPermission(name) && !wildcards.some(([each]) => each === name),
      )
      const kept = { ...draft, permissions: [...draft.permissions, ...hidden] }
      return await saved(
        c,
        kept,
        (input) => changeRole(context, actorOf(c), roleId, input),
        `${draft.name.trim()} was saved.`,
      )
    })
    .post(urls.roleDelete.pattern, async function deleteRole(c) {
      const question = await askProof(c, context, await formValues(c))
      if (question) return question
      const name = await removeRole(context, actorOf(c), roleIdOf(c))
      return seeOther(c, context, urls.roles(), { kind: 'ok', text: `${name} was deleted.` })
    })
    .post(urls.roleGive.pattern, async function give(c) {
      const roleId = roleIdOf(c)
      const values = await formValues(c)
      const question = await askProof(c, context, values)
      if (question) return question
      const { email = '' } = values
      const name = await giveRoleTo(context, actorOf(c), roleId, email.trim().slice(0, 254))
      return seeOther(c, context, urls.role({ roleId }), { kind: 'ok', text: `${name} has this role now.` })
    })
    .post(urls.roleTake.pattern, async function take(c) {
      const question = await askProof(c, context, await formValues(c))
      if (question) return question
      const roleId = roleIdOf(c)
      const name = await takeRoleFrom(context, actorOf(c), roleId, idParam(c, 'userId', roleNotFound))
      return seeOther(c, context, urls.role({ roleId }), {
        kind: 'ok',
        text: `${name} does not have this role any more.`,
      })
    })
}

function whyLocked(actor: Actor, role: Awaited<ReturnType<typeof viewRole>>): string | undefined {
  if (role.preset !== null) return `${role.name} comes with Stellar and stays as it is.`
  if (!can(actor, 'role.manage')) return 'You may look at roles, not change them.'
  return lackedInRole(actor, rightsOf(role)).length > 0 ? 'This role allows more than you may.' : undefined
}

function lookable(actor: Actor): boolean {
  return actor.rights.roles.some(({ everywhere, grants }) => everywhere && covered(grants, 'role.view'))
}

const pick = ({ name, description, permissions, limited, nodeIds, locationIds }: Omit<Draft, 'roleId'>) => ({
  name,
  description,
  permissions,
  limited,
  nodeIds,
  locationIds,
})

function draftFrom(values: FormValues, roleId: string | undefined): Draft {
  return {
    roleId,
    name: values['name'] ?? '',
    description: values['description'] ?? '',
    permissions: Object.keys(group(values, 'may')),
    limited: values['limited'] !== undefined,
    nodeIds: Object.keys(group(values, 'node')),
    locationIds: Object.keys(group(values, 'location')),
  }
}
