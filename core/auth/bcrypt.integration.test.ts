// Hashes of other panels: accepted, in a thread of their own, and nothing that could keep a processor busy.
import { hashSync } from 'bcryptjs'
import { describe, expect, test } from 'vitest'
import { isBcrypt } from './bcrypt.ts'
import { isOutdated, isPasswordHash, verifyPassword } from './passwords.ts'

/** Made by libxcrypt and by crypt_blowfish: other programs than the one that checks them. */
const foreign = [
  ['$2y$10$QjSH496pcT5CEbzjD/vtVePCQ8aiRp9p3U76SEaJgtKs1M7twnQ1m', 'rasmuslerdorf'],
  ['$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
  ['$2b$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK', 'U*U*'],
] as const

describe('a bcrypt hash', () => {
  test.each(foreign)('%s is accepted and is to be made anew', async (hash, password) => {
    expect(await verifyPassword(hash, password)).toBe(true)
    expect(await verifyPassword(hash, `${password}x`)).toBe(false)
    expect([isPasswordHash(hash), isOutdated(hash)]).toEqual([true, true])
  })

  test('is checked beside the main loop', async () => {
    const hash = hashSync('seven otters', 11)
    let longest = 0
    let last = performance.now()
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 5)
    const begun = performance.now()
    expect(await verifyPassword(hash, 'seven otters')).toBe(true)
    const took = performance.now() - begun
    clearInterval(timer)
    expect(longest).toBeLessThan(took / 2)
  })

  test.each([
    ['too dear', '$2b$13$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK'],
    ['of the broken kind', '$2x$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK'],
    ['cut short', '$2b$05$CCCCCCCCCCCCCCCCCCCCC'],
  ])('%s is none', (_what, hash) => {
    expect([isBcrypt(hash), isPasswordHash(hash)]).toEqual([false, false])
  })
})
