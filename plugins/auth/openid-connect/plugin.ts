// Sign-in with any OpenID Connect provider: Keycloak, Authentik, Authelia, Entra ID, Google … Several at once.
import { definePlugin, z } from 'stellar/plugin'

const one = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'lower-case letters, digits and dashes'),
  label: z.string().min(1),
  issuer: z.url(),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  scopes: z.string().optional(),
  groupsClaim: z.string().optional(),
})

export const openidConnect = definePlugin({
  name: 'openid-connect',
  summary: 'People sign in with an OpenID Connect provider: Keycloak, Authentik, Entra ID, Google and others.',
  config: z.strictObject({ providers: z.array(one).max(20) }).optional(),
  async panel({ config }) {
    const { openIdProvider } = await import('./provider.ts')
    return {
      authProviders: (config?.providers ?? []).map(({ id, label, scopes, groupsClaim, ...rest }) =>
        openIdProvider({ ...rest, ...(scopes && { scopes }), ...(groupsClaim && { groupsClaim }) }, { id, label }),
      ),
      authProviderKinds: [
        {
          id: 'openid-connect',
          label: 'OpenID Connect',
          icon: 'openid',
          help: 'At the provider: a confidential web client with the authorization code flow.',
          fields: [
            {
              name: 'issuer',
              label: 'Issuer',
              kind: 'url',
              hint: 'e.g. https://id.example.org/realms/main; below it lies /.well-known/openid-configuration.',
            },
            { name: 'clientId', label: 'Client ID', kind: 'text' },
            { name: 'clientSecret', label: 'Client secret', kind: 'secret' },
            { name: 'scopes', label: 'Scopes', kind: 'text', default: 'openid profile email' },
            {
              name: 'groupsClaim',
              label: 'Claim with groups',
              kind: 'text',
              default: 'groups',
              hint: 'For roles by group; dots lead into objects, as in realm_access.roles.',
            },
          ],
          open: ({ issuer = '', clientId = '', clientSecret = '', scopes = '', groupsClaim = '' }, as) =>
            openIdProvider(
              { issuer, clientId, clientSecret, ...(scopes && { scopes }), ...(groupsClaim && { groupsClaim }) },
              as,
            ),
        },
      ],
    }
  },
})
