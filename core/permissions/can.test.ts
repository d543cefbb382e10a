import { describe, expect, test } from 'vitest'
import { PublicError } from '#core/base/errors.ts'
import { can, demand, type Holder } from './can.ts'
import { permissionNames, permissions } from './catalogue.ts'
import { mayOn } from './may.ts'
import { noRights } from './rights.ts'

const owner = { userId: 'o', isOwner: true, rights: noRights }
const ada = { userId: 'ada', isOwner: false, rights: noRights }
const reaching = (reach: string) => permissionNames.filter((name) => permissions[name].reach === reach)
const serverOf = (ownerId: string) => ({ id: 's', ownerId, nodeId: 'n', suspendedAt: null })

describe('permissions', () => {
  test.each(permissionNames)('the owner may %s', (permission) => {
    expect(can(owner, permission, serverOf('ada'))).toBe(true)
  })

  test.each([...reaching('panel'), ...reaching('node')])('nobody without a role may %s', (permission) => {
    expect(can(ada, permission)).toBe(false)
    expect(can(ada, permission, serverOf('ada'))).toBe(false)
  })

  test.each(reaching('server'))('%s is for one’s own servers', (permission) => {
    expect(can(ada, permission, serverOf('ada'))).toBe(true)
    expect(can(ada, permission, serverOf('bob'))).toBe(false)
    // At the door of a route, before the server is known.
    expect(can(ada, permission)).toBe(true)
  })

  test('any of several is enough', () => {
    expect(can(ada, ['node.view', 'server.start'], serverOf('ada'))).toBe(true)
    expect(can(ada, ['node.view', 'server.start'], serverOf('bob'))).toBe(false)
    expect(can(ada, [], serverOf('ada'))).toBe(false)
  })

  test('a suspended server is looked at and nothing else, whoever asks', () => {
    const suspended = { ...serverOf('ada'), suspendedAt: '2026-11-28T12:00:00.000Z' }
    const grants = ['server.*']
    const moderator = {
      ...ada,
      userId: 'bob',
      rights: { ...noRights, roles: [{ grants, everywhere: true, nodeIds: new Set(''), locationIds: new Set('') }] },
    }
    for (const holder of [ada, moderator]) {
      expect(reaching('server').filter((name) => can(holder, name, suspended))).toEqual([
        'server.view',
        'server.metrics',
        'server.crashes',
        'server.activity',
        'server.activity.addresses',
        'server.console',
        'server.startup.view',
        'server.network.view',
        'server.subusers.view',
      ])
      expect([...mayOn(holder, suspended)].filter((name) => can(holder, name, suspended))).toEqual([
        ...mayOn(holder, suspended),
      ])
    }
    // Who suspends can also take it away.
    expect(can(owner, 'server.delete', suspended)).toBe(true)
    expect(can(owner, 'server.start', suspended)).toBe(false)
    expect(can(owner, 'server.limits', suspended)).toBe(false)
    const refused = (holder: Holder) => {
      try {
        demand(holder, 'server.start', suspended)
        return undefined
      } catch (error) {
        return (error as PublicError).code
      }
    }
    expect([refused(ada), refused({ ...ada, userId: 'eve' })]).toEqual(['server-suspended', 'forbidden'])
  })

  test('a refusal names what is missing and who can do it', () => {
    try {
      demand(ada, 'server.delete', serverOf('bob'))
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(PublicError)
      expect(error).toMatchObject({ status: 403, code: 'forbidden', details: { permission: 'server.delete' } })
      expect((error as PublicError).message).toBe('Your account may not delete the server with all its files.')
    }
  })
})
