// Sign-in with GitHub: set up in the panel, or by settings here.
import { definePlugin, z } from 'stellar/plugin'

const settings = z.strictObject({ clientId: z.string().min(1), clientSecret: z.string().min(1) }).optional()

export const github = definePlugin({
  name: 'github',
  summary: 'People sign in with their GitHub accounts.',
  config: settings,
  async panel({ config }) {
    const { githubProvider } = await import('./provider.ts')
    return {
      authProviders: config ? [githubProvider(config, { id: 'github', label: 'GitHub' })] : [],
      authProviderKinds: [
        {
          id: 'github',
          label: 'GitHub',
          icon: 'github',
          help: 'On GitHub: Settings → Developer settings → OAuth apps → New OAuth app.',
          fields: [
            { name: 'clientId', label: 'Client ID', kind: 'text' },
            { name: 'clientSecret', label: 'Client secret', kind: 'secret' },
          ],
          open: ({ clientId = '', clientSecret = '' }, as) => githubProvider({ clientId, clientSecret }, as),
        },
      ],
    }
  },
})
