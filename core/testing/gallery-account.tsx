// The account pages of the gallery, and signing in with a second factor.
import type { Context, Hono } from 'hono'
import type { Shell } from '#views/models.ts'
import { AppSetupPage } from '#views/pages/account/app-setup.tsx'
import { AccountDeletePage } from '#views/pages/account/delete.tsx'
import { KeysPage } from '#views/pages/account/keys.tsx'
import { LinksPage } from '#views/pages/account/links.tsx'
import { RecoveryCodesPage } from '#views/pages/account/recovery-codes.tsx'
import { SecurityPage } from '#views/pages/account/security.tsx'
import { AccountPage } from '#views/pages/account.tsx'
import { ProvePage } from '#views/pages/prove.tsx'
import { EditProviderPage } from '#views/pages/settings/provider.tsx'
import { ProvidersPage } from '#views/pages/settings/providers.tsx'
import { SignInSecondPage } from '#views/pages/sign-in-second.tsx'
import { urls } from '#views/urls.ts'
import { galleryKeys, galleryPasskeys, gallerySessions } from './gallery-fixtures.ts'

export const galleryProviders = [
  { id: 'github', label: 'GitHub', icon: 'github' },
  { id: 'discord', label: 'Discord', icon: 'discord' },
  { id: 'openid-connect', label: 'Kestrel ID', icon: 'openid' },
] as const

export const accountGalleryPages = [
  '/account',
  '/account/keys',
  '/account/keys?new-key',
  '/account/keys?chosen',
  '/account/delete',
  '/account/security',
  '/account/security?bare',
  '/account/security/totp',
  '/account/security/totp?error',
  '/account/security/recovery-codes',
  '/account/prove',
  '/account/prove?linked',
  '/account/links',
  '/account/links?none',
  '/settings/providers',
  '/settings/providers/openid-connect',
  '/settings/providers/openid-connect?errors',
  '/sign-in/second',
  '/sign-in/second?recovery',
] as const

export function mountAccountGallery(app: Hono, shell: (c: Context) => Shell): void {
  const asked = (c: Context, name: string): boolean => c.req.query(name) !== undefined
  const stage = { instance: 'kestrel.example', version: 'test' }
  app.get(urls.account.pattern, (c) => c.html(<AccountPage shell={shell(c)} />))
  app.get(urls.accountDelete.pattern, (c) =>
    c.html(<AccountDeletePage shell={shell(c)} servers={2} values={{}} errors={{}} />),
  )
  app.get(urls.accountKeys.pattern, (c) => {
    const chosen = asked(c, 'chosen') ? 'chosen' : 'all'
    return c.html(
      <KeysPage
        shell={shell(c)}
        keys={galleryKeys()}
        newKey={asked(c, 'new-key') ? 'stellar_key_1a2b3c4d_4fQ8mWx2K9dR7pLzT1vYb6NcHsJ0aEgU' : undefined}
        rows={[
          {
            name: 'server.start',
            group: 'Power',
            words: 'Start the server',
            danger: 'low',
            later: false,
            checked: true,
          },
          { name: 'server.delete', group: 'Server', words: 'Delete it', danger: 'high', later: true, checked: false },
        ]}
        servers={[{ id: 'skyforge', name: 'Skyforge', checked: true }]}
        values={{ scope: chosen, reach: chosen, allowedAddresses: chosen === 'chosen' ? '192.0.2.300' : '' }}
        errors={chosen === 'chosen' ? { allowedAddresses: 'An address or a network.' } : {}}
      />,
    )
  })
  app.get(urls.accountSecurity.pattern, (c) => {
    const bare = asked(c, 'bare')
    return c.html(
      <SecurityPage
        shell={shell(c)}
        factors={
          bare
            ? { password: false, totp: false, passkeys: 0, recoveryCodes: 0 }
            : { password: true, totp: true, passkeys: 2, recoveryCodes: 7 }
        }
        passkeys={bare ? [] : galleryPasskeys()}
        passkeysPossible={!bare}
        proven
        sessions={bare ? gallerySessions().slice(0, 1) : gallerySessions()}
        errors={bare ? { password: 'At least 10 characters; a few words are good.' } : {}}
      />,
    )
  })
  app.get(urls.accountTotp.pattern, (c) => {
    const setup = {
      secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
      uri: 'otpauth://totp/kestrel.example:mara@kestrel.example?issuer=kestrel.example&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    }
    const error = asked(c, 'error') ? 'That is not the current code.' : undefined
    return c.html(<AppSetupPage shell={shell(c)} setup={setup} error={error} />)
  })
  app.get(urls.accountRecoveryCodes.pattern, (c) => {
    const codes = Array.from({ length: 10 }, (_, index) => `abcd${index % 6}-fgh2${index % 6}`.replaceAll(/[01]/g, '7'))
    return c.html(<RecoveryCodesPage shell={shell(c)} codes={codes} done="Authenticator app added." />)
  })
  app.get('/account/prove', (c) =>
    c.html(
      <ProvePage
        {...stage}
        action={urls.accountTotpRemoval()}
        kept={[['name', 'Laptop']]}
        password={!asked(c, 'linked')}
        code={!asked(c, 'linked')}
        passkey={!asked(c, 'linked')}
        providers={galleryProviders}
        error={undefined}
      />,
    ),
  )
  app.get(urls.accountLinks.pattern, (c) => {
    const [provider, ...others] = galleryProviders
    const linked = provider && !asked(c, 'none')
    return c.html(
      <LinksPage
        shell={shell(c)}
        linked={
          linked
            ? [
                {
                  id: 'l1',
                  provider,
                  label: 'Mara Lin (mara@kestrel.example)',
                  createdAt: '2026-05-04T10:00:00.000Z',
                  lastUsedAt: undefined,
                },
              ]
            : []
        }
        others={linked ? others : []}
      />,
    )
  })
  app.get(urls.settingsProviders.pattern, (c) =>
    c.html(
      <ProvidersPage
        shell={shell(c)}
        providers={galleryProviders.map((provider, index) => ({
          ...provider,
          enabled: index !== 1,
          provision: index === 2,
          roles: index,
          linked: index * 3 + 1,
          configured: index === 0,
        }))}
        kinds={galleryProviders}
      />,
    ),
  )
  app.get(urls.settingsProvider.pattern, (c) => {
    const bare = asked(c, 'errors')
    return c.html(
      <EditProviderPage
        shell={shell(c)}
        id={bare ? undefined : 'openid-connect'}
        kind={{
          id: 'openid-connect',
          label: 'OpenID Connect',
          help: 'At the provider: a confidential web client with the authorization code flow.',
          fields: [
            { name: 'issuer', label: 'Issuer', kind: 'url', hint: 'e.g. https://id.example.org/realms/main' },
            { name: 'clientId', label: 'Client ID', kind: 'text' },
            { name: 'clientSecret', label: 'Client secret', kind: 'secret' },
          ],
        }}
        label="Kestrel ID"
        values={bare ? {} : { issuer: 'https://id.kestrel.example/realms/main', clientId: 'panel' }}
        hasSecrets={!bare}
        policy={{ enabled: true, provision: true, linkByEmail: false, roles: [{ group: 'crew', roleId: 'r1' }] }}
        roles={[{ id: 'r1', name: 'Moderator' }]}
        emptyLines={2}
        redirectUri="https://kestrel.example/sign-in/with/openid-connect/return"
        errors={bare ? { 'values.issuer': 'Issuer is missing.' } : {}}
      />,
    )
  })
  app.get(urls.signInSecond.pattern, (c) =>
    c.html(<SignInSecondPage {...stage} code recovery={asked(c, 'recovery')} passkey error="That was not right." />),
  )
}
