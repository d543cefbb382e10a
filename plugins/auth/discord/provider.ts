// Discord as an auth provider: the account and its servers from the API.
import {
  type AuthProvider,
  type OAuth2Credentials,
  type OAuth2Endpoints,
  oauth2Provider,
  type ProviderName,
  z,
} from 'stellar/plugin'

const discord: OAuth2Endpoints = {
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

export function discordProvider(
  credentials: OAuth2Credentials,
  as: ProviderName,
  endpoints: OAuth2Endpoints = discord,
): AuthProvider {
  return oauth2Provider(
    {
      name: 'Discord',
      icon: 'discord',
      endpoints,
      scopes: ['identify', 'email', 'guilds'],
      async identify(ask) {
        const [user, member] = await Promise.all([ask('/users/@me', account), ask('/users/@me/guilds', guilds)])
        return {
          subject: user.id,
          name: user.global_name || user.username,
          email: user.email ?? undefined,
          emailVerified: user.verified ?? false,
          // By id: the name of a guild is anybody's to choose.
          groups: member.map(({ id }) => id),
        }
      },
    },
    credentials,
    as,
  )
}
