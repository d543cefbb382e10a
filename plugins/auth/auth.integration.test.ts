// GitHub and Discord against servers of ours on loopback that answer as theirs do.
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import type { AuthProvider, SignInAnswer } from 'stellar/plugin'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { discordProvider } from './discord/provider.ts'
import { githubProvider } from './github/provider.ts'

const settings = { clientId: 'client', clientSecret: 'secret' }
const as = { id: 'it', label: 'It' }
const signal = () => AbortSignal.timeout(5000)
const answer = (code: string): SignInAnswer => ({
  code,
  codeVerifier: 'verifier',
  state: 'state',
  nonce: 'nonce',
  redirectUri: 'https://panel.example/back',
  returnedTo: new URL('https://panel.example/back'),
})

const answers = new Map<string, unknown>()
const seen: { readonly path: string; readonly authorization: string | undefined; readonly body: string }[] = []
const server = createServer((request, response) => {
  void reply(request).then(({ status, body }) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
})
let base = ''

/** The token endpoint knows one code; everything else wants the token. */
async function reply(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const body = await text(request)
  const { url = '', headers } = request
  seen.push({ path: url, authorization: headers.authorization, body })
  if (url === '/token') {
    const right = new URLSearchParams(body).get('code') === 'good'
    return {
      status: 200,
      body: right ? { access_token: 'token', token_type: 'bearer' } : { error: 'bad_verification_code' },
    }
  }
  if (headers.authorization !== 'Bearer token') return { status: 401, body: {} }
  const known = answers.get(url.split('?')[0] ?? '')
  return known === undefined ? { status: 404, body: {} } : { status: 200, body: known }
}

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterAll(() => server.close())

const endpoints = () => ({ authorize: `${base}/authorize`, token: `${base}/token`, api: base })

describe.each<[string, () => AuthProvider]>([
  ['GitHub', () => githubProvider(settings, as, endpoints())],
  ['Discord', () => discordProvider(settings, as, endpoints())],
])('%s', (_, open) => {
  test('is asked with PKCE, our state and our address', async () => {
    const request = { state: 's', nonce: 'n', codeChallenge: 'challenge', redirectUri: 'https://panel.example/back' }
    const { searchParams } = await open().authorizationUrl(request, signal())
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'client',
      state: 's',
      code_challenge: 'challenge',
      code_challenge_method: 'S256',
      redirect_uri: 'https://panel.example/back',
    })
  })

  test('a code that it does not know is refused, and nothing is asked of its API', async () => {
    const before = seen.filter(({ body }) => body.includes('code=bad')).length
    await expect(open().identify(answer('bad'), signal())).rejects.toThrow()
    const tried = seen.filter(({ body }) => body.includes('code=bad'))
    expect(tried.length - before).toBe(1)
    expect(seen.some(({ authorization }) => authorization === 'Bearer undefined')).toBe(false)
  })

  test('the code is redeemed with the verifier and the secret', async () => {
    seen.length = 0
    await open()
      .identify(answer('good'), signal())
      .catch(() => undefined)
    const redeemed = seen.find(({ path }) => path === '/token')
    expect(Object.fromEntries(new URLSearchParams(redeemed?.body))).toMatchObject({
      code: 'good',
      code_verifier: 'verifier',
      redirect_uri: 'https://panel.example/back',
    })
    expect(redeemed?.authorization).toBe(`Basic ${Buffer.from('client:secret').toString('base64')}`)
  })
})

describe('an account of GitHub', () => {
  const github = () => githubProvider(settings, as, endpoints())
  beforeAll(() => {
    answers.set('/user', { id: 583_231, login: 'octocat', name: null })
    answers.set('/user/orgs', [{ login: 'kestrel' }])
  })

  test('is its number, not its changeable login, and the primary address with what GitHub says of it', async () => {
    answers.set('/user/emails', [
      { email: 'old@example.org', primary: false, verified: true },
      { email: 'octo@example.org', primary: true, verified: true },
    ])
    expect(await github().identify(answer('good'), signal())).toEqual({
      subject: '583231',
      name: 'octocat',
      email: 'octo@example.org',
      emailVerified: true,
      groups: ['kestrel'],
    })
  })

  test('with an address that is not confirmed is not said to have one', async () => {
    answers.set('/user/emails', [{ email: 'octo@example.org', primary: true, verified: false }])
    expect(await github().identify(answer('good'), signal())).toMatchObject({ emailVerified: false })
  })

  test('of another shape is refused', async () => {
    answers.set('/user', { id: 'octocat' })
    await expect(github().identify(answer('good'), signal())).rejects.toThrow()
  })
})

describe('an account of Discord', () => {
  const discord = () => discordProvider(settings, as, endpoints())
  beforeAll(() => answers.set('/users/@me/guilds', [{ id: '41771983423143937', name: 'Kestrel' }]))

  test('is its id, and its guilds are their ids', async () => {
    answers.set('/users/@me', {
      id: '80351110224678912',
      username: 'nelly',
      email: 'nelly@example.org',
      verified: true,
    })
    expect(await discord().identify(answer('good'), signal())).toEqual({
      subject: '80351110224678912',
      name: 'nelly',
      email: 'nelly@example.org',
      emailVerified: true,
      groups: ['41771983423143937'],
    })
  })

  test('without an address, or with one that is not confirmed, has no confirmed one', async () => {
    answers.set('/users/@me', { id: '1', username: 'nelly', email: null })
    expect(await discord().identify(answer('good'), signal())).toMatchObject({ email: undefined, emailVerified: false })
  })
})
