import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readEnvironment } from './environment.ts'

const folder = mkdtempSync(join(tmpdir(), 'stellar-environment-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('an empty environment gives the defaults', () => {
  expect(readEnvironment({ PATH: '/bin', STELLAR_URL: '  ' }, '/srv')).toEqual({
    host: '127.0.0.1',
    port: 3000,
    linkHost: '127.0.0.1',
    linkPort: 8443,
    dataDirectory: '/srv/data',
    url: undefined,
    databaseUrl: undefined,
    owner: undefined,
    ownerApiKeyFile: undefined,
    mailServer: undefined,
    installDocker: undefined,
    logLevel: 'info',
    trustedProxies: [],
    apiPerMinute: undefined,
    token: undefined,
    unknown: [],
  })
})

test('every setting is read, paths against the working directory', () => {
  const environment = readEnvironment(
    {
      STELLAR_HOST: '0.0.0.0',
      STELLAR_PORT: '0',
      STELLAR_LINK_PORT: '9443',
      STELLAR_DATA: 'var/../lib',
      STELLAR_URL: 'https://panel.example/',
      DATABASE_URL: 'postgres://u:p@db/panel',
      STELLAR_OWNER_EMAIL: 'ada@example.test',
      STELLAR_OWNER_PASSWORD: ' spaces stay ',
      STELLAR_OWNER_API_KEY_FILE: 'key',
      STELLAR_INSTALL_DOCKER: '1',
      STELLAR_LOG_LEVEL: 'debug',
      STELLAR_TRUSTED_PROXIES: '10.0.0.1, fd00::1, 172.16.0.0/12',
      STELLAR_API_LIMIT: '100',
    },
    '/srv',
  )
  expect(environment).toMatchObject({
    host: '0.0.0.0',
    port: 0,
    linkHost: '0.0.0.0',
    linkPort: 9443,
    dataDirectory: '/srv/lib',
    url: 'https://panel.example',
    databaseUrl: 'postgres://u:p@db/panel',
    owner: { email: 'ada@example.test', password: ' spaces stay ' },
    ownerApiKeyFile: '/srv/key',
    installDocker: true,
    logLevel: 'debug',
    trustedProxies: ['10.0.0.1', 'fd00::1', '172.16.0.0/12'],
    apiPerMinute: 100,
  })
})

test.each([
  ['STELLAR_PORT', 'tcp://10.0.0.1:3000'],
  ['STELLAR_PORT', '65536'],
  ['STELLAR_PORT', '3000.5'],
  ['STELLAR_HOST', 'http://x'],
  ['STELLAR_URL', 'panel.example'],
  ['STELLAR_URL', 'https://panel.example/sub'],
  ['STELLAR_URL', 'ftp://panel.example'],
  ['STELLAR_INSTALL_DOCKER', 'yes'],
  ['STELLAR_LOG_LEVEL', 'loud'],
  ['STELLAR_TRUSTED_PROXIES', '10.0.0.1,bad host'],
  ['STELLAR_TRUSTED_PROXIES', 'proxy.example'],
  ['STELLAR_TRUSTED_PROXIES', '10.0.0.0/33'],
  ['STELLAR_API_LIMIT', 'many'],
])('%s=%s is refused with what was expected and what came', (name, value) => {
  expect(() => readEnvironment({ [name]: value })).toThrow(new RegExp(`^${name} must be .+; it is .+\\.$`))
})

test.each([
  ['STELLAR_OWNER_EMAIL', { STELLAR_OWNER_PASSWORD: 'secret-password' }],
  ['STELLAR_OWNER_PASSWORD', { STELLAR_OWNER_EMAIL: 'a@b' }],
  ['STELLAR_OWNER_EMAIL', { STELLAR_OWNER_EMAIL: 'nobody', STELLAR_OWNER_PASSWORD: 'secret-password' }],
  ['DATABASE_URL', { DATABASE_URL: 'mysql://u:secret-password@db/x' }],
  ['DATABASE_URL', { DATABASE_URL: 'secret-password' }],
])('a wrong %s is named, and no secret is shown', (name, env) => {
  expect(() => readEnvironment(env)).toThrow(name)
  expect(() => readEnvironment(env)).not.toThrow('secret-password')
})

test('secrets come from files too, without the line break at the end', () => {
  const file = join(folder, 'password')
  writeFileSync(file, 'from a file\n')
  const env = { STELLAR_OWNER_EMAIL: 'a@b', STELLAR_OWNER_PASSWORD_FILE: file }
  expect(readEnvironment(env).owner?.password).toBe('from a file')
})

test.each([
  ['is missing', join(folder, 'gone'), 'a file that can be read'],
  ['is empty', write('empty', '\n'), 'one line of text'],
  ['has several lines', write('lines', 'a\nb\n'), 'one line of text'],
])('a secret file that %s is refused', (_, file, expected) => {
  expect(() => readEnvironment({ DATABASE_URL_FILE: file })).toThrow(expected)
})

test('a secret given twice is refused', () => {
  const env = { DATABASE_URL: 'postgres://x/y', DATABASE_URL_FILE: write('twice', 'postgres://x/y') }
  expect(() => readEnvironment(env)).toThrow('DATABASE_URL_FILE must be absent when DATABASE_URL is set')
})

test('unknown STELLAR_ variables are reported, not refused; those of tests are nobody’s business', () => {
  const env = {
    STELLAR_HSOT: 'x',
    STELLAR_SERVICE_HOST: '10.0.0.1',
    STELLAR_TEST_DATABASE_URL: 'x',
    STELLAR_SECRET_KEY: 'x',
  }
  expect(readEnvironment(env).unknown).toEqual(['STELLAR_HSOT', 'STELLAR_SERVICE_HOST'])
})

function write(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

test.each([
  [
    'smtp://u%40x:p%2Fw@mail.example',
    { host: 'mail.example', port: 587, security: 'starttls', username: 'u@x', password: 'p/w' },
  ],
  ['smtps://mail.example', { host: 'mail.example', port: 465, security: 'tls', username: '', password: '' }],
  ['smtp://127.0.0.1:2525?security=none', { host: '127.0.0.1', port: 2525, security: 'none' }],
])('the mail server %s is understood', (url, expected) => {
  const { mailServer } = readEnvironment({ STELLAR_SMTP_URL: url, STELLAR_MAIL_FROM: 'panel@example.org' })
  expect(mailServer).toMatchObject({ ...expected, from: 'panel@example.org' })
})

test.each([
  [
    { STELLAR_SMTP_URL: 'https://user:hunter2@mail.example', STELLAR_MAIL_FROM: 'p@x.example' },
    'STELLAR_SMTP_URL must be',
  ],
  [
    { STELLAR_SMTP_URL: 'smtp://mail.example?security=off', STELLAR_MAIL_FROM: 'p@x.example' },
    'STELLAR_SMTP_URL must be',
  ],
  [{ STELLAR_SMTP_URL: 'smtp://mail.example' }, 'STELLAR_MAIL_FROM must be'],
  [{ STELLAR_MAIL_FROM: 'p@x.example' }, 'STELLAR_MAIL_FROM must be'],
])('a mail server that does not fit stops the start without telling the password: %j', (variables, sentence) => {
  expect(() => readEnvironment(variables)).toThrow(sentence)
  expect(() => readEnvironment(variables)).not.toThrow('hunter2')
})
