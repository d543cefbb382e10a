// Permissions on a server as pages show and send them.
import { createHash } from 'node:crypto'
import type { Actor } from '#core/panel/context.ts'
import type { FormValues } from '#core/panel/http/forms.ts'
import { group } from '#core/panel/http/forms.ts'
import type { ServerSubject } from '#core/permissions/can.ts'
import { describe } from '#core/permissions/catalogue.ts'
import { lackedOn } from '#core/permissions/granting.ts'
import { grantsFor, leavesOf, serverLeaves, serverPresets } from '#core/permissions/presets.ts'
import type { PresetView } from '#views/pages/servers/people.tsx'
import type { PermissionRow } from '#views/partials/permission-choice.tsx'

/** Everybody who is let in sees the server: that is no choice. */
const choosable = serverLeaves.filter((name) => name !== 'server.view')

export const presetViews: readonly PresetView[] = serverPresets.map(({ id, name, words, grants }) => ({
  id,
  name,
  words,
  permissions: leavesOf(grants),
}))

export function rowsFor(actor: Actor, server: ServerSubject, grants: readonly string[]): PermissionRow[] {
  const lacked = new Set(lackedOn(actor, choosable, server))
  const ticked = new Set<string>(leavesOf(grants))
  return choosable.map((name) => {
    const { group, words, danger, later = false } = describe(name)
    return {
      name,
      group,
      words: words.charAt(0).toUpperCase() + words.slice(1),
      danger,
      later,
      checked: ticked.has(name),
      locked: lacked.has(name) ? 'You do not have this yourself' : undefined,
    }
  })
}

/** Stands for what is granted, in a form. */
export function fingerprint(grants: readonly string[]): string {
  return createHash('sha256').update(leavesOf(grants).join()).digest('base64url').slice(0, 12)
}

/** A preset that was chosen counts; else exactly what was ticked. */
export function grantsFrom(preset: string | undefined, ticked: FormValues): string[] {
  const chosen = serverPresets.find(({ id }) => id === preset)
  return [...(chosen?.grants ?? grantsFor(Object.keys(ticked)))]
}

export interface ColumnChange {
  readonly userId: string
  readonly was: string
  readonly grants: string[]
}

/**
 * The columns of a matrix. Where the preset is still what it was, the boxes count: without script nobody moves the
 * choice above them. With script both say the same.
 */
export function columnsFrom(values: FormValues, presetBefore: (userId: string) => string | undefined): ColumnChange[] {
  return Object.entries(group(values, 'was')).map(([userId, was]) => {
    const preset = values[`preset.${userId}`]
    return {
      userId,
      was,
      grants: grantsFrom(preset === presetBefore(userId) ? undefined : preset, group(values, `may.${userId}`)),
    }
  })
}
