// Mail from the settings page to the mailbox: a real SMTP server of the test bed, and servers that refuse, hang or lie.
import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { mails } from '#core/db/schema/mails.ts'
import { settings } from '#core/db/schema/settings.ts'
import type { MailServer } from '#core/domain/mail.ts'
import { giveRole } from '#core/testing/access.ts'
import { type Mailbox, openMailbox } from '#core/testing/mailbox.ts'
import { type Browser, origin, type TestPanel, testPanel } from '#core/testing/panel.ts'
import { withoutTestbed } from '#core/testing/services.ts'
import type { Letter } from './letter.ts'
import { openMail } from './mail.ts'
import { sendMail } from './transport.ts'

const clock = { now: Date.now() }
const servers: Server[] = []
const sockets = new Set<Socket>()
let panel: TestPanel
let admin: Browser

beforeAll(async () => {
  panel = await testPanel({ now: () => clock.now, config: { url: 'http://panel.test' } })
  admin = await panel.owner.browser()
})
afterEach(async () => {
  clock.now = Date.now()
  await panel.database.withSystem(async (tx) => {
    await tx.delete(mails)
    await tx.delete(settings).where(eq(settings.key, 'mail'))
  })
})
afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  for (const server of servers) server.close()
  await panel[Symbol.asyncDispose]()
})

/** A server that answers each line as told; `undefined` for a greeting: it says nothing at all. */
async function smtp(
  answer: (line: string, socket: Socket) => string | undefined,
  greeting: string | undefined = '220 test',
): Promise<MailServer> {
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    if (greeting !== undefined) socket.write(`${greeting}\r\n`)
    socket.on('data', (data) => {
      for (const line of data.toString().split('\r\n').filter(Boolean)) {
        const said = answer(line, socket)
        if (said !== undefined) socket.write(`${said}\r\n`)
      }
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { host: '127.0.0.1', port, security: 'none', username: '', password: '', from: 'panel@kestrel.example' }
}

async function closedPort(): Promise<number> {
  const { port } = await smtp(() => undefined)
  await new Promise((resolve) => servers.pop()?.close(resolve))
  return port
}

const form = (server: MailServer, more: Record<string, string> = {}) => ({
  host: server.host,
  port: String(server.port),
  security: server.security,
  username: server.username,
  password: server.password,
  from: server.from,
  ...more,
})

const letter = (to: string, more: Partial<Letter> = {}): Letter => ({
  to,
  kind: 'test',
  subject: 'A subject',
  text: ['First paragraph.', 'Second one with <b>marks</b> & more.'],
  action: { label: 'Do it', path: '/do?token=secret-of-the-link' },
  foot: 'You get this because of a test.',
  expiresAt: new Date(clock.now + 60 * 60_000).toISOString(),
  ...more,
})

const post = (one: Letter) => panel.database.withSystem((tx) => panel.mail.post(tx, one))
const rows = () => panel.database.withSystem((tx) => tx.select().from(mails))
const address = () => `robin-${randomUUID().slice(0, 8)}@people.example`
const envelope = (to: string, more: object = {}) => ({
  id: randomUUID(),
  to,
  sender: 'Stellar',
  subject: 's',
  text: 't',
  html: '<p>t</p>',
  ...more,
})

describe.skipIf(withoutTestbed)('with a mail server (needs the test bed)', () => {
  let mailbox: Mailbox
  beforeAll(async () => {
    mailbox = await openMailbox()
  })

  test('an administrator sets it, the test mail comes, and a letter comes as text and HTML with our address in its link', async () => {
    expect((await admin.post('/settings/mail', form(mailbox.server))).headers.get('location')).toBe('/settings/mail')
    await admin.post('/settings/mail/test', {}, { host: 'evil.example', 'x-forwarded-host': 'evil.example' })
    const [first] = await mailbox.to(panel.owner.email)
    expect(first).toMatchObject({ subject: 'This mail came through', from: 'panel@kestrel.example', user: 'panel' })

    const to = address()
    expect(await post(letter(to))).toBe(true)
    await panel.mail.flush()
    const [mail] = await mailbox.to(to)
    const link = 'http://panel.test/do?token=secret-of-the-link'
    expect(mail?.text).toContain(`Do it:\n${link}`)
    expect(mail?.html).toContain(`href="${link}"`)
    expect(mail?.html).toContain('&lt;b&gt;marks&lt;/b&gt;')
    expect(mail?.headers['auto-submitted']).toBe('auto-generated')
    // Nothing is fetched by reading it.
    expect(mail?.html).not.toMatch(/<(?:img|link|script|iframe)|url\(|@import/i)
    expect(JSON.stringify(await mailbox.to(panel.owner.email))).not.toContain('evil.example')
  })

  test('neither contents nor password lie readable in the database, and the contents go when the mail is sent', async () => {
    await admin.post('/settings/mail', form(mailbox.server))
    await post(letter(address()))
    const everything = async () =>
      JSON.stringify([await rows(), await panel.database.withSystem((tx) => tx.select().from(settings))])
    expect(await everything()).not.toMatch(/secret-of-the-link|"sink"/)
    await panel.mail.flush()
    expect(await rows()).toMatchObject([{ sealed: null, nextAttemptAt: null, error: null }])
    expect((await rows())[0]?.sentAt).not.toBeNull()
  })

  test('a restart loses nothing, and two panels send a mail once', async () => {
    await admin.post('/settings/mail', form(mailbox.server))
    const to = address()
    await post(letter(to))
    const { database, context } = panel
    const sender = { instance: 'panel.test', url: 'http://panel.test' }
    const other = () =>
      openMail({
        database,
        secrets: context.secrets,
        log: context.log,
        now: context.now,
        sender,
        fixed: undefined,
        works: false,
      })
    await using left = other()
    await using right = other()
    await Promise.all([left.flush(), right.flush()])
    expect(await mailbox.to(to)).toHaveLength(1)
  })

  test('a refused recipient is given up at once, one to be tried later is tried later', async () => {
    await admin.post('/settings/mail', form(mailbox.server))
    await post(letter('reject@people.example'))
    await post(letter('later@people.example'))
    await panel.mail.flush()
    const byRecipient = Object.fromEntries((await rows()).map((row) => [row.recipient, row]))
    expect(byRecipient['reject@people.example']).toMatchObject({ nextAttemptAt: null, sealed: null, attempts: 1 })
    expect(byRecipient['reject@people.example']?.error).toContain('no such mailbox')
    expect(byRecipient['later@people.example']).toMatchObject({ attempts: 1 })
    expect(Date.parse(byRecipient['later@people.example']?.nextAttemptAt ?? '') - clock.now).toBe(30_000)
    // Not before its time …
    await panel.mail.flush()
    expect((await rows()).map(({ attempts }) => attempts)).toEqual([1, 1])
    // … and not after its link has ended.
    clock.now += 61 * 60_000
    await panel.mail.flush()
    expect((await rows()).every(({ nextAttemptAt, sealed }) => nextAttemptAt === null && sealed === null)).toBe(true)
    expect(await (await admin.get('/settings/mail')).text()).toContain('not sent before its link ended')
  })

  test('a wrong password is told in the server’s words, and mended settings send what waited at once', async () => {
    await admin.post('/settings/mail', form(mailbox.server, { password: 'wrong' }))
    const to = address()
    await post(letter(to))
    await panel.mail.flush()
    expect((await rows())[0]?.error).toContain('refused the user name and password')
    await admin.post('/settings/mail', form(mailbox.server))
    await panel.mail.flush()
    expect(await mailbox.to(to)).toHaveLength(1)
  })

  test('STARTTLS with a certificate that nobody vouches for is no encryption: nothing is sent', async () => {
    const to = address()
    const attempt = sendMail({ ...mailbox.server, security: 'starttls' }, envelope(to))
    await expect(attempt).rejects.toMatchObject({
      code: 'mail-not-sent',
      message: expect.stringMatching(/certificate/i),
    })
    expect(await mailbox.to(to)).toEqual([])
  })

  test.each([
    ['a subject', { subject: 'Hello\r\nBcc: victim@people.example\r\nX-Evil: 1' }],
    ['a sender’s name', { sender: 'Stellar\r\nBcc: victim@people.example\r\nX-Evil: 1' }],
  ])('%s with line ends adds no header and no recipient', async (_what, more) => {
    const to = address()
    await sendMail(mailbox.server, envelope(to, more))
    const [mail] = await mailbox.to(to)
    expect(mail?.to).toEqual([to])
    expect(mail?.headers['x-evil']).toBeUndefined()
    expect(mail?.headers['bcc']).toBeUndefined()
  })

  test('a recipient is one address: a list or a line end in it reaches nobody else', async () => {
    const other = address()
    for (const to of [
      `a@people.example, ${other}`,
      `a@people.example\r\nRCPT TO:<${other}>`,
      `a@people.example> <${other}`,
    ])
      await sendMail(mailbox.server, envelope(to)).catch(() => {})
    expect(await mailbox.to(other)).toEqual([])
  })
})

describe('a server that is not well', () => {
  test('that is not there is told so, and the mail waits', async () => {
    const port = await closedPort()
    await admin.post('/settings/mail', {
      host: '127.0.0.1',
      port: String(port),
      security: 'none',
      from: 'panel@kestrel.example',
    })
    const answer = await admin.post('/settings/mail/test')
    expect(answer.status).toBe(303)
    expect(await (await admin.get('/settings/mail')).text()).toContain(`Nothing listens at 127.0.0.1:${port}.`)
    await post(letter(address()))
    await panel.mail.flush()
    const [row] = await rows()
    expect(row?.sealed).not.toBeNull()
    expect(row?.nextAttemptAt).not.toBeNull()
  })

  test.each([
    ['says nothing', undefined],
    ['greets and then says nothing', '220 hello'],
  ])('that %s is given up after the deadline', async (_what, greeting) => {
    const server = greeting === undefined ? await smtp(() => undefined, '') : await smtp(() => undefined, greeting)
    const begun = performance.now()
    await expect(sendMail(server, envelope(address()), { stepMs: 300, wholeMs: 1000 })).rejects.toMatchObject({
      code: 'mail-not-sent',
      message: expect.stringContaining('did not answer in time'),
    })
    expect(performance.now() - begun).toBeLessThan(3000)
  })

  test('that keeps talking without an end is given up after the whole deadline', async () => {
    const server = await smtp((line, socket) => {
      if (!line.startsWith('EHLO')) return '250 ok'
      const timer = setInterval(() => socket.write('250-more\r\n'), 50)
      socket.on('close', () => clearInterval(timer))
      return undefined
    })
    await expect(sendMail(server, envelope(address()), { stepMs: 300, wholeMs: 1000 })).rejects.toMatchObject({
      code: 'mail-not-sent',
    })
  })

  test('that offers no STARTTLS gets neither password nor mail', async () => {
    const heard: string[] = []
    const server = await smtp((line) => {
      heard.push(line)
      return line.startsWith('EHLO') ? '250 test' : '500 what?'
    })
    const attempt = sendMail({ ...server, security: 'starttls', username: 'u', password: 'p' }, envelope(address()))
    await expect(attempt).rejects.toMatchObject({ code: 'mail-not-sent' })
    expect(heard.join('\n')).not.toMatch(/AUTH|MAIL FROM/i)
  })
})

describe('the settings', () => {
  const plain = { host: 'smtp.example.org', port: '587', security: 'starttls', from: 'panel@example.org' }

  test('without a server the panel says so, and a letter is not kept', async () => {
    expect(await (await admin.get('/settings/mail')).text()).toContain('No mail server is set.')
    expect(await post(letter(address()))).toBe(false)
    expect(await rows()).toEqual([])
  })

  test.each([
    ['host', 'smtp.example.org:25/x', 'A host name or an address'],
    ['port', '70000', 'Ports end at 65535'],
    ['security', 'maybe', 'One of tls'],
    ['from', 'Panel <panel@example.org>, x@y.z', 'An e-mail address'],
    ['from', 'panel@example.org\r\nBcc: x@y.example', 'An e-mail address'],
  ])('a wrong %s (%s) is told at its field and nothing is saved', async (field, value, sentence) => {
    const answer = await admin.post('/settings/mail', { ...plain, [field]: value })
    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain(sentence)
    expect(await (await admin.get('/settings/mail')).text()).toContain('No mail server is set.')
  })

  test('never show the password again; an empty one keeps it, but not for another server or user', async () => {
    await admin.post('/settings/mail', { ...plain, username: 'u', password: 'hunter2hunter2' })
    const text = await (await admin.get('/settings/mail')).text()
    expect(text).not.toContain('hunter2hunter2')
    expect((await admin.post('/settings/mail', { ...plain, username: 'u', port: '2525' })).status).toBe(303)
    expect((await admin.post('/settings/mail', { ...plain, username: 'u', host: 'evil.example' })).status).toBe(422)
    expect((await admin.post('/settings/mail', { ...plain, username: 'x' })).status).toBe(422)
    const api = await (await panel.owner.api()).get('/settings/mail')
    const answer = await api.text()
    expect(JSON.parse(answer)).toMatchObject({ source: 'settings', server: { port: 2525, hasPassword: true } })
    expect(answer).not.toContain('hunter2hunter2')
  })

  test('are written into the activity log without the password', async () => {
    await admin.post('/settings/mail', { ...plain, username: 'u', password: 'hunter2hunter2' })
    const { data } = await (await (await panel.owner.api()).get('/activity?kind=settings&limit=1')).json()
    expect(data).toMatchObject([{ action: 'settings.mail', subject: 'smtp.example.org:587' }])
    expect(JSON.stringify(data)).not.toContain('hunter2hunter2')
  })

  test('are nobody’s but an administrator’s', async () => {
    const user = await panel.addUser('Bob')
    const [browser, api] = [await user.browser(), await user.api()]
    expect((await browser.get('/settings/mail')).status).toBe(403)
    expect((await browser.post('/settings/mail', plain)).status).toBe(403)
    expect((await browser.post('/settings/mail/test')).status).toBe(403)
    expect((await api.get('/settings/mail')).status).toBe(403)
    expect((await api.delete('/settings/mail')).status).toBe(403)
    expect(await (await admin.get('/settings/mail')).text()).toContain('No mail server is set.')
  })

  test('are set by the owner alone, after a proof: whoever receives the letters could open any account', async () => {
    const settler = await panel.addUser('Sam')
    await giveRole(panel, settler.id, { permissions: ['platform.settings'] })
    const [browser, api] = [await settler.browser(), await settler.api()]
    const hers = { ...plain, host: 'mail.sam.example' }
    const put = (headers: Record<string, string>) => ({
      method: 'PUT',
      body: JSON.stringify({ ...hers, port: 587 }),
      headers: { ...headers, 'content-type': 'application/json' },
    })
    const byKey = (key: string) =>
      panel.browser().send('/api/v1/settings/mail', put({ authorization: `Bearer ${key}` }))
    for (const set of [false, true]) {
      if (set) await admin.post('/settings/mail', plain)
      expect((await browser.post('/settings/mail', hers)).status).toBe(403)
      expect(await (await byKey(api.key)).json()).toMatchObject({ status: 403, code: 'owner-only' })
      const page = await (await browser.get('/settings/mail')).text()
      expect(page).toContain('Only the owner sets it')
      expect(page).not.toContain('name="host"')
    }
    clock.now += 16 * 60_000
    expect(await (await admin.post('/settings/mail', hers)).text()).toContain('name="proof.password"')
    const session = await admin.send('/api/v1/settings/mail', put({ origin }))
    expect((await session.json()).code).toBe('proof-required')
    expect(await (await (await panel.owner.api()).get('/settings/mail')).json()).toMatchObject({
      server: { host: plain.host },
    })
    // What cannot send a letter anywhere else is theirs to do.
    expect((await browser.post('/settings/mail', { remove: 'true' })).status).toBe(303)
    expect(await (await admin.get('/settings/mail')).text()).toContain('No mail server is set.')
    expect((await browser.post('/settings/mail', hers)).status).toBe(403)
  })

  test('from the environment win and cannot be changed in the panel', async () => {
    const fixed: MailServer = {
      host: 'relay.example',
      port: 25,
      security: 'none',
      username: '',
      password: '',
      from: 'p@x.example',
    }
    await using other = await testPanel({ mailServer: fixed })
    const browser = await other.owner.browser()
    expect(await (await browser.get('/settings/mail')).text()).toContain('STELLAR_SMTP_URL')
    expect((await browser.post('/settings/mail', plain)).status).toBe(409)
    expect((await browser.post('/settings/mail', { remove: 'true' })).status).toBe(409)
  })
})
