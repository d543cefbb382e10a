// Any OpenID Connect provider: discovery, PKCE, nonce and the ID token's signature by the certified openid-client.
import type { Configuration } from 'openid-client'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  discovery,
  fetchUserInfo,
} from 'openid-client'
import { type AuthProvider, PublicError } from 'stellar/plugin'

export interface OpenIdSettings {
  /** Address below which `/.well-known/openid-configuration` lies. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Space-separated; `openid` is always among them. */
  readonly scopes?: string
  /** Claim that holds groups or roles; dots lead into objects, as in Keycloak's `realm_access.roles`. */
  readonly groupsClaim?: string
}

/** What a provider's discovery document says changes rarely: keys are fetched anew by the library when it must. */
const discoveredMs = 10 * 60_000

export function openIdProvider(
  settings: OpenIdSettings,
  as: { readonly id: string; readonly label: string },
): AuthProvider {
  const issuer = issuerOf(settings.issuer)
  const { clientId, clientSecret, scopes = 'openid profile email', groupsClaim = 'groups' } = settings
  let known: { readonly config: Promise<Configuration>; readonly until: number } | undefined

  function configuration(): Promise<Configuration> {
    if (known && Date.now() < known.until) return known.config
    const options = { timeout: 8, ...(issuer.protocol === 'http:' && { execute: [allowInsecureRequests] }) }
    const config = discovery(issuer, clientId, clientSecret, undefined, options)
    known = { config, until: Date.now() + discoveredMs }
    // A provider that was away is asked again with the next sign-in.
    config.catch(() => (known = undefined))
    return config
  }

  return {
    ...as,
    icon: 'openid',
    async authorizationUrl({ state, nonce, codeChallenge, redirectUri }) {
      return buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: [...new Set(['openid', ...scopes.split(/\s+/).filter(Boolean)])].join(' '),
        state,
        nonce,
        code_challenge: codeChallenge,
        code_challenge_method: 'S256',
      })
    },
    async identify({ codeVerifier, state, nonce, redirectUri, returnedTo }) {
      const config = await configuration()
      // The library compares what the browser brought with where it was sent to.
      const current = new URL(redirectUri)
      current.search = returnedTo.search
      const tokens = await authorizationCodeGrant(config, current, {
        pkceCodeVerifier: codeVerifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      })
      const idToken = tokens.claims()
      if (!idToken) throw new Error('the provider sent no ID token')
      const claims: Record<string, unknown> = { ...idToken }
      // Many leave profile and groups to the userinfo endpoint; its subject must be the ID token's.
      if (config.serverMetadata().userinfo_endpoint !== undefined) {
        Object.assign(claims, await fetchUserInfo(config, tokens.access_token, idToken.sub), { sub: idToken.sub })
      }
      const text = (name: string) =>
        typeof claims[name] === 'string' && claims[name] !== '' ? claims[name] : undefined
      const email = text('email')
      return {
        subject: idToken.sub,
        name: text('name') ?? text('preferred_username') ?? email ?? idToken.sub,
        email,
        // Some send it as text.
        emailVerified: claims['email_verified'] === true || claims['email_verified'] === 'true',
        groups: groupsIn(claims, groupsClaim),
      }
    },
  }
}

function issuerOf(text: string): URL {
  const url = URL.parse(text.trim().replace(/\/\.well-known\/openid-configuration$/, ''))
  const loopback = url !== null && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
  if (url && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback))) return url
  throw new PublicError(
    'bad-issuer',
    'The issuer must be an https address such as https://id.example.org/realms/main.',
    {
      status: 422,
    },
  )
}

function groupsIn(claims: Readonly<Record<string, unknown>>, path: string): string[] {
  let value: unknown = claims
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return []
    value = (value as Record<string, unknown>)[part]
  }
  const list = Array.isArray(value) ? value : [value]
  return list.flatMap((item) => (typeof item === 'string' || typeof item === 'boolean' ? [String(item)] : []))
}
