// Coming in without an account, or without one's password any more: register, accept, confirm, reset. By forms, as a
// browser sends them, and by the mails that come.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type SignInSettings, signInSettings, writeSignInSettings } from '#core/auth/sign-in-settings.ts'
import { invitations } from '#core/db/schema/access.ts'
import {
  accountTokens,
  apiKeys,
  externalIdentities,
  passkeys,
  sessions,
  totpFactors,
  users,
} from '#core/db/schema/accounts.ts'
import { makeLink } from '#core/panel/accounts/link-store.ts'
import { linkIn } from '#core/testing/mailbox.ts'
import { origin, silentMailServer, type TestPanel, testPanel } from '#core/testing/panel.ts'

const clock = { now: Date.now() }
const password = 'seven otters keep one lamp'
let panel: TestPanel
/** Without a mail server. */
let mute: TestPanel

beforeAll(async () => {
  const config = { url: origin }
  panel = await testPanel({ now: () => clock.now, config, mailServer: silentMailServer })
  mute = await testPanel({ now: () => clock.now, config })
})
afterAll(async () => {
  await panel[Symbol.asyncDispose]()
  await mute[Symbol.asyncDispose]()
})
beforeEach(async () => {
  // Each test has its own time, so that tries of another do not count here.
  clock.now += 25 * 60 * 60_000
  await settle({})
  await settle({}, mute)
})

async function settle(settings: Partial<SignInSettings>, where = panel): Promise<void> {
  await where.database.withSystem((tx) => writeSignInSettings(tx, signInSettings.parse(settings)))
}

let number = 0
const newAddress = (): string => `robin${++number}@people.example`

/** What is done after the answer shows up in the mailbox. */
async function letter(to: string, kind: string, where = panel) {
  let found: Awaited<ReturnType<typeof where.mailed>>[number] | undefined
  await expect
    .poll(async () => {
      found = (await where.mailed(to)).findLast((mail) => mail.kind === kind)
      return found !== undefined
    })
    .toBe(true)
  return found ?? { text: '', subject: '', kind: '' }
}

const pathOf = (link: string): string => link.slice(origin.length)
const tokenOf = (link: string): string => new URL(link).searchParams.get('token') ?? ''
const userOf = async (email: string, where = panel) =>
  (await where.database.withSystem((tx) => tx.select().from(users).where(eq(users.email, email))))[0]

/** An account with a password, and how to sign in with it. */
async function person(where = panel) {
  const user = await where.addUser('Robin')
  const { hashPassword } = await import('#core/auth/passwords.ts')
  const passwordHash = await hashPassword(password)
  await where.database.withSystem((tx) => tx.update(users).set({ passwordHash }).where(eq(users.id, user.id)))
  return user
}
const signIn = async (email: string, secret: string, where = panel) => {
  const browser = where.browser()
  const response = await browser.post('/sign-in', { email, password: secret })
  return { browser, response, in: response.status === 303 && browser.cookies.has('stellar-session') }
}

/** Attack 35: nobody learns from the answer, nor from the time it takes, whether an address has an account. */
async function expectAlike(path: string, known: string): Promise<void> {
  const times = { known: [] as number[], unknown: [] as number[] }
  const texts = new Set<string>()
  for (let i = 0; i < 15; i++) {
    for (const [list, email] of [
      [times.known, known],
      [times.unknown, newAddress()],
    ] as const) {
      // Another hour for each, so that neither limit is met.
      clock.now += 60 * 60_000
      const begun = performance.now()
      const response = await panel.browser().post(path, { email })
      list.push(performance.now() - begun)
      texts.add(`${response.status} ${(await response.text()).replaceAll(email, '')}`)
    }
  }
  expect(texts.size).toBe(1)
  const median = (list: number[]) => list.toSorted((a, b) => a - b)[7] ?? 0
  expect(median(times.known)).toBeLessThan(median(times.unknown) * 2 + 2)
  expect(median(times.unknown)).toBeLessThan(median(times.known) * 2 + 2)
}

describe('registering', () => {
  test.each([
    ['off', 'Accounts are made by administrators'],
    ['invitation', 'By invitation'],
  ] as const)('is not possible while registration is %s', async (registration, title) => {
    await settle({ registration })
    const browser = panel.browser()
    expect(await (await browser.get('/sign-up')).text()).toContain(title)
    expect(await (await browser.get('/sign-in')).text()).not.toContain('href="/sign-up"')
    const email = newAddress()
    expect((await browser.post('/sign-up', { name: 'Robin', email, password })).status).toBe(403)
    expect(await userOf(email)).toBeUndefined()
    expect(await panel.mailed(email)).toEqual([])
  })

  test('is off until an administrator says otherwise', async () => {
    expect(signInSettings.parse({})).toMatchObject({ registration: 'off', verifyEmail: true })
  })

  test('goes by a link in a mail, which makes a confirmed account and signs in', async () => {
    await settle({ registration: 'open' })
    const email = newAddress()
    const browser = panel.browser()
    expect(await (await browser.get('/sign-in')).text()).toContain('href="/sign-up"')
    expect(await (await browser.post('/sign-up', { email })).text()).toContain('Look into your mailbox')
    const link = linkIn((await letter(email, 'registration')).text, '/join')
    expect(await userOf(email)).toBeUndefined()
    expect(await (await browser.get(pathOf(link))).text()).toContain(email)
    const answer = await browser.post('/join', { token: tokenOf(link), name: 'Robin', password })
    expect([answer.status, browser.cookies.has('stellar-session')]).toEqual([303, true])
    expect(await userOf(email)).toMatchObject({ name: 'Robin', joinedBy: 'registration', isOwner: false })
    expect((await userOf(email))?.emailVerifiedAt).not.toBeNull()
    // Once.
    expect((await panel.browser().get(pathOf(link))).status).toBe(410)
    expect((await panel.browser().post('/join', { token: tokenOf(link), name: 'Eve', password })).status).toBe(410)
  })

  test('opened twice at the same time the link makes one account', async () => {
    await settle({ registration: 'open' })
    const email = newAddress()
    await panel.browser().post('/sign-up', { email })
    const token = tokenOf(linkIn((await letter(email, 'registration')).text, '/join'))
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => panel.browser().post('/join', { token, name: 'Robin', password })),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 410, 410, 410, 410])
  })

  test('a link of yesterday has ended', async () => {
    await settle({ registration: 'open' })
    const email = newAddress()
    await panel.browser().post('/sign-up', { email })
    const link = linkIn((await letter(email, 'registration')).text, '/join')
    clock.now += 24 * 60 * 60_000 + 1
    expect((await panel.browser().get(pathOf(link))).status).toBe(410)
  })

  test('attack 35: an address that has an account gets the same answer after the same time; only its owner is told', async () => {
    await settle({ registration: 'open' })
    const ada = await panel.addUser('Ada')
    await expectAlike('/sign-up', ada.email)
    expect((await letter(ada.email, 'has-account')).text).toContain('there is one')
    expect((await panel.mailed(ada.email)).some(({ kind }) => kind === 'registration')).toBe(false)
  }, 120_000)

  test('nobody’s mailbox is filled: three mails an hour, and ten tries an hour from one address', async () => {
    await settle({ registration: 'open' })
    const email = newAddress()
    const answers: number[] = []
    for (let i = 0; i < 11; i++) answers.push((await panel.browser().post('/sign-up', { email })).status)
    expect(answers).toEqual([...Array.from({ length: 10 }, () => 200), 429])
    await expect.poll(async () => (await panel.mailed(email)).length).toBe(3)
    // The last link counts, the earlier ones are void.
    const links = (await panel.mailed(email)).map(({ text }) => pathOf(linkIn(text, '/join')))
    const open = await Promise.all(links.map(async (path) => (await panel.browser().get(path)).status))
    expect(open.filter((status) => status === 200)).toHaveLength(1)
  })

  test('whoever registers somebody else’s address learns no link and chooses no password for it', async () => {
    await settle({ registration: 'open' })
    const email = newAddress()
    const response = await panel
      .browser()
      .post('/sign-up', { email, name: 'Visit evil.example', password: 'mallory chose this' })
    expect(await response.text()).not.toContain('token=')
    expect((await letter(email, 'registration')).text).not.toContain('evil.example')
    expect((await signIn(email, 'mallory chose this')).in).toBe(false)
  })

  test('without a mail server an administrator confirms the account before it signs in', async () => {
    await settle({ registration: 'open' }, mute)
    const email = newAddress()
    const page = await (await mute.browser().post('/sign-up', { name: 'Robin', email, password })).text()
    expect(page).toContain('An administrator confirms your account')
    await expect.poll(() => userOf(email, mute)).toBeDefined()
    const refused = await signIn(email, password, mute)
    expect([refused.response.status, refused.in]).toEqual([403, false])
    expect(await refused.response.text()).toContain('An administrator of this panel can do that.')
    // A wrong password is told nothing of that.
    expect((await signIn(email, 'wrong', mute)).response.status).toBe(422)
  })

  test('without confirmation wanted, the account signs in at once; a known address is answered alike', async () => {
    await settle({ registration: 'open', verifyEmail: false })
    const [email, ada] = [newAddress(), await panel.addUser('Ada')]
    const answer = async (address: string) =>
      (await (await panel.browser().post('/sign-up', { name: 'Robin', email: address, password })).text()).replaceAll(
        address,
        '',
      )
    expect(await answer(email)).toBe(await answer(ada.email))
    await expect.poll(() => userOf(email)).toBeDefined()
    expect((await signIn(email, password)).in).toBe(true)
    expect((await signIn(ada.email, password)).in).toBe(false)
    // Nothing has shown that the address is theirs: no provider opens this account because of it.
    expect(await userOf(email)).toMatchObject({ emailVerifiedAt: null })
    await settle({ registration: 'open' })
    expect((await signIn(email, password)).in).toBe(false)
  })

  test.each([
    ['password', 'short', 'At least 10 characters'],
    ['password', 'aaaaaaaaaaaa', 'less easy to guess'],
    ['email', 'robin', 'An e-mail address'],
    ['email', 'robin@people.example\r\nBcc: x@y.example', 'An e-mail address'],
    ['name', '\u202e', 'Your name'],
  ])('refuses a bad %s (%j) at its field', async (field, value, sentence) => {
    await settle({ registration: 'open', verifyEmail: false })
    const fields = { name: 'Robin', email: newAddress(), password, [field]: value }
    const response = await panel.browser().post('/sign-up', fields)
    expect(response.status).toBe(422)
    expect(await response.text()).toContain(sentence)
  })
})

describe('an account that is not confirmed yet', () => {
  test('is sent the link when its password was right, and signs in once it is used', async () => {
    const user = await person()
    await panel.database.withSystem((tx) =>
      tx.update(users).set({ emailVerifiedAt: null }).where(eq(users.id, user.id)),
    )
    const first = await signIn(user.email, password)
    expect([first.response.status, first.in]).toEqual([403, false])
    await signIn(user.email, password)
    const mails = (await panel.mailed(user.email)).filter(({ kind }) => kind === 'verify-email')
    expect(mails).toHaveLength(1)
    const link = linkIn(mails[0]?.text ?? '', '/verify-email')
    // Looking at it decides nothing: mail programs do that.
    expect((await panel.browser().get(pathOf(link))).status).toBe(200)
    expect((await signIn(user.email, password)).in).toBe(false)
    const browser = panel.browser()
    expect((await browser.post('/verify-email', { token: tokenOf(link) })).headers.get('location')).toBe('/sign-in')
    expect(await (await browser.get('/sign-in')).text()).toContain('Address confirmed.')
    expect((await signIn(user.email, password)).in).toBe(true)
    expect((await browser.post('/verify-email', { token: tokenOf(link) })).status).toBe(410)
  })
})

describe('a new password', () => {
  async function resetLink(email: string): Promise<string> {
    await panel.browser().post('/forgot-password', { email })
    return linkIn((await letter(email, 'reset-password')).text, '/reset-password')
  }

  test('is chosen by a link that works once, ends every session, and says so by mail', async () => {
    const user = await person()
    const [here, there] = [await user.browser(), await user.browser()]
    const link = await resetLink(user.email)
    const browser = panel.browser()
    expect(await (await browser.get(pathOf(link))).text()).toContain(user.email)
    const answer = await browser.post('/reset-password', { token: tokenOf(link), password: 'another long password' })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in'])
    expect(browser.cookies.has('stellar-session')).toBe(false)
    for (const old of [here, there]) expect((await old.get('/account')).status).toBe(303)
    expect((await signIn(user.email, password)).in).toBe(false)
    expect((await signIn(user.email, 'another long password')).in).toBe(true)
    expect(
      (await browser.post('/reset-password', { token: tokenOf(link), password: 'a third long password' })).status,
    ).toBe(410)
    await letter(user.email, 'password-changed')
  })

  test('attack 34: with a second factor on, a reset makes no session and the second factor is still there', async () => {
    const user = await person()
    await panel.database.withSystem((tx) =>
      tx.insert(totpFactors).values({ userId: user.id, secret: 'sealed', confirmedAt: new Date().toISOString() }),
    )
    const link = await resetLink(user.email)
    const browser = panel.browser()
    const answer = await browser.post('/reset-password', { token: tokenOf(link), password: 'another long password' })
    expect(answer.headers.getSetCookie().join('\n')).not.toMatch(/session/)
    const left = await panel.database.withSystem(async (tx) => [
      await tx.select().from(sessions).where(eq(sessions.userId, user.id)),
      await tx.select().from(totpFactors).where(eq(totpFactors.userId, user.id)),
    ])
    expect(left.map((rows) => rows.length)).toEqual([0, 1])
  })

  test('by whoever has the mailbox of an unconfirmed account, it takes away what its maker left: key, passkey, factor, provider', async () => {
    const ways = async (userId: string) =>
      await panel.database.withSystem(async (tx) =>
        (
          await Promise.all(
            [apiKeys, passkeys, totpFactors, externalIdentities].map((table) =>
              tx.select({ of: table.userId }).from(table).where(eq(table.userId, userId)),
            ),
          )
        ).map((rows) => rows.length),
      )
    const take = async (emailVerifiedAt: string | null) => {
      const user = await person()
      const at = new Date().toISOString()
      await panel.database.withSystem(async (tx) => {
        await tx.update(users).set({ emailVerifiedAt }).where(eq(users.id, user.id))
        await tx.insert(totpFactors).values({ userId: user.id, secret: 'sealed', confirmedAt: at })
        await tx.insert(passkeys).values({ id: user.id, userId: user.id, name: 'Laptop', publicKey: 'AA', counter: 0 })
        await tx
          .insert(externalIdentities)
          .values({ id: user.id, userId: user.id, provider: 'club', subject: user.id, label: 'r' })
        await tx.insert(apiKeys).values({ id: user.id, userId: user.id, name: 'k', prefix: 'k', keyHash: user.id })
      })
      const token = tokenOf(await resetLink(user.email))
      await panel.browser().post('/reset-password', { token, password: 'another long password' })
      return await ways(user.id)
    }
    expect(await take(new Date().toISOString())).toEqual([1, 1, 1, 1])
    expect(await take(null)).toEqual([0, 0, 0, 0])
  })

  test('used at the same time from two places, the link works in one', async () => {
    const user = await person()
    const token = tokenOf(await resetLink(user.email))
    const answers = await Promise.all(
      ['first long password', 'second long password', 'third long password'].map((one) =>
        panel.browser().post('/reset-password', { token, password: one }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 410, 410])
  })

  test('a link ends after an hour, and an older one when another is asked for', async () => {
    const user = await person()
    const first = await resetLink(user.email)
    clock.now += 60_000
    await panel.browser().post('/forgot-password', { email: user.email })
    await expect.poll(async () => (await panel.mailed(user.email)).length).toBe(2)
    expect((await panel.browser().get(pathOf(first))).status).toBe(410)
    const second = linkIn((await panel.mailed(user.email))[1]?.text ?? '', '/reset-password')
    expect((await panel.browser().get(pathOf(second))).status).toBe(200)
    clock.now += 60 * 60_000 + 1
    expect((await panel.browser().post('/reset-password', { token: tokenOf(second), password })).status).toBe(410)
  })

  test('attack 35: asked for an unknown address the answer and its time are the same', async () => {
    const user = await person()
    await expectAlike('/forgot-password', user.email)
  }, 120_000)

  test('is not offered to suspended accounts, and three times an hour to others', async () => {
    const [user, gone] = [await person(), await person()]
    await panel.database.withSystem((tx) =>
      tx.update(users).set({ suspendedAt: new Date().toISOString() }).where(eq(users.id, gone.id)),
    )
    for (let i = 0; i < 4; i++)
      for (const { email } of [gone, user])
        expect((await panel.browser().post('/forgot-password', { email })).status).toBe(200)
    await expect.poll(async () => (await panel.mailed(user.email)).length).toBe(3)
    expect(await panel.mailed(gone.email)).toEqual([])
  })

  test('attack 48: the link begins with the configured address, whatever Host and X-Forwarded-Host say', async () => {
    const user = await person()
    await panel.app.request('http://evil.example/forgot-password', {
      method: 'POST',
      body: new URLSearchParams({ email: user.email }),
      headers: { origin, host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    })
    const mail = await letter(user.email, 'reset-password')
    expect(mail.text).not.toContain('evil.example')
    expect(linkIn(mail.text, '/reset-password').startsWith(`${origin}/reset-password?token=`)).toBe(true)
  })

  test('the database holds no link that opens', async () => {
    const user = await person()
    const token = tokenOf(await resetLink(user.email))
    const rows = await panel.database.withSystem((tx) => tx.select().from(accountTokens))
    expect(JSON.stringify(rows)).not.toContain(token)
    for (const { tokenHash } of rows)
      expect((await panel.browser().get(`/reset-password?token=${tokenHash}`)).status).toBe(410)
  })

  test('without a mail server the page says whom to ask', async () => {
    expect(await (await mute.browser().get('/forgot-password')).text()).toContain('This panel sends no mail.')
    const user = await person(mute)
    await mute.browser().post('/forgot-password', { email: user.email })
    expect(await mute.database.withSystem((tx) => tx.select().from(accountTokens))).toEqual([])
  })
})

describe('links of one purpose', () => {
  test('open nothing of another purpose', async () => {
    const user = await person()
    const purposes = ['verify-email', 'reset-password', 'change-email', 'recover'] as const
    const links = await panel.database.withSystem(async (tx) => {
      const made: (readonly [string, string])[] = []
      for (const purpose of purposes)
        made.push([
          purpose,
          (await makeLink(tx, { userId: user.id, purpose, minutes: 60, data: { email: user.email } }, clock.now))
            .secret,
        ])
      return made
    })
    const doors = { '/verify-email': 'verify-email', '/reset-password': 'reset-password', '/join': 'invitation' }
    for (const [path, purpose] of Object.entries(doors))
      for (const [of, secret] of links) {
        const { status } = await panel.browser().get(`${path}?token=${secret}`)
        expect([path, of, status]).toEqual([path, of, of === purpose ? 200 : 410])
      }
  })

  test('an invitation to a server makes no account on this door', async () => {
    const { newLinkSecret } = await import('#core/auth/link-secret.ts')
    const { secret, hash } = newLinkSecret()
    const id = crypto.randomUUID()
    const expiresAt = new Date(clock.now + 60_000).toISOString()
    await panel.database.withSystem((tx) =>
      tx.insert(invitations).values({ id, email: newAddress(), tokenHash: hash, expiresAt, declinedAt: expiresAt }),
    )
    expect((await panel.browser().get(`/join?token=${secret}`)).status).toBe(410)
  })
})

describe('what has ended', () => {
  test('goes, and nothing else: links, registrations, invitations of a month ago, accounts that nobody confirmed', async () => {
    const { sweepAccounts } = await import('#core/panel/accounts/sweep.ts')
    await settle({ registration: 'open' }, mute)
    const [kept, lost] = [await person(mute), newAddress()]
    await mute.browser().post('/sign-up', { name: 'Robin', email: lost, password })
    await expect.poll(() => userOf(lost, mute)).toBeDefined()
    await mute.database.withSystem(async (tx) => {
      await makeLink(tx, { userId: kept.id, purpose: 'verify-email', minutes: 60 }, clock.now)
      await tx.update(users).set({ createdAt: new Date(clock.now).toISOString() })
    })
    const links = async () => (await mute.database.withSystem((tx) => tx.select().from(accountTokens))).length
    await sweepAccounts(mute.database, clock.now + 30 * 60_000)
    expect([await links(), (await userOf(lost, mute))?.name]).toEqual([1, 'Robin'])
    await sweepAccounts(mute.database, clock.now + 8 * 24 * 60 * 60_000)
    expect([await links(), await userOf(lost, mute), (await userOf(kept.email, mute))?.id]).toEqual([
      0,
      undefined,
      kept.id,
    ])
  })
})
