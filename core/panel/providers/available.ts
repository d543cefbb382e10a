// The providers there are: those of plugins with settings of their own, and those that administrators set up.
import { messageOf, PublicError } from '#core/base/errors.ts'
import type { Transaction } from '#core/db/database.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { within } from '#core/plugins/bounded.ts'
import type { AuthProvider, AuthProviderKind } from '#core/plugins/contributions.ts'
import { type ProviderPolicy, policySchema, type StoredProvider } from './settings.ts'
import { listIdentities, readProviders } from './store.ts'

export interface AvailableProvider {
  readonly id: string
  readonly label: string
  readonly icon: AuthProvider['icon']
  readonly policy: ProviderPolicy
  /** Throws PublicError when what was set up does not open. */
  open(): AuthProvider
}

/** A network that hangs must not hang the sign-in. */
const callMs = 10_000

type Parts = Pick<PanelContext, 'plugins' | 'secrets'>

export async function availableProviders(tx: Transaction, parts: Parts): Promise<AvailableProvider[]> {
  const stored = await readProviders(tx)
  const configured = parts.plugins.all('authProviders').map((provider): AvailableProvider => {
    const policy = stored.find(({ id, kind }) => id === provider.id && kind === undefined)
    return {
      id: provider.id,
      label: provider.label,
      icon: provider.icon,
      policy: policySchema.parse(policy ?? {}),
      open: () => provider,
    }
  })
  const kinds = parts.plugins.all('authProviderKinds')
  const setUp = stored.flatMap((row): AvailableProvider[] => {
    const kind = kinds.find(({ id }) => id === row.kind)
    // Its plugin is off or gone: what was set up stays for when it is back.
    if (!kind || configured.some(({ id }) => id === row.id)) return []
    return [{ id: row.id, label: row.label, icon: kind.icon, policy: row, open: () => opened(kind, row, parts) }]
  })
  return [...configured, ...setUp]
}

/** What this account is linked with, also through a provider that is off. */
export async function linkedAccounts(tx: Transaction, parts: Parts, userId: string) {
  const places = await availableProviders(tx, parts)
  return (await listIdentities(tx, userId)).map(({ id, provider, label, createdAt, lastUsedAt }) => {
    const found = places.find((one) => one.id === provider)
    return {
      id,
      provider: { id: provider, label: found?.label ?? provider, icon: found?.icon },
      label,
      createdAt,
      lastUsedAt: lastUsedAt ?? undefined,
    }
  })
}

/** Those that this account is linked with and that are on. */
export async function linkedPlaces(tx: Transaction, parts: Parts, userId: string) {
  const linked = new Set((await listIdentities(tx, userId)).map(({ provider }) => provider))
  return (await availableProviders(tx, parts))
    .filter(({ id, policy }) => policy.enabled && linked.has(id))
    .map(({ id, label, icon }) => ({ id, label, icon }))
}

/** One that people may use now. Throws `provider-not-found`. */
export async function usableProvider(tx: Transaction, parts: Parts, id: string): Promise<AvailableProvider> {
  const found = (await availableProviders(tx, parts)).find((provider) => provider.id === id && provider.policy.enabled)
  if (found) return found
  throw new PublicError('provider-not-found', 'Nobody signs in this way here.', { status: 404 })
}

export function valuesOf(
  { values, sealed }: StoredProvider,
  { secrets }: Pick<Parts, 'secrets'>,
): Record<string, string> {
  const hidden: unknown = sealed === undefined ? {} : JSON.parse(secrets.decrypt(sealed))
  return { ...values, ...(hidden as Record<string, string>) }
}

/** Kept as long as nothing changes: discovery documents and keys are fetched once. */
const open = new WeakMap<AuthProviderKind, Map<string, { readonly from: string; readonly provider: AuthProvider }>>()

function opened(kind: AuthProviderKind, row: StoredProvider, parts: Parts): AuthProvider {
  const all = open.get(kind) ?? new Map<string, { from: string; provider: AuthProvider }>()
  open.set(kind, all)
  const from = JSON.stringify([row.values, row.sealed, row.label])
  const known = all.get(row.id)
  if (known?.from === from) return known.provider
  const provider = bounded(kind.open(valuesOf(row, parts), { id: row.id, label: row.label }))
  all.set(row.id, { from, provider })
  return provider
}

/** What a plugin's own provider gets from the registry: deadlines, and failures that name who failed. */
function bounded(provider: AuthProvider): AuthProvider {
  const call = async <T>(work: (signal: AbortSignal) => T | Promise<T>, outer: AbortSignal): Promise<T> => {
    try {
      return await within(callMs, outer, work)
    } catch (error) {
      if (error instanceof PublicError) throw error
      throw new Error(`${provider.label}: ${messageOf(error)}`, { cause: error })
    }
  }
  return {
    id: provider.id,
    label: provider.label,
    ...(provider.icon && { icon: provider.icon }),
    authorizationUrl: (request, outer) => call((signal) => provider.authorizationUrl(request, signal), outer),
    identify: (answer, outer) => call((signal) => provider.identify(answer, signal), outer),
  }
}
