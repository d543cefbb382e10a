// The owner's way back in, by the page behind the address that `stellar owner reset` prints.
import { desc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accountTokens, passkeys, recoveryCodes, totpFactors, users } from '#core/db/schema/accounts.ts'
import { activity } from '#core/db/schema/activity.ts'
import { systemActor } from '#core/panel/activity/record.ts'
import { type TestPanel, testPanel } from '#core/testing/panel.ts'
import { makeLink } from './link-store.ts'
import { makeRecovery } from './recover.ts'

const clock = { now: Date.now() }
let panel: TestPanel
beforeAll(async () => {
  panel = await testPanel({ now: () => clock.now })
})
afterAll(() => panel[Symbol.asyncDispose]())

const terminal = { ...systemActor, name: 'root', via: 'command-line' } as const
const secretNow = async () => (await makeRecovery(panel.database, terminal, clock.now)).secret
const open = async (token: string, fields: Record<string, string> = {}) =>
  await panel.browser().post('/recover', { token, ...fields })
const factorsLeft = () =>
  panel.database.withSystem(async (tx) => [
    await tx.$count(totpFactors),
    await tx.$count(passkeys),
    await tx.$count(recoveryCodes),
  ])

async function giveFactors(): Promise<void> {
  const userId = panel.owner.id
  await panel.database.withSystem(async (tx) => {
    await tx.insert(totpFactors).values({ userId, secret: 'sealed', confirmedAt: new Date().toISOString() })
    await tx.insert(recoveryCodes).values({ userId, codeHash: 'h' })
  })
}

describe('a recovery sign-in', () => {
  test('lets the owner in past a second factor and a suspension, ends every other session and is written down', async () => {
    await giveFactors()
    await panel.database.withSystem((tx) =>
      tx.update(users).set({ suspendedAt: new Date().toISOString() }).where(eq(users.id, panel.owner.id)),
    )
    const token = await secretNow()
    const elsewhere = await panel.owner.browser()
    const browser = panel.browser()
    expect(await (await browser.get(`/recover?token=${token}`)).text()).toContain(panel.owner.email)
    const answer = await browser.post('/recover', { token })
    expect(answer.headers.get('location')).toBe('/account/security')
    expect((await browser.get('/account/security')).status).toBe(200)
    expect((await elsewhere.get('/account')).status).toBe(303)
    expect(await factorsLeft()).toEqual([1, 0, 1])
    const lines = await panel.database.withSystem((tx) =>
      tx.select().from(activity).orderBy(desc(activity.id)).limit(3),
    )
    expect(lines.map(({ action, via, actorName }) => [action, via, actorName])).toEqual([
      ['account.sign-in', 'session', 'Ada'],
      ['account.recover', 'session', 'Ada'],
      ['owner.reset', 'command-line', 'root'],
    ])
    expect(JSON.stringify(lines)).not.toContain(token)
  })

  test('takes a new password, and lost factors away when asked to', async () => {
    const token = await secretNow()
    const weak = await open(token, { password: 'short', removeFactors: 'true' })
    expect(weak.status).toBe(422)
    expect(await factorsLeft()).toEqual([1, 0, 1])
    const fields = { password: 'four quite different words', removeFactors: 'true' }
    expect((await open(token, fields)).status).toBe(303)
    expect(await factorsLeft()).toEqual([0, 0, 0])
    const signedIn = await panel.browser().post('/sign-in', { email: panel.owner.email, password: fields.password })
    expect(signedIn.headers.get('location')).toBe('/')
  })

  test('works once, also when it is used twice at the same time', async () => {
    const token = await secretNow()
    const answers = await Promise.all(Array.from({ length: 8 }, () => open(token)))
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 410)).toHaveLength(7)
  })

  test('ends after an hour, and when another one is made', async () => {
    const first = await secretNow()
    const second = await secretNow()
    expect((await open(first)).status).toBe(410)
    clock.now += 61 * 60_000
    expect((await open(second)).status).toBe(410)
    clock.now = Date.now()
  })

  test('attack 23: no other link is one, nor is one of an account that is not the owner’s', async () => {
    const eve = await panel.addUser('Eve')
    const link = (userId: string, purpose: 'reset-password' | 'recover') =>
      panel.database.withSystem((tx) => makeLink(tx, { userId, purpose, minutes: 60 }, clock.now))
    const reset = await link(panel.owner.id, 'reset-password')
    const foreign = await link(eve.id, 'recover')
    for (const { secret } of [reset, foreign]) {
      const browser = panel.browser()
      expect((await browser.get(`/recover?token=${secret}`)).status).toBe(410)
      expect((await browser.post('/recover', { token: secret })).status).toBe(410)
      expect(browser.cookies.has('stellar-session')).toBe(false)
    }
    const secret = await secretNow()
    for (const path of ['/reset-password', '/verify-email', '/change-email'])
      expect((await panel.browser().post(path, { token: secret, password: 'four quite different words' })).status).toBe(
        410,
      )
    expect((await open(secret)).status).toBe(303)
  })

  test('leaves only its hash in the database', async () => {
    const secret = await secretNow()
    const rows = await panel.database.withSystem((tx) => tx.select().from(accountTokens))
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain(secret)
  })
})
