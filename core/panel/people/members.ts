// Who has access to a server, and what they may do there.
import { z } from 'zod'
import { rightsChanged } from '#core/auth/rights-changed.ts'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { visible } from '#core/panel/servers/change.ts'
import type { ServerRecord } from '#core/panel/servers/write-store.ts'
import { demand } from '#core/permissions/can.ts'
import { describe, isPermission, type Permission } from '#core/permissions/catalogue.ts'
import { lackedOn, refuseLacking } from '#core/permissions/granting.ts'
import { isGrant } from '#core/permissions/grants.ts'
import { grantsFor, leavesOf, presetOf, serverPresets } from '#core/permissions/presets.ts'
import { fingerprint } from './choice.ts'
import { dropMember, listInvitations, listMembers, lockMember, namesOf, writeMember } from './store.ts'

export interface Person {
  readonly userId: string
  readonly name: string
  readonly grants: readonly string[]
  /** `custom`: somebody's own choice. */
  readonly preset: string
  readonly suspended: boolean
  readonly lastSeenAt: string | undefined
}

export interface People {
  readonly owner: { readonly userId: string; readonly name: string }
  readonly members: readonly Person[]
  readonly invitations: readonly PendingInvitation[]
}

export interface PendingInvitation {
  readonly id: string
  readonly email: string
  readonly grants: readonly string[]
  readonly preset: string
  readonly invitedBy: string | undefined
  readonly createdAt: string
  readonly expiresAt: string
  readonly expired: boolean
}

const presetIds = ['viewer', 'operator', 'manager'] as const

/** A preset, or single permissions; wildcards and umbrellas as in roles. */
export const grantInput = z.strictObject({
  preset: z.enum(presetIds, `Expected one of ${presetIds.join(', ')}.`).optional(),
  permissions: z.array(z.string().max(100)).max(200).optional(),
})

/** What is stored for it. */
export function chosenGrants({ preset, permissions }: z.output<typeof grantInput>): string[] {
  if (preset !== undefined && permissions !== undefined)
    throw new InvalidInput({ permissions: 'Give either a preset or permissions, not both.' })
  if (preset !== undefined) return [...(serverPresets.find(({ id }) => id === preset)?.grants ?? [])]
  if (permissions === undefined) throw new InvalidInput({ permissions: 'Give a preset, or permissions.' })
  for (const name of permissions) {
    const aboutServers = name.startsWith('server.') && (!isPermission(name) || describe(name).reach === 'server')
    if (!isGrant(name) || !aboutServers)
      throw new InvalidInput({ permissions: `“${name}” is no permission on a server.` })
  }
  return permissions.every((name) => isPermission(name) && !describe(name).umbrella)
    ? grantsFor(permissions)
    : [...new Set(['server.view', ...permissions])]
}

export async function listPeople(
  context: PanelContext,
  actor: Actor,
  serverId: string,
  permission: Permission = 'server.subusers.view',
): Promise<People> {
  const row = await visible(context, actor, serverId)
  demand(actor, permission, row)
  const now = context.now()
  return await context.database.withSystem(async (tx) => {
    const members = await listMembers(tx, row.id)
    const invitations = await listInvitations(tx, row.id)
    const names = await namesOf(tx, [row.ownerId])
    return {
      owner: { userId: row.ownerId, name: names.get(row.ownerId) ?? '' },
      members: members.map(({ userId, name, permissions, suspendedAt, lastSeenAt }) => ({
        userId,
        name,
        grants: permissions,
        preset: presetOf(permissions)?.id ?? 'custom',
        suspended: suspendedAt !== null,
        lastSeenAt: lastSeenAt ?? undefined,
      })),
      invitations: invitations.map(({ id, email, inviterName, permissions, createdAt, expiresAt }) => ({
        id,
        email,
        createdAt,
        expiresAt,
        grants: permissions,
        preset: presetOf(permissions)?.id ?? 'custom',
        invitedBy: inviterName ?? undefined,
        expired: Date.parse(expiresAt) <= now,
      })),
    }
  })
}

export interface MemberChange {
  readonly userId: string
  readonly grants: readonly string[]
  /** Fingerprint of what the page showed: a change that somebody else made meanwhile is not undone unseen. */
  readonly was?: string | undefined
}

/** All or none. Returns what changed, in words, by name. */
export async function changeMembers(
  context: PanelContext,
  actor: Actor,
  serverId: string,
  changes: readonly MemberChange[],
): Promise<{ name: string; words: string }[]> {
  const server = await visible(context, actor, serverId)
  demand(actor, 'server.subusers.update', server)
  const done = await context.database.withSystem(async (tx) => {
    const done: { name: string; words: string }[] = []
    // In one order, so that two pages that save at once do not wait for one another in a circle.
    for (const { userId, grants, was } of changes.toSorted((a, b) => (a.userId < b.userId ? -1 : 1))) {
      const before = await lockMember(tx, server.id, userId)
      if (!before) throw personNotFound()
      if (was !== undefined && was !== fingerprint(before.permissions)) throw changedMeanwhile(before.name)
      const { added, taken } = difference(before.permissions, grants)
      if (added.length === 0 && taken.length === 0) continue
      refuseBeyond(actor, server, before.name, [...before.permissions, ...grants])
      await writeMember(tx, { serverId: server.id, userId, permissions: [...grants] })
      await record(tx, actor, {
        action: 'server.person.update',
        server,
        meta: { person: before.name, userId, added, taken },
        before: { permissions: before.permissions },
        after: { permissions: grants },
      })
      done.push({ name: before.name, words: inWords(before.permissions, grants) })
    }
    return done
  })
  if (done.length > 0) rightsChanged(context.database)
  return done
}

/** Also for oneself: whoever was let in may leave. */
export async function removeMember(
  context: PanelContext,
  actor: Actor,
  serverId: string,
  userId: string,
): Promise<string> {
  const server = await visible(context, actor, serverId)
  const leaves = userId === actor.userId
  if (!leaves) demand(actor, 'server.subusers.delete', server)
  const name = await context.database.withSystem(async (tx) => {
    const before = await lockMember(tx, server.id, userId)
    if (!before) throw personNotFound()
    if (!leaves) refuseBeyond(actor, server, before.name, before.permissions)
    await dropMember(tx, server.id, userId)
    await record(tx, actor, {
      action: leaves ? 'server.person.leave' : 'server.person.remove',
      server,
      meta: { person: before.name, userId },
      before: { permissions: before.permissions },
    })
    return before.name
  })
  rightsChanged(context.database)
  return name
}

/** Whoever holds more than the actor is out of reach: neither more nor less can be given to them. */
export function refuseBeyond(actor: Actor, server: ServerRecord, name: string, grants: readonly string[]): void {
  refuseLacking(lackedOn(actor, [...new Set(grants)], server), `What ${name} may do cannot be changed by you`)
}

function difference(before: readonly string[], after: readonly string[]) {
  const [old, now] = [leavesOf(before), leavesOf(after)]
  return {
    added: now.filter((name) => !old.includes(name)),
    taken: old.filter((name) => !now.includes(name)),
  }
}

/** `Operator → Manager`, or what was given and taken. */
function inWords(before: readonly string[], after: readonly string[]): string {
  const [from, to] = [presetOf(before), presetOf(after)]
  if (from && to) return `${from.name} → ${to.name}`
  const { added, taken } = difference(before, after)
  const say = (verb: string, names: readonly string[]) =>
    names.length === 0
      ? []
      : [`${verb} ${names.map((name) => (isPermission(name) ? describe(name).words : name)).join(', ')}`]
  return [...say('may', added), ...say('may no longer', taken)].join('; ')
}

export function personNotFound(): PublicError {
  return new PublicError('person-not-found', 'This person has no access to the server.', { status: 404 })
}

function changedMeanwhile(name: string): PublicError {
  return new PublicError('changed-meanwhile', `Somebody else has just changed what ${name} may do.`, {
    status: 409,
    hint: 'Look at the page again, then save.',
  })
}
