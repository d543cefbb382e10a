// Rights, grants and who may give them, against an oracle that expands every name by hand.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { can, type Holder } from './can.ts'
import { describe as entryOf, permissionNames } from './catalogue.ts'
import { isAbove, lackedInRole, lackedOn } from './granting.ts'
import { covered, covers, isGrant, tidy } from './grants.ts'
import { mayOn } from './may.ts'
import { noRights, type RoleRights } from './rights.ts'

const wildcards = [
  ...new Set(
    permissionNames.flatMap((name) => {
      const parts = name.split('.')
      return parts.slice(1).map((_, index) => `${parts.slice(0, index + 1).join('.')}.*`)
    }),
  ),
]
const grant = fc.constantFrom('*', ...wildcards, ...permissionNames)
const grants = fc.uniqueArray(grant, { maxLength: 6 })

/** The oracle: every name a grant stands for, spelt out. */
function expanded(held: string): Set<string> {
  return new Set(
    permissionNames.filter((name) => {
      if (held === '*' || held === name) return true
      if (held.endsWith('.*')) {
        const area = held.slice(0, -2)
        const umbrella = (entryOf as (name: string) => { umbrella?: true } | undefined)(area)?.umbrella
        return (
          name.split('.').slice(0, area.split('.').length).join('.') === area && (name !== area || umbrella === true)
        )
      }
      const umbrella = (entryOf as (name: string) => { umbrella?: true } | undefined)(held)?.umbrella
      return umbrella === true && name.startsWith(`${held}.`)
    }),
  )
}

const nodes = ['n1', 'n2', 'n3']
const places: Readonly<Record<string, readonly string[]>> = { l1: ['n1', 'n2'], l2: [] }
const role = fc
  .record({
    grants,
    everywhere: fc.boolean(),
    nodeIds: fc.subarray(nodes),
    locationIds: fc.subarray(Object.keys(places)),
  })
  .map(
    ({ nodeIds, locationIds, ...rest }): RoleRights => ({
      ...rest,
      nodeIds: new Set([...nodeIds, ...locationIds.flatMap((id) => places[id] ?? [])]),
      locationIds: new Set(locationIds),
    }),
  )
const scope = fc.option(
  fc.record({
    grants: fc.option(grants, { nil: undefined }),
    serverIds: fc.option(
      fc.subarray(['s1', 's2']).map((ids) => new Set(ids)),
      { nil: undefined },
    ),
  }),
  { nil: undefined },
)
const holder = fc
  .record({
    isOwner: fc.boolean(),
    roles: fc.array(role, { maxLength: 3 }),
    memberships: fc.dictionary(fc.constantFrom('s1', 's2'), grants),
    scope,
  })
  .map(
    ({ isOwner, roles, memberships, scope }): Holder => ({
      userId: 'me',
      isOwner,
      rights: { roles, memberships: new Map(Object.entries(memberships)), scope, text: '' },
    }),
  )
const server = fc.record({
  id: fc.constantFrom('s1', 's2'),
  ownerId: fc.constantFrom('me', 'other'),
  nodeId: fc.constantFrom(...nodes),
  suspendedAt: fc.constant(null),
})

describe('a grant', () => {
  test('covers exactly the names it stands for', () => {
    for (const held of ['*', ...wildcards, ...permissionNames]) {
      const names = expanded(held)
      expect([held, permissionNames.filter((name) => covers(held, name))]).toEqual([held, [...names]])
    }
  })

  test('that covers another covers all that the other one covers', () => {
    fc.assert(
      fc.property(grant, grant, (one, other) => {
        if (!covers(one, other)) return
        const names = expanded(one)
        for (const name of expanded(other))
          expect([one, other, name, names.has(name)]).toEqual([one, other, name, true])
      }),
      { numRuns: 2000 },
    )
  })

  test('of a name does not cover what merely begins like it', () => {
    expect(covers('server.console', 'server.console.send')).toBe(false)
    expect(covers('server.activity', 'server.activity.addresses')).toBe(false)
    expect(covers('server.start', 'server.startup.view')).toBe(false)
    expect(covers('server.backups', 'server.backups.restore')).toBe(true)
    expect(covers('server.*', '*')).toBe(false)
  })

  test('is a name of the catalogue, or a wildcard over something there is', () => {
    for (const good of ['*', 'server.*', 'server.backups.*', 'server.backups', 'node.view'])
      expect(isGrant(good)).toBe(true)
    for (const bad of [
      '',
      'server',
      'server.',
      'server.**',
      'serv*',
      'nothing.*',
      'server.view.*',
      '__proto__',
      '*.view',
    ])
      expect([bad, isGrant(bad)]).toEqual([bad, false])
  })

  test('list that is tidied covers the same', () => {
    fc.assert(
      fc.property(grants, (list) => {
        const short = tidy(list)
        expect(permissionNames.filter((name) => covered(short, name))).toEqual(
          permissionNames.filter((name) => covered(list, name)),
        )
        expect(tidy(short)).toEqual(short)
      }),
    )
  })
})

describe('who may what', () => {
  test('is what ownership, roles, memberships and the key leave, and nothing else', () => {
    fc.assert(
      fc.property(holder, server, fc.constantFrom(...permissionNames), (who, where, name) => {
        const { reach } = entryOf(name)
        const { roles, memberships, scope } = who.rights
        const byRole = roles.some(
          (role) =>
            role.grants.some((held) => expanded(held).has(name)) &&
            (role.everywhere || (reach !== 'panel' && role.nodeIds.has(where.nodeId))),
        )
        const granted = memberships.get(where.id)
        const byMembership =
          granted !== undefined && (name === 'server.view' || granted.some((held) => expanded(held).has(name)))
        let expected =
          who.isOwner || reach === 'self' || byRole || (reach === 'server' && (where.ownerId === 'me' || byMembership))
        if (scope?.grants && !scope.grants.some((held) => expanded(held).has(name))) expected = false
        if (scope?.serverIds) {
          if (reach === 'server' || reach === 'node') expected &&= scope.serverIds.has(where.id)
          else expected &&= scope.grants !== undefined
        }
        expect(can(who, name, where)).toBe(expected)
        expect(mayOn(who, where).has(name)).toBe(expected && (reach === 'server' || reach === 'node'))
        // The door never refuses what the use case would allow.
        if (expected && !(reach === 'node' && scope?.serverIds)) expect(can(who, name)).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  test('a limited role says nothing about the panel itself, and nothing where it does not reach', () => {
    const limited = { grants: ['*'], everywhere: false, nodeIds: new Set(['n1']), locationIds: new Set<string>() }
    const who: Holder = { userId: 'me', isOwner: false, rights: { ...noRights, roles: [limited] } }
    expect(can(who, 'user.delete')).toBe(false)
    expect(can(who, 'platform.settings')).toBe(false)
    expect(can(who, 'node.settings', { nodeId: 'n1' })).toBe(true)
    expect(can(who, 'node.settings', { nodeId: 'n2' })).toBe(false)
    expect(can(who, 'server.delete', { id: 's', ownerId: 'o', nodeId: 'n2', suspendedAt: null })).toBe(false)
  })
})

describe('nobody grants what they lack', () => {
  test('whoever is given something on a server can then do nothing that the giver could not', () => {
    fc.assert(
      fc.property(holder, server, grants, (giver, where, wanted) => {
        const given = wanted.filter((each) => !lackedOn(giver, wanted, where).includes(each))
        const taker: Holder = {
          userId: 'taker',
          isOwner: false,
          rights: { ...noRights, memberships: new Map([[where.id, given]]) },
        }
        const asServer = { ...where, ownerId: where.ownerId === 'me' ? 'me' : 'other' }
        for (const name of mayOn(taker, asServer)) {
          // Whoever is let in sees where they are.
          if (name === 'server.view') continue
          expect([name, can(giver, name, where)]).toEqual([name, true])
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('whoever is given a role can then do nothing, anywhere, that the giver could not', () => {
    fc.assert(
      fc.property(holder, role, server, (giver, wanted, where) => {
        if (lackedInRole(giver, wanted).length > 0) return
        const taker: Holder = { userId: 'taker', isOwner: false, rights: { ...noRights, roles: [wanted] } }
        for (const name of permissionNames) {
          if (entryOf(name).reach === 'self') continue
          if (can(taker, name, where)) expect([name, can(giver, name, where)]).toEqual([name, true])
        }
      }),
      { numRuns: 3000 },
    )
  })

  test('the owner gives everything, a role everything it covers, and an empty one nothing', () => {
    const everything = { grants: ['*'], everywhere: true, nodeIds: new Set<string>(), locationIds: new Set<string>() }
    const admin = { ...everything, grants: ['server.*', 'user.*'] }
    const as = (roles: RoleRights[], isOwner = false): Holder => ({
      userId: 'me',
      isOwner,
      rights: { ...noRights, roles },
    })
    expect(lackedInRole(as([], true), everything)).toEqual([])
    expect(lackedInRole(as([admin]), everything)).toEqual(['*'])
    expect(lackedInRole(as([admin]), { ...admin, grants: ['server.backups', 'user.view', 'node.view'] })).toEqual([
      'node.view',
    ])
    expect(lackedInRole(as([]), { ...admin, grants: ['server.view'] })).toEqual(['server.view'])
    // All names one by one are less than the wildcard, which also covers what later versions add.
    const all = { ...everything, grants: permissionNames }
    expect(lackedInRole(as([all]), everything)).toEqual(['*'])
  })

  test('limits bind the giver: a role for one node cannot be given for another, nor everywhere, nor for a location', () => {
    const one = {
      grants: ['server.*'],
      everywhere: false,
      nodeIds: new Set(['n1', 'n2']),
      locationIds: new Set<string>(),
    }
    const who: Holder = { userId: 'me', isOwner: false, rights: { ...noRights, roles: [one] } }
    expect(lackedInRole(who, { ...one, nodeIds: new Set(['n1']) })).toEqual([])
    expect(lackedInRole(who, { ...one, nodeIds: new Set(['n3']) })).toEqual(['server.*'])
    expect(lackedInRole(who, { ...one, everywhere: true })).toEqual(['server.*'])
    // The location holds only these two today, but tomorrow a third.
    expect(lackedInRole(who, { ...one, locationIds: new Set(['l1']) })).toEqual(['server.*'])
  })

  test('nobody acts on an account above theirs, and only the owner on the owner', () => {
    const admin = { grants: ['user.*'], everywhere: true, nodeIds: new Set<string>(), locationIds: new Set<string>() }
    const as = (roles: RoleRights[], isOwner = false): Holder => ({
      userId: 'me',
      isOwner,
      rights: { ...noRights, roles },
    })
    expect(isAbove(as([admin]), as([]))).toBe(true)
    expect(isAbove(as([admin]), as([{ ...admin, grants: ['*'] }]))).toBe(false)
    expect(isAbove(as([{ ...admin, grants: ['*'] }]), as([], true))).toBe(false)
    expect(isAbove(as([], true), as([], true))).toBe(true)
  })
})
