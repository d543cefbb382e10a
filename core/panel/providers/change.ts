// Providers as an administrator sets them up, changes and removes them.

import { z } from 'zod'
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { readRoleRights } from '#core/auth/role-rights-store.ts'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { Transaction } from '#core/db/database.ts'
import { nameSchema } from '#core/domain/name.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { demand } from '#core/permissions/can.ts'
import { lackedInRole, refuseLacking } from '#core/permissions/granting.ts'
import type { AuthProviderKind } from '#core/plugins/contributions.ts'
import { valuesOf } from './available.ts'
import { mostProviders, type ProviderPolicy, policySchema, type StoredProvider } from './settings.ts'
import { countLinked, dropIdentities, keepMappedRoles, readProviders, writeProviders } from './store.ts'

export const providerInput = policySchema.extend({
  label: nameSchema('What stands on the button.'),
  /** By field name of the kind; an empty secret keeps the stored one. */
  values: z.record(z.string().max(60), z.string().trim().max(2000, 'At most 2000 characters.')).default({}),
})
export type ProviderInput = z.output<typeof providerInput>

/** Its id, which is part of the address that stands at the provider. */
export async function addProvider(
  context: PanelContext,
  actor: Actor,
  kindId: string,
  input: ProviderInput,
): Promise<string> {
  demand(actor, 'platform.security')
  const kind = kindOf(context, kindId)
  return await change(context, actor, async (tx, stored) => {
    if (stored.filter((row) => row.kind !== undefined).length >= mostProviders) {
      throw new PublicError('too-many-providers', `A panel has at most ${mostProviders} providers.`, { status: 409 })
    }
    await refuseRoles(tx, actor, [], input)
    const configured = context.plugins.all('authProviders').map((provider) => provider.id)
    // An id that accounts are linked with still means the provider that was there before.
    const taken = new Set([...stored.map((row) => row.id), ...configured, ...(await countLinked(tx)).keys()])
    let id = kindId
    for (let number = 2; taken.has(id); number++) id = `${kindId}-${number}`
    const row = filled(context, kind, { ...input, id, kind: kindId, values: {} }, input.values)
    return { stored: [...stored, row], result: id, action: 'settings.provider.add', row }
  })
}

export async function changeProvider(
  context: PanelContext,
  actor: Actor,
  id: string,
  input: ProviderInput,
): Promise<void> {
  demand(actor, 'platform.security')
  await change(context, actor, async (tx, stored) => {
    const before = stored.find((row) => row.id === id)
    const moved = before?.kind !== undefined && isMoved(kindOf(context, before.kind), before, input.values)
    // Another issuer says of other people what they are: what was mapped and linked for the old one means nothing.
    await refuseRoles(tx, actor, moved ? [] : (before?.roles ?? []), input)
    if (moved) await dropIdentities(tx, id)
    await keepMappedRoles(tx, id, moved ? [] : input.roles.map(({ roleId }) => roleId))
    const row =
      before?.kind === undefined
        ? configured(context, id, input)
        : filled(
            context,
            kindOf(context, before.kind),
            { ...before, ...policyOf(input), label: input.label },
            input.values,
          )
    const others = stored.filter((one) => one.id !== id)
    return { stored: [...others, row], result: undefined, action: 'settings.provider.change', row, before }
  })
}

/** What is linked with it is unlinked, and the roles it gave are taken away. */
export async function removeProvider(context: PanelContext, actor: Actor, id: string): Promise<void> {
  demand(actor, 'platform.security')
  await change(context, actor, async (tx, stored) => {
    const before = stored.find((row) => row.id === id)
    if (!before) throw providerNotFound()
    await dropIdentities(tx, id)
    await keepMappedRoles(tx, id, [])
    const others = stored.filter((row) => row.id !== id)
    return { stored: others, result: undefined, action: 'settings.provider.remove', row: before }
  })
}

export function kindOf({ plugins }: Pick<PanelContext, 'plugins'>, id: string): AuthProviderKind {
  const kind = plugins.all('authProviderKinds').find((one) => one.id === id)
  if (kind) return kind
  throw new PublicError('provider-kind-not-found', 'No running plugin knows this kind of provider.', { status: 404 })
}

export function providerNotFound(): PublicError {
  return new PublicError('provider-not-found', 'There is no provider with this id.', { status: 404 })
}

interface Outcome<T> {
  readonly stored: readonly StoredProvider[]
  readonly result: T
  readonly action: string
  readonly row: StoredProvider
  readonly before?: StoredProvider | undefined
}

async function change<T>(
  { database }: PanelContext,
  actor: Actor,
  decide: (tx: Transaction, stored: readonly StoredProvider[]) => Outcome<T> | Promise<Outcome<T>>,
): Promise<T> {
  const result = await database.withSystem(async (tx) => {
    const { stored, result, action, row, before } = await decide(tx, await readProviders(tx, true))
    await writeProviders(tx, stored)
    await record(tx, actor, {
      action,
      subject: row.label,
      ...(before && { before: shown(before) }),
      ...(action !== 'settings.provider.remove' && { after: shown(row) }),
    })
    return result
  })
  rightsChanged(database)
  return result
}

/** Whoever maps a group to a role gives that role to people: only what they hold themselves. */
async function refuseRoles(
  tx: Transaction,
  actor: Actor,
  before: ProviderPolicy['roles'],
  { roles }: ProviderInput,
): Promise<void> {
  for (const { group, roleId } of roles) {
    if (before.some((old) => old.group === group && old.roleId === roleId)) continue
    const role = await readRoleRights(tx, roleId)
    if (!role) throw new InvalidInput({ roles: `The role for “${group}” is gone.` })
    refuseLacking(lackedInRole(actor, role), `The group “${group}” cannot be given this role`)
  }
}

const policyOf = ({ enabled, provision, linkByEmail, roles }: ProviderInput): ProviderPolicy => ({
  enabled,
  provision,
  linkByEmail,
  roles,
})

/** Only the policy is ours; the rest stands in the configuration file. */
function configured({ plugins }: PanelContext, id: string, input: ProviderInput): StoredProvider {
  const provider = plugins.all('authProviders').find((one) => one.id === id)
  if (!provider) throw providerNotFound()
  return { ...policyOf(input), id, label: provider.label, values: {} }
}

/** It points somewhere else than before. */
function isMoved(kind: AuthProviderKind, { values }: StoredProvider, typed: Readonly<Record<string, string>>): boolean {
  return kind.fields.some(
    ({ name, kind: one }) => one === 'url' && values[name] && typed[name] && typed[name] !== values[name],
  )
}

/** With the typed values, checked by the field list and by the plugin itself. */
function filled(
  context: PanelContext,
  kind: AuthProviderKind,
  row: StoredProvider,
  typed: Readonly<Record<string, string>>,
): StoredProvider {
  const old = valuesOf(row, context)
  const errors: Record<string, string> = {}
  const [plain, secret]: Record<string, string>[] = [{}, {}]
  for (const field of kind.fields) {
    const kept = field.kind === 'secret' ? old[field.name] : undefined
    const value = typed[field.name] || kept || field.default || ''
    if (value === '') errors[`values.${field.name}`] = `${field.label} is missing.`
    Object.assign((field.kind === 'secret' ? secret : plain) ?? {}, { [field.name]: value })
  }
  if (Object.keys(errors).length > 0) throw new InvalidInput(errors)
  // A stored secret goes only where it went before: to another address it must be typed again.
  const moved = kind.fields.some(
    (field) => field.kind === 'url' && old[field.name] && old[field.name] !== plain?.[field.name],
  )
  for (const field of moved ? kind.fields.filter(({ kind: one }) => one === 'secret') : []) {
    if (!typed[field.name]) throw new InvalidInput({ [`values.${field.name}`]: 'Type it again for another address.' })
  }
  try {
    kind.open({ ...plain, ...secret }, { id: row.id, label: row.label })
  } catch (error) {
    if (!(error instanceof PublicError)) throw error
    throw new InvalidInput({ [`values.${kind.fields[0]?.name}`]: error.message })
  }
  return { ...row, values: plain ?? {}, sealed: context.secrets.encrypt(JSON.stringify(secret)) }
}

function shown(row: StoredProvider): Record<string, unknown> {
  const { kind, label, values, enabled, provision, linkByEmail, roles } = row
  return { kind, label, values, enabled, provision, linkByEmail, roles }
}
