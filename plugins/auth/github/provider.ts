// GitHub as an auth provider: the account from its REST API.
import {
  type AuthProvider,
  type OAuth2Credentials,
  type OAuth2Endpoints,
  oauth2Provider,
  type ProviderName,
  z,
} from 'stellar/plugin'

const github: OAuth2Endpoints = {
  authorize: 'https://github.com/login/oauth/authorize',
  token: 'https://github.com/login/oauth/access_token',
  api: 'https://api.github.com',
}

const account = z.object({ id: z.int(), login: z.string(), name: z.string().nullish() })
const emails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }))
const organisations = z.array(z.object({ login: z.string() }))

export function githubProvider(
  credentials: OAuth2Credentials,
  as: ProviderName,
  endpoints: OAuth2Endpoints = github,
): AuthProvider {
  return oauth2Provider(
    {
      name: 'GitHub',
      icon: 'github',
      endpoints,
      // Addresses and organisations are private unless asked for.
      scopes: ['user:email', 'read:org'],
      // Required by GitHub: an agent, and the version of the API.
      headers: {
        accept: 'application/vnd.github+json',
        'user-agent': 'stellar',
        'x-github-api-version': '2022-11-28',
      },
      async identify(ask) {
        const [user, addresses, groups] = await Promise.all([
          ask('/user', account),
          ask('/user/emails?per_page=100', emails),
          ask('/user/orgs?per_page=100', organisations),
        ])
        const address = addresses.find(({ primary }) => primary)
        return {
          // The number: a login can be given up and taken by somebody else.
          subject: String(user.id),
          name: user.name || user.login,
          email: address?.email,
          emailVerified: address?.verified ?? false,
          groups: groups.map(({ login }) => login),
        }
      },
    },
    credentials,
    as,
  )
}
