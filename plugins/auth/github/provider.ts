// GitHub as an auth provider: OAuth 2 with PKCE, the account from its REST API.
import { OAuth2Client } from 'arctic'
import type { AuthProvider, ExternalIdentity } from 'stellar/plugin'
import { z } from 'stellar/plugin'

export interface GithubEndpoints {
  readonly authorize: string
  readonly token: string
  readonly api: string
}

const github: GithubEndpoints = {
  authorize: 'https://github.com/login/oauth/authorize',
  token: 'https://github.com/login/oauth/access_token',
  api: 'https://api.github.com',
}

const account = z.object({ id: z.int(), login: z.string(), name: z.string().nullish() })
const emails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))
const organisations = z.array(z.object({ login: z.string() }))

export interface GithubSettings {
  readonly clientId: string
  readonly clientSecret: string
}

export function githubProvider(
  { clientId, clientSecret }: GithubSettings,
  as: { readonly id: string; readonly label: string },
  endpoints: GithubEndpoints = github,
): AuthProvider {
  return {
    ...as,
    icon: 'github',
    authorizationUrl({ state, codeChallenge, redirectUri }) {
      const client = new OAuth2Client(clientId, clientSecret, redirectUri)
      // Addresses and organisations are private unless asked for.
      const url = client.createAuthorizationURL(endpoints.authorize, state, ['user:email', 'read:org'])
      url.searchParams.set('code_challenge', codeChallenge)
      url.searchParams.set('code_challenge_method', 'S256')
      return url
    },
    async identify({ code, codeVerifier, redirectUri }, signal) {
      const client = new OAuth2Client(clientId, clientSecret, redirectUri)
      const tokens = await client.validateAuthorizationCode(endpoints.token, code, codeVerifier)
      const ask = asker(endpoints.api, tokens.accessToken(), signal)
      const [user, addresses, groups] = await Promise.all([
        ask('/user').then((value) => account.parse(value)),
        ask('/user/emails?per_page=100').then((value) => emails.parse(value)),
        ask('/user/orgs?per_page=100').then((value) => organisations.parse(value)),
      ])
      const address = addresses.find(({ primary }) => primary)
      return {
        // The number: a login can be given up and taken by somebody else.
        subject: String(user.id),
        name: user.name || user.login,
        email: address?.email,
        emailVerified: address?.verified ?? false,
        groups: groups.map(({ login }) => login),
      } satisfies ExternalIdentity
    },
  }
}

function asker(api: string, token: string, signal: AbortSignal) {
  return async (path: string): Promise<unknown> => {
    const response = await fetch(api + path, {
      signal,
      redirect: 'error',
      // Required by GitHub: an agent, and the version of the API.
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'user-agent': 'stellar',
        'x-github-api-version': '2022-11-28',
      },
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw new Error(`GitHub answered ${path} with ${response.status}`)
    }
    return await response.json()
  }
}
