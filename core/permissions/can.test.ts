import { describe, expect, test } from 'vitest'
import { PublicError } from '#core/base/errors.ts'
import { can, demand } from './can.ts'
import { type Permission, permissions } from './catalogue.ts'

const owner = { userId: 'o', isOwner: true }
const ada = { userId: 'ada', isOwner: false }
const all = Object.keys(permissions) as Permission[]
const reaching = (reach: string) => all.filter((name) => permissions[name].reach === reach)

describe('permissions', () => {
  test.each(all)('the owner may %s', (permission) => {
    expect(can(owner, permission, { ownerId: 'ada' })).toBe(true)
  })

  test.each(reaching('panel'))('nobody else may %s', (permission) => {
    expect(can(ada, permission)).toBe(false)
    expect(can(ada, permission, { ownerId: 'ada' })).toBe(false)
  })

  test.each(reaching('own'))('%s is for one’s own servers', (permission) => {
    expect(can(ada, permission, { ownerId: 'ada' })).toBe(true)
    expect(can(ada, permission, { ownerId: 'bob' })).toBe(false)
    // At the door of a route, before the server is known.
    expect(can(ada, permission)).toBe(true)
  })

  test('a refusal names what is missing and who can do it', () => {
    try {
      demand(ada, 'server.delete', { ownerId: 'bob' })
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(PublicError)
      expect(error).toMatchObject({ status: 403, code: 'forbidden', details: { permission: 'server.delete' } })
      expect((error as PublicError).message).toBe('Your account may not delete the server.')
    }
  })

  test('every permission reads as the end of “may …”', () => {
    for (const name of all) expect(permissions[name].words).toMatch(/^[a-z]+\b.* .*[^.]$/)
  })
})
