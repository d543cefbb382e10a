// What a granted name covers: itself, and what lies beneath a wildcard or an umbrella. One rule for checks and for
// granting, so that a wildcard can only be given by whoever holds one: it will also cover what later versions add.
import { describe, isPermission, permissionNames } from './catalogue.ts'

/** `asked` is a permission, or itself a wildcard. */
export function covers(held: string, asked: string): boolean {
  if (held === asked || held === '*') return true
  if (held.endsWith('.*')) {
    const area = held.slice(0, -2)
    return asked.startsWith(`${area}.`) || (asked === area && isUmbrella(area))
  }
  return isUmbrella(held) && asked.startsWith(`${held}.`)
}

export function covered(grants: readonly string[], asked: string): boolean {
  return grants.some((held) => covers(held, asked))
}

function isUmbrella(name: string): boolean {
  return isPermission(name) && describe(name).umbrella === true
}

/** A permission, `*`, or a wildcard over something there is. */
export function isGrant(text: string): boolean {
  if (text === '*' || isPermission(text)) return true
  return text.endsWith('.*') && permissionNames.some((name) => name.startsWith(text.slice(0, -1)))
}

/** Without what is covered by another of them, in the order of the catalogue, wildcards first. */
export function tidy(grants: readonly string[]): string[] {
  const unique = [...new Set(grants)]
  const needed = unique.filter(
    (grant) => !unique.some((other) => other !== grant && covers(other, grant) && !covers(grant, other)),
  )
  const order = new Map<string, number>(permissionNames.map((name, index) => [name, index]))
  return needed.toSorted((a, b) => (order.get(a) ?? -1) - (order.get(b) ?? -1) || (a < b ? -1 : 1))
}
