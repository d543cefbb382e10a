// Sign-in with GitHub: set up in the panel, or by settings here.
import { definePlugin, oauth2Credentials, oauth2Kind } from 'stellar/plugin'

const help = 'On GitHub: Settings → Developer settings → OAuth apps → New OAuth app.'

export const github = definePlugin({
  name: 'github',
  summary: 'People sign in with their GitHub accounts.',
  config: oauth2Credentials.optional(),
  async panel({ config }) {
    const { githubProvider } = await import('./provider.ts')
    const as = { id: 'github', label: 'GitHub' }
    return {
      authProviders: config ? [githubProvider(config, as)] : [],
      authProviderKinds: [oauth2Kind({ ...as, icon: 'github', help }, githubProvider)],
    }
  },
})
