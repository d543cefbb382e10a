// Sign-in with a service that speaks OAuth 2 with PKCE and says who somebody is through an API of its own, as GitHub and
// Discord do. One that speaks OpenID Connect needs no plugin.
import { z } from 'zod'
import type { AuthProvider, AuthProviderKind, ExternalIdentity, ProviderIcon } from './contributions.ts'

export interface OAuth2Endpoints {
  readonly authorize: string
  readonly token: string
  /** Below which the paths lie that `identify` asks. */
  readonly api: string
}

export interface OAuth2Service {
  /** As people know it, e.g. `GitHub`. */
  readonly name: string
  readonly icon?: ProviderIcon
  readonly endpoints: OAuth2Endpoints
  readonly scopes: readonly string[]
  /** Of each question to the API, beside the token. */
  readonly headers?: Readonly<Record<string, string>>
  /** Called once for each sign-in, after the code was redeemed. `ask` is good until it resolves. */
  identify(ask: AskApi): Promise<ExternalIdentity>
}

/** What lies at that path for whoever signs in. Throws when the API refuses, or answers in another shape. */
export type AskApi = <T>(path: string, shape: { parse(answer: unknown): T }) => Promise<T>

/** The settings of a plugin that signs people in this way. */
export const oauth2Credentials = z.strictObject({ clientId: z.string().min(1), clientSecret: z.string().min(1) })
export type OAuth2Credentials = z.output<typeof oauth2Credentials>

export interface ProviderName {
  readonly id: string
  readonly label: string
}

export function oauth2Provider(
  { name, icon, endpoints, scopes, headers, identify }: OAuth2Service,
  { clientId, clientSecret }: OAuth2Credentials,
  as: ProviderName,
): AuthProvider {
  async function client(redirectUri: string) {
    // Here and not above: a node opens plugins as well, and signs nobody in.
    const { OAuth2Client } = await import('arctic')
    return new OAuth2Client(clientId, clientSecret, redirectUri)
  }

  function asker(token: string, signal: AbortSignal): AskApi {
    return async (path, shape) => {
      const response = await fetch(endpoints.api + path, {
        signal,
        redirect: 'error',
        headers: { ...headers, authorization: `Bearer ${token}` },
      })
      if (!response.ok) {
        await response.body?.cancel()
        throw new Error(`${name} answered ${path} with ${response.status}`)
      }
      return shape.parse(await response.json())
    }
  }

  return {
    ...as,
    ...(icon && { icon }),
    async authorizationUrl({ state, codeChallenge, redirectUri }) {
      const url = (await client(redirectUri)).createAuthorizationURL(endpoints.authorize, state, [...scopes])
      url.searchParams.set('code_challenge', codeChallenge)
      url.searchParams.set('code_challenge_method', 'S256')
      return url
    },
    async identify({ code, codeVerifier, redirectUri }, signal) {
      const tokens = await (await client(redirectUri)).validateAuthorizationCode(endpoints.token, code, codeVerifier)
      return identify(asker(tokens.accessToken(), signal))
    },
  }
}

/** The same, to be set up in the panel. `open` is what makes a provider of credentials. */
export function oauth2Kind(
  about: Omit<AuthProviderKind, 'fields' | 'open'>,
  open: (credentials: OAuth2Credentials, as: ProviderName) => AuthProvider,
): AuthProviderKind {
  return {
    ...about,
    fields: [
      { name: 'clientId', label: 'Client ID', kind: 'text' },
      { name: 'clientSecret', label: 'Client secret', kind: 'secret' },
    ],
    open: ({ clientId = '', clientSecret = '' }, as) => open({ clientId, clientSecret }, as),
  }
}
