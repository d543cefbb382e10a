// Sign-in with Discord: set up in the panel, or by settings here.
import { definePlugin, oauth2Credentials, oauth2Kind } from 'stellar/plugin'

const help = 'On discord.com/developers: New application → OAuth2.'

export const discord = definePlugin({
  name: 'discord',
  summary: 'People sign in with their Discord accounts.',
  config: oauth2Credentials.optional(),
  async panel({ config }) {
    const { discordProvider } = await import('./provider.ts')
    const as = { id: 'discord', label: 'Discord' }
    return {
      authProviders: config ? [discordProvider(config, as)] : [],
      authProviderKinds: [oauth2Kind({ ...as, icon: 'discord', help }, discordProvider)],
    }
  },
})
