// Discord as an auth provider: OAuth 2 with PKCE, the account and its servers from the API.
import { OAuth2Client } from 'arctic'
import type { AuthProvider } from 'stellar/plugin'
import { z } from 'stellar/plugin'

export interface DiscordEndpoints {
  readonly authorize: string
  readonly token: string
  readonly api: string
}

const discord: DiscordEndpoints = {
  authorize: 'https://discord.com/oauth2/authorize',
  token: 'https://discord.com/api/oauth2/token',
  api: 'https://discord.com/api/v10',
}

const account = z.object({
  id: z.string(),
  username: z.string(),
  global_name: z.string().nullish(),
  email: z.string().nullish(),
  verified: z.boolean().optional(),
})
const guilds = z.array(z.object({ id: z.string() }))

export interface DiscordSettings {
  readonly clientId: string
  readonly clientSecret: string
}

export function discordProvider(
  { clientId, clientSecret }: DiscordSettings,
  as: { readonly id: string; readonly label: string },
  endpoints: DiscordEndpoints = discord,
): AuthProvider {
  return {
    ...as,
    icon: 'discord',
    authorizationUrl({ state, codeChallenge, redirectUri }) {
      const client = new OAuth2Client(clientId, clientSecret, redirectUri)
      const url = client.createAuthorizationURL(endpoints.authorize, state, ['identify', 'email', 'guilds'])
      url.searchParams.set('code_challenge', codeChallenge)
      url.searchParams.set('code_challenge_method', 'S256')
      return url
    },
    async identify({ code, codeVerifier, redirectUri }, signal) {
      const client = new OAuth2Client(clientId, clientSecret, redirectUri)
      const tokens = await client.validateAuthorizationCode(endpoints.token, code, codeVerifier)
      const ask = async (path: string): Promise<unknown> => {
        const response = await fetch(endpoints.api + path, {
          signal,
          redirect: 'error',
          headers: { authorization: `Bearer ${tokens.accessToken()}` },
        })
        if (!response.ok) {
          await response.body?.cancel()
          throw new Error(`Discord answered ${path} with ${response.status}`)
        }
        return await response.json()
      }
      const [user, member] = await Promise.all([
        ask('/users/@me').then((value) => account.parse(value)),
        ask('/users/@me/guilds').then((value) => guilds.parse(value)),
      ])
      return {
        subject: user.id,
        name: user.global_name || user.username,
        email: user.email ?? undefined,
        emailVerified: user.verified ?? false,
        // By id: the name of a guild is anybody's to choose.
        groups: member.map(({ id }) => id),
      }
    },
  }
}
