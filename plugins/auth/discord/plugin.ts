// Sign-in with Discord: set up in the panel, or by settings here.
import { definePlugin, z } from 'stellar/plugin'

const settings = z.strictObject({ clientId: z.string().min(1), clientSecret: z.string().min(1) }).optional()

export const discord = definePlugin({
  name: 'discord',
  summary: 'People sign in with their Discord accounts.',
  config: settings,
  async panel({ config }) {
    const { discordProvider } = await import('./provider.ts')
    return {
      authProviders: config ? [discordProvider(config, { id: 'discord', label: 'Discord' })] : [],
      authProviderKinds: [
        {
          id: 'discord',
          label: 'Discord',
          icon: 'discord',
          help: 'On discord.com/developers: New application → OAuth2.',
          fields: [
            { name: 'clientId', label: 'Client ID', kind: 'text' },
            { name: 'clientSecret', label: 'Client secret', kind: 'secret' },
          ],
          open: ({ clientId = '', clientSecret = '' }, as) => discordProvider({ clientId, clientSecret }, as),
        },
      ],
    }
  },
})
