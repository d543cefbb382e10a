import { argon2id } from 'hash-wasm'
import { describe, expect, test } from 'vitest'
import { hashPassword, isOutdated, isPasswordHash, verifyPassword } from './passwords.ts'

describe('a password', () => {
  test('is accepted by its own hash and by no other', async () => {
    const [one, two] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(one).not.toBe(two)
    expect(await verifyPassword(one, 'correct horse')).toBe(true)
    expect(await verifyPassword(one, 'correct horsf')).toBe(false)
    expect(await verifyPassword(one, '')).toBe(false)
  })

  test('typed with other code points for the same letters is the same', async () => {
    expect(await verifyPassword(await hashPassword('Z\u00fcrich'), 'Zu\u0308rich')).toBe(true)
  })

  test('hashed by another implementation, with other costs, is verified', async () => {
    const hash = await argon2id({
      password: 'differential',
      salt: new Uint8Array(16).fill(7),
      parallelism: 1,
      iterations: 3,
      memorySize: 256,
      hashLength: 32,
      outputType: 'encoded',
    })
    expect(await verifyPassword(hash, 'differential')).toBe(true)
    expect(await verifyPassword(hash, 'Differential')).toBe(false)
    expect(isOutdated(hash)).toBe(true)
    expect(isOutdated(await hashPassword('x'))).toBe(false)
  })

  test('of an account that does not exist is refused after the same work', async () => {
    const hash = await hashPassword('something')
    const took = async (work: () => Promise<unknown>) => {
      const times: number[] = []
      for (let round = 0; round < 5; round++) {
        const began = performance.now()
        await work()
        times.push(performance.now() - began)
      }
      return Math.min(...times)
    }
    expect(await verifyPassword(undefined, 'something')).toBe(false)
    const known = await took(() => verifyPassword(hash, 'wrong'))
    const unknown = await took(() => verifyPassword(undefined, 'wrong'))
    expect(unknown / known).toBeGreaterThan(0.5)
    expect(unknown / known).toBeLessThan(2)
  })

  test('is hashed off the main loop', async () => {
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    await Promise.all(Array.from({ length: 4 }, () => hashPassword('busy')))
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(5)
  })

  test('is told to come again when too many come at once, and the others are served', async () => {
    const crowd = await Promise.allSettled(
      Array.from({ length: 300 }, () =>
        verifyPassword(
          '$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
          'x',
        ),
      ),
    )
    const refused = crowd.filter((result) => result.status === 'rejected')
    expect(refused).toHaveLength(300 - 258)
    expect(refused[0]?.reason).toMatchObject({ code: 'sign-in-busy', status: 503 })
  })

  test.each([
    ['as this panel makes it', 'm=47104,t=1,p=1', true],
    ['as an earlier release made it', 'm=19456,t=2,p=1', true],
    ['of another panel', 'm=65536,t=4,p=4', true],
    ['of much memory', 'm=262144,t=2,p=1', true],
    ['of too much memory', 'm=262145,t=1,p=1', false],
    ['of ten gibibytes', 'm=9999999,t=99,p=99', false],
    ['of too many passes', 'm=64,t=11,p=1', false],
    ['of too many lanes', 'm=65536,t=1,p=5', false],
    ['of less memory than its lanes need', 'm=31,t=1,p=4', false],
    ['of no pass', 'm=64,t=0,p=1', false],
    ['of no lane', 'm=64,t=1,p=0', false],
    ['that is slower than a refusal', 'm=262144,t=10,p=1', false],
  ])('from elsewhere, %s (%s): taken is %s', (_what, costs, taken) => {
    expect(isPasswordHash(`$argon2id$v=19$${costs}$${'A'.repeat(22)}$${'A'.repeat(43)}`)).toBe(taken)
  })

  test('is not compared with a hash that is none', async () => {
    await expect(verifyPassword('plain', 'plain')).rejects.toThrow('not an argon2id PHC string')
  })
})
