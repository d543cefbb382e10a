// Secrets among a server's variables are encrypted in the database and nowhere shown.
import type { Blueprint } from '#core/domain/blueprint.ts'
import type { Secrets } from '#core/panel/context.ts'

export type Variables = Readonly<Record<string, string>>

export function sealVariables(
  blueprint: Pick<Blueprint, 'variables'>,
  values: Variables,
  secrets: Secrets,
): Record<string, string> {
  return onSecrets(blueprint, values, (value) => secrets.encrypt(value))
}

export function openVariables(
  blueprint: Pick<Blueprint, 'variables'>,
  sealed: Variables,
  secrets: Secrets,
): Record<string, string> {
  return onSecrets(blueprint, sealed, (value) => secrets.decrypt(value))
}

/** For pages and API: a secret is left out. */
export function shownVariables(blueprint: Pick<Blueprint, 'variables'>, sealed: Variables): Record<string, string> {
  const hidden = new Set(
    blueprint.variables.filter(({ kind, access }) => kind === 'secret' || access === 'hidden').map(({ name }) => name),
  )
  return Object.fromEntries(Object.entries(sealed).filter(([name]) => !hidden.has(name)))
}

function onSecrets({ variables }: Pick<Blueprint, 'variables'>, values: Variables, change: (value: string) => string) {
  const secret = new Set(variables.filter(({ kind }) => kind === 'secret').map(({ name }) => name))
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, secret.has(name) && value !== '' ? change(value) : value]),
  )
}
