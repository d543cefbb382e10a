// The commands as processes on a real data folder: what they say, how they end, and what they leave alone.
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand as stellar } from '#core/testing/command.ts'
import { type Stellar, startStellar } from '#core/testing/stellar.ts'

const password = 'a horse of another colour'
const folders: string[] = []
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'stellar-cli-'))
  folders.push(made)
  return made
}
afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
})

async function signIn(url: string, email: string, secret: string): Promise<string | null> {
  const body = new URLSearchParams({ email, password: secret })
  const answer = await fetch(`${url}/sign-in`, { method: 'POST', body, headers: { origin: url }, redirect: 'manual' })
  return answer.headers.get('location')
}

const withoutOwner = { STELLAR_OWNER_EMAIL: '', STELLAR_OWNER_PASSWORD: '', STELLAR_OWNER_API_KEY_FILE: '' }

describe('stellar owner create', () => {
  test('without a panel makes the one owner, who signs in when the panel starts', async () => {
    const data = folder()
    const made = await stellar(['owner', 'create', '--email', 'ada@panel.test'], { data, input: `${password}\r\nmore` })
    expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining('ada@panel.test is the owner now.') })
    const second = await stellar(['owner', 'create', '--email', 'eve@panel.test'], { data, input: password })
    expect(second).toMatchObject({
      code: 1,
      stdout: '',
      sentences: ['stellar: This panel has an owner already. Sign in with that account.'],
    })
    expect(made.everything + second.everything).not.toContain('another colour')
    await using panel = await startStellar({ data, command: ['panel'], environment: withoutOwner })
    expect(panel.output()).not.toContain('/setup')
    expect(await signIn(panel.url, 'ada@panel.test', password)).toBe('/')
    expect(await signIn(panel.url, 'eve@panel.test', password)).toBeNull()
  }, 120_000)

  test('is left by Ctrl-D at the question for the password, and that is nobody’s mistake', async () => {
    const { code, everything } = await stellar(['owner', 'create', '--email', 'ada@panel.test'], {
      data: folder(),
      terminal: true,
      leaveAfter: /it is not shown/,
    })
    expect(code).toBe(130)
    expect(everything).toContain('stellar: Left at the question; nothing was done.')
    expect(everything).not.toContain('bug')
  })

  test('beside a running panel closes its set-up at once and leaves its database running', async () => {
    const data = folder()
    await using panel = await startStellar({ data, command: ['panel'], environment: withoutOwner })
    const location = async () =>
      (await fetch(`${panel.url}/servers`, { redirect: 'manual' })).headers.get('location')?.split('?')[0]
    expect(await location()).toBe('/setup')
    const run = { data, input: password }
    const [one, other] = await Promise.all([
      stellar(['owner', 'create', '--email', 'ada@panel.test', '--name', 'Ada'], run),
      stellar(['owner', 'create', '--email', 'eve@panel.test', '--name', 'Eve'], run),
    ])
    expect(new Set([one.code, other.code])).toEqual(new Set([0, 1]))
    expect(await location()).toBe('/sign-in')
    expect((await fetch(`${panel.url}/ready`)).status).toBe(200)
    expect(await signIn(panel.url, one.code === 0 ? 'ada@panel.test' : 'eve@panel.test', password)).toBe('/')
  }, 120_000)

  test.each([
    ['a password that is too short', ['--email', 'a@panel.test'], 'short\n', 1, 'password: At least 10 characters'],
    ['no password', ['--email', 'a@panel.test'], '', 2, 'No password came on standard input.'],
    ['no address', [], password, 2, 'The owner needs an e-mail address.'],
    ['what is no address', ['--email', 'nobody'], password, 1, 'email: An e-mail address such as'],
    ['a password as an argument', ['--email', 'a@panel.test', '--password', 'x'], '', 2, 'Unknown option'],
  ])('with %s says so and makes nothing', async (_, args, input, code, sentence) => {
    const data = join(folder(), 'data')
    const refused = await stellar(['owner', 'create', ...args], { data, input })
    expect(refused).toMatchObject({ code, stdout: '', sentences: [expect.stringContaining(sentence)] })
    expect(() => readdirSync(data)).toThrow('ENOENT')
  })
})

describe('stellar panel and migrate', () => {
  let data: string
  let panel: Stellar
  beforeAll(async () => {
    data = folder()
    panel = await startStellar({ data, command: ['panel'] })
  }, 120_000)
  afterAll(() => panel[Symbol.asyncDispose]())

  test('migrate works beside a running panel and ends', async () => {
    const migrated = await stellar(['migrate'], { data })
    expect(migrated).toMatchObject({ code: 0, stdout: expect.stringMatching(/^PostgreSQL 18\..* is up to date\.\n$/) })
    expect((await fetch(`${panel.url}/ready`)).status).toBe(200)
  }, 60_000)

  test('a second panel on the same data is refused and the first one does not notice', async () => {
    const second = await stellar(['panel'], { data })
    expect(second).toMatchObject({
      code: 1,
      stdout: '',
      sentences: [expect.stringMatching(/^stellar: Another Stellar panel \(process \d+\) already works with the data/)],
    })
    expect((await panel.api('GET', '/servers')).status).toBe(200)
  }, 60_000)

  test.each([
    ['STELLAR_PORT', 'The panel cannot listen on'],
    ['STELLAR_LINK_PORT', 'The link for nodes cannot listen on'],
  ])(
    'a port in use is one sentence that names %s, and the next start succeeds',
    async (setting, sentence) => {
      const own = folder()
      const other = createServer().listen(0, '127.0.0.1')
      await once(other, 'listening')
      const { port } = other.address() as { port: number }
      const refused = await stellar(['panel'], { data: own, environment: { [setting]: String(port) } })
      other.close()
      expect(refused).toMatchObject({ code: 1, stdout: '', sentences: [expect.stringContaining(sentence)] })
      expect(refused.sentences[0]).toContain(`127.0.0.1:${port}: another program uses this port.`)
      expect(refused.sentences[0]).toContain(setting)
      await using next = await startStellar({ data: own, command: ['panel'] })
      expect((await next.api('GET', '/servers')).status).toBe(200)
    },
    120_000,
  )

  // The system lets root write anywhere: as root, the command runs as nobody.
  const nobody = process.getuid?.() === 0 ? 65_534 : undefined
  test.each(['panel', 'migrate'])(
    '%s on a folder that cannot be used says why and makes nothing',
    async (command) => {
      const place = folder()
      writeFileSync(join(place, 'file'), 'mine')
      mkdirSync(join(place, 'locked'))
      chmodSync(place, 0o755)
      chmodSync(join(place, 'locked'), 0o555)
      const cases = [
        [join(place, 'file'), 'a file is in its place', undefined],
        [join(place, 'file', 'data'), 'a file is in its place', undefined],
        [join(place, 'locked', 'data'), 'this account may not write there', nobody],
        [join(place, 'locked'), 'this account may not write there', nobody],
      ] as const
      for (const [data, why, account] of cases) {
        const refused = await stellar([command], { data, account })
        expect(refused).toMatchObject({
          code: 1,
          stdout: '',
          sentences: [
            `stellar: The data folder ${data} cannot be used: ${why}. Set STELLAR_DATA to a folder that this account may write to.`,
          ],
        })
      }
      expect(readdirSync(place, { recursive: true })).toEqual(['file', 'locked'])
    },
    60_000,
  )

  test('a command that gets what it does not take says so', async () => {
    expect(await stellar(['panel', '--port', '80'], { data: folder() })).toMatchObject({
      code: 2,
      sentences: [expect.stringContaining('This command takes no arguments; it got “--port 80”.')],
    })
  })
})

test('the owner’s password may come from a file', async () => {
  const data = folder()
  const file = join(data, 'password')
  writeFileSync(file, `${password}\n`, { mode: 0o600 })
  const environment = {
    STELLAR_OWNER_EMAIL: 'ada@panel.test',
    STELLAR_OWNER_PASSWORD: '',
    STELLAR_OWNER_PASSWORD_FILE: file,
  }
  await using panel = await startStellar({ data, command: ['panel'], environment })
  expect(await signIn(panel.url, 'ada@panel.test', password)).toBe('/')
}, 120_000)

describe('stellar owner reset', () => {
  const tokenIn = (text: string) => /\/recover\?token=([\w-]{43})$/m.exec(text)?.[1] ?? ''
  const use = async (url: string, token: string) =>
    await fetch(`${url}/recover`, {
      method: 'POST',
      body: new URLSearchParams({ token, password: 'another horse entirely' }),
      headers: { origin: url },
      redirect: 'manual',
    })

  test('without a panel prints an address that lets the owner in when it runs; beside one it does too, once', async () => {
    const data = folder()
    expect(await stellar(['owner', 'reset'], { data })).toMatchObject({
      code: 1,
      stdout: '',
      sentences: expect.arrayContaining([expect.stringContaining('This panel has no owner yet.')]),
    })
    await stellar(['owner', 'create', '--email', 'ada@panel.test'], { data, input: password })
    const before = await stellar(['owner', 'reset'], { data })
    expect(before).toMatchObject({ code: 0, stdout: expect.stringContaining('Here ada@panel.test gets back in, once') })
    await using panel = await startStellar({ data, command: ['panel'], environment: withoutOwner })
    expect((await use(panel.url, tokenIn(before.stdout))).headers.get('location')).toBe('/account/security')
    expect(await signIn(panel.url, 'ada@panel.test', 'another horse entirely')).toBe('/')
    expect(await signIn(panel.url, 'ada@panel.test', password)).toBeNull()
    const beside = await stellar(['owner', 'reset'], { data })
    const token = tokenIn(beside.stdout)
    expect(panel.output() + beside.stderr).not.toContain(token)
    const answers = await Promise.all([use(panel.url, token), use(panel.url, token)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([303, 410])
    expect(panel.output()).not.toContain(token)
  }, 120_000)
})

describe('stellar ready', () => {
  test('says by its exit code whether the panel can do its work', async () => {
    const data = folder()
    await using panel = await startStellar({ data, command: ['panel'], environment: withoutOwner })
    const environment = { STELLAR_HOST: '0.0.0.0', STELLAR_PORT: new URL(panel.url).port }
    expect(await stellar(['ready'], { data, environment })).toMatchObject({ code: 0, stdout: 'ready\n', sentences: [] })
    await panel.stop()
    expect(await stellar(['ready', '--wait', '1'], { data, environment })).toMatchObject({
      code: 6,
      stdout: '',
      sentences: [
        expect.stringMatching(
          /^stellar: The panel at http:\/\/127\.0\.0\.1:\d+\/ready is not ready: it does not answer/,
        ),
      ],
    })
  }, 120_000)

  test('does not take something else on that port for a panel', async () => {
    const other = createHttpServer((_request, response) => response.end('{"status":"ready"}')).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const environment = { STELLAR_PORT: String((other.address() as AddressInfo).port) }
    const asked = await stellar(['ready'], { data: folder(), environment })
    other.close()
    expect(asked).toMatchObject({
      code: 6,
      sentences: [expect.stringContaining('something else than a panel answers')],
    })
  })

  test('wants to know the port, and how long to wait', async () => {
    const data = folder()
    expect(await stellar(['ready'], { data })).toMatchObject({
      code: 2,
      sentences: [expect.stringContaining('STELLAR_PORT is 0')],
    })
    expect(await stellar(['ready', '--wait', 'long'], { data })).toMatchObject({
      code: 2,
      sentences: [expect.stringContaining('it is “long”')],
    })
  })
})
