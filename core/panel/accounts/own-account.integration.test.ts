// One's own account: look, change of address, export, deletion; by forms and by the mails that come.
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sessions, users } from '#core/db/schema/accounts.ts'
import { activity } from '#core/db/schema/activity.ts'
import { servers } from '#core/db/schema/servers.ts'
import { linkIn } from '#core/testing/mailbox.ts'
import { origin, silentMailServer, type TestPanel, type TestUser, testPanel } from '#core/testing/panel.ts'
import { addServer } from '#core/testing/test-servers.ts'

const clock = { now: Date.now() }
let panel: TestPanel
beforeAll(async () => {
  panel = await testPanel({ now: () => clock.now, config: { url: origin }, mailServer: silentMailServer })
})
afterAll(() => panel[Symbol.asyncDispose]())
beforeEach(() => {
  clock.now = Date.now()
})

const rowOf = async ({ id }: TestUser) =>
  (await panel.database.withSystem((tx) => tx.select().from(users).where(eq(users.id, id))))[0]
let number = 0
const newAddress = () => `new${++number}@people.example`

/** The link of the newest mail of one kind to an address. */
async function linkTo(to: string, kind = 'change-email'): Promise<string> {
  let text = ''
  await expect
    .poll(async () => {
      text = (await panel.mailed(to)).findLast((mail) => mail.kind === kind)?.text ?? ''
      return text
    })
    .not.toBe('')
  return new URL(linkIn(text, '/change-email')).searchParams.get('token') ?? ''
}
const confirm = async (token: string) => await panel.browser().post('/change-email', { token })

describe('the look', () => {
  test('is kept with the account and stands on every page', async () => {
    const user = await panel.addUser('Lou')
    const browser = await user.browser()
    await browser.post('/account/look', { theme: 'dark', language: 'de-DE', timeZone: 'Europe/Berlin' })
    const page = await (await (await user.browser()).get('/servers')).text()
    expect(page).toContain('<html lang="en" data-theme="dark" data-language="de-DE" data-time-zone="Europe/Berlin">')
    await browser.post('/account/look', { theme: 'system', language: '', timeZone: '' })
    expect(await (await browser.get('/servers')).text()).toContain('<html lang="en">')
  })

  test.each([
    ['language', '../../etc/passwd'],
    ['language', 'xx-XX'],
    ['timeZone', 'Europe/Atlantis'],
    ['theme', 'pink'],
  ])('attack 43: %s “%s” is looked up in a fixed table and refused', async (field, value) => {
    const user = await panel.addUser('Lou')
    const browser = await user.browser()
    const fields = { theme: 'light', language: 'en-GB', timeZone: 'UTC', [field]: value }
    expect((await browser.post('/account/look', fields)).status).toBe(422)
    expect(await rowOf(user)).toMatchObject({ theme: 'system', language: null, timeZone: null })
    expect((await (await user.api()).patch('/account', { [field]: value })).status).toBe(422)
  })
})

describe('another address', () => {
  test('counts once both the present and the new one have confirmed it, in either order', async () => {
    for (const order of [
      ['old', 'new'],
      ['new', 'old'],
    ] as const) {
      const user = await panel.addUser('Eve')
      const email = newAddress()
      const browser = await user.browser()
      expect((await browser.post('/account/email', { email })).status).toBe(303)
      const tokens = { old: await linkTo(user.email), new: await linkTo(email) }
      // Looking decides nothing.
      expect((await panel.browser().get(`/change-email?token=${tokens.old}`)).status).toBe(200)
      expect(await (await confirm(tokens[order[0]])).text()).toContain(
        'It changes once the other address has confirmed it',
      )
      expect((await rowOf(user))?.email).toBe(user.email)
      expect(await (await confirm(tokens[order[1]])).text()).toContain('The address is changed')
      expect(await rowOf(user)).toMatchObject({ email })
      expect((await panel.mailed(user.email)).at(-1)?.kind).toBe('email-changed')
      expect(await (await browser.get('/account')).text()).toContain(email)
      for (const token of Object.values(tokens)) expect((await confirm(token)).status).toBe(410)
    }
  })

  test('confirmed on both sides at the same time it changes once', async () => {
    const user = await panel.addUser('Eve')
    const email = newAddress()
    await (await user.browser()).post('/account/email', { email })
    const answers = await Promise.all([confirm(await linkTo(user.email)), confirm(await linkTo(email))])
    const texts = await Promise.all(answers.map((answer) => answer.text()))
    expect(texts.filter((text) => text.includes('The address is changed'))).toHaveLength(1)
    expect(await rowOf(user)).toMatchObject({ email })
  })

  test('attack 35: one that has an account already gets no link; whoever asks sees the same as ever', async () => {
    const [user, other] = [await panel.addUser('Eve'), await panel.addUser('Other')]
    const browser = await user.browser()
    const said = async (email: string) => {
      const response = await browser.post('/account/email', { email })
      return `${response.status} ${(await (await browser.get('/account')).text()).replaceAll(email, '')}`
    }
    const free = newAddress()
    const [toFree, toTaken] = [await said(free), await said(other.email)]
    expect(toTaken).toBe(toFree)
    await expect.poll(async () => (await panel.mailed(other.email)).map(({ kind }) => kind)).toEqual(['address-in-use'])
    expect((await panel.mailed(other.email))[0]?.text).not.toContain('token=')
    // The other half alone changes nothing.
    await confirm(await linkTo(user.email))
    expect(await rowOf(user)).toMatchObject({ email: user.email })
  })

  test('a new wish makes the links of the one before void, and five a day are enough', async () => {
    const user = await panel.addUser('Eve')
    const browser = await user.browser()
    const first = newAddress()
    await browser.post('/account/email', { email: first })
    const token = await linkTo(first)
    const answers: number[] = []
    for (let i = 0; i < 5; i++) answers.push((await browser.post('/account/email', { email: newAddress() })).status)
    expect(answers).toEqual([303, 303, 303, 303, 429])
    await expect.poll(async () => (await confirm(token)).status).toBe(410)
  })

  test('asks who sits there when that was not shown lately, and keeps what was typed', async () => {
    const user = await panel.addUser('Eve')
    const browser = await user.browser()
    clock.now += 60 * 60_000
    const email = newAddress()
    const page = await (await browser.post('/account/email', { email })).text()
    expect(page).toContain(email)
    expect(page).toContain('action="/account/email"')
    expect(await panel.mailed(email)).toEqual([])
  })

  test('a link ends after an hour', async () => {
    const user = await panel.addUser('Eve')
    const email = newAddress()
    await (await user.browser()).post('/account/email', { email })
    const token = await linkTo(email)
    clock.now += 60 * 60_000 + 1
    expect((await confirm(token)).status).toBe(410)
  })

  test('without a mail server it says who can do it', async () => {
    await using mute = await testPanel({ config: { url: origin } })
    const browser = await mute.owner.browser()
    const answer = await browser.post('/account/email', { email: newAddress() })
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain('An administrator can change it.')
  })
})

describe('the export', () => {
  test('holds what is known about the person, and nothing that opens a door', async () => {
    const user = await panel.addUser('Xenia')
    const stranger = await panel.addUser('Stranger')
    const [browser, api] = [await user.browser(), await user.api()]
    const nodeId = await panel.addNode()
    await addServer(panel, nodeId, { ownerId: user.id, name: 'Xenias world' })
    await addServer(panel, nodeId, { ownerId: stranger.id, name: 'Not hers' })
    const response = await browser.post('/account/export')
    expect(response.headers.get('content-disposition')).toContain('attachment')
    const text = await response.text()
    const data = JSON.parse(text)
    expect(data).toMatchObject({
      account: { id: user.id, email: user.email },
      servers: [{ name: 'Xenias world' }],
      apiKeys: [{ name: 'test' }],
    })
    const hashes = await panel.database.withSystem((tx) =>
      tx.select().from(sessions).where(eq(sessions.userId, user.id)),
    )
    for (const secret of [
      ...hashes.map(({ tokenHash }) => tokenHash),
      api.key,
      ...browser.cookies.values(),
      'passwordHash',
      'Not hers',
    ])
      expect(text).not.toContain(secret)
    expect(await (await api.post('/account/export')).json()).toMatchObject({ account: { id: user.id } })
  })
})

describe('deleting oneself', () => {
  test('asks for the address, hands the servers to the owner of the panel, and signs out', async () => {
    const user = await panel.addUser('Gone')
    const [browser, api] = [await user.browser(), await user.api()]
    const serverId = await addServer(panel, await panel.addNode(), { ownerId: user.id })
    expect(await (await browser.get('/account/delete')).text()).toContain('What happens to the server?')
    expect((await browser.post('/account/delete', { confirmation: 'Gone' })).status).toBe(422)
    expect(await rowOf(user)).toBeDefined()
    // To nobody who did not ask for them.
    const other = await panel.addUser('Other')
    const answer = await browser.post('/account/delete', {
      servers: 'transfer',
      to: other.email,
      confirmation: user.email,
    })
    expect(await answer.text()).toContain('Your account is deleted')
    expect(await rowOf(user)).toBeUndefined()
    expect(browser.cookies.has('stellar-session')).toBe(false)
    expect((await api.get('/account')).status).toBe(401)
    const [server] = await panel.database.withSystem((tx) => tx.select().from(servers).where(eq(servers.id, serverId)))
    expect(server).toMatchObject({ ownerId: panel.owner.id })
    const lines = await panel.database.withSystem((tx) =>
      tx.select().from(activity).where(eq(activity.actorId, user.id)),
    )
    expect(lines.map(({ action }) => action)).toContain('user.delete')
  })

  test('is not for the owner', async () => {
    const browser = await panel.owner.browser()
    expect((await browser.post('/account/delete', { confirmation: panel.owner.email })).status).toBe(409)
    expect(await rowOf(panel.owner)).toBeDefined()
  })
})
