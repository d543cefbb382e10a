import { describe, expect, test } from 'vitest'
import { PublicError } from '#core/base/errors.ts'
import { can, demand } from './can.ts'
import { permissionNames, permissions } from './catalogue.ts'
import { noRights } from './rights.ts'

const owner = { userId: 'o', isOwner: true, rights: noRights }
const ada = { userId: 'ada', isOwner: false, rights: noRights }
const reaching = (reach: string) => permissionNames.filter((name) => permissions[name].reach === reach)
const serverOf = (ownerId: string) => ({ id: 's', ownerId, nodeId: 'n' })

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
