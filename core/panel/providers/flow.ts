// To a provider and back: state, PKCE and nonce are made here and stay here, bound to one browser, ten minutes, once.
import { createHash, randomBytes } from 'node:crypto'
import { PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { flowCookie } from '#core/panel/http/cookies.ts'
import { panelUrl } from '#core/panel/http/links.ts'
import type { AppContext } from '#core/panel/http/types.ts'
import type { ExternalIdentity } from '#core/plugins/contributions.ts'
import { urls } from '#views/urls.ts'
import { type AvailableProvider, usableProvider } from './available.ts'
import { type Flow, insertFlow, takeFlow } from './store.ts'

const lifeSeconds = 10 * 60

/** Why somebody is sent there: to come in, to link an account, or to show again who they are. */
export interface Purpose {
  readonly linkUserId?: string
  readonly proveSessionId?: string
  /** A path of ours. */
  readonly next: string | undefined
}

/** Where the browser goes now. */
export async function depart(
  c: AppContext,
  context: PanelContext,
  providerId: string,
  { linkUserId, proveSessionId, next }: Purpose,
): Promise<URL> {
  const { database, secrets, now } = context
  const provider = await database.withSystem((tx) => usableProvider(tx, context, providerId))
  const [state, codeVerifier, nonce, browser] = [random(), random(), random(), flowCookie.read(c) ?? random()]
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url')
  const redirectUri = redirectUriOf(c, context, providerId)
  const url = await asked(context, provider, () =>
    provider
      .open()
      .authorizationUrl({ state, codeChallenge, nonce, redirectUri }, AbortSignal.timeout(lifeSeconds * 1000)),
  )
  await database.withSystem((tx) =>
    insertFlow(tx, {
      stateHash: hash(state),
      browserHash: hash(browser),
      provider: providerId,
      secrets: secrets.encrypt(JSON.stringify({ codeVerifier, nonce })),
      linkUserId: linkUserId ?? null,
      sessionId: proveSessionId ?? null,
      returnTo: next ?? null,
      expiresAt: new Date(now() + lifeSeconds * 1000).toISOString(),
    }),
  )
  flowCookie.write(c, browser, lifeSeconds)
  return url
}

export interface Arrival {
  readonly provider: AvailableProvider
  readonly flow: Flow
  readonly identity: ExternalIdentity
}

/** Who came back. The flow is over whatever comes of it: a code or state that is sent again finds nothing. */
export async function arrive(c: AppContext, context: PanelContext, providerId: string): Promise<Arrival> {
  const { database, secrets, now } = context
  const provider = await database.withSystem((tx) => usableProvider(tx, context, providerId))
  const { searchParams } = new URL(c.req.url)
  const [state, browser] = [searchParams.get('state'), flowCookie.read(c)]
  const flow =
    state && browser
      ? await database.withSystem((tx) => takeFlow(tx, hash(state), hash(browser), new Date(now()).toISOString()))
      : undefined
  // Also when it was begun with another provider: its answer must not be taken for this one's.
  if (!state || !flow || flow.provider !== providerId) throw notOurs()
  const code = searchParams.get('code')
  if (searchParams.has('error') || !code) throw refusedThere(provider.label, searchParams.get('error'))
  const { codeVerifier, nonce } = JSON.parse(secrets.decrypt(flow.secrets)) as { codeVerifier: string; nonce: string }
  const redirectUri = redirectUriOf(c, context, providerId)
  const returnedTo = new URL(redirectUri)
  returnedTo.search = new URL(c.req.url).search
  const answer = { code, codeVerifier, state, nonce, redirectUri, returnedTo }
  const identity = await asked(context, provider, () =>
    provider.open().identify(answer, AbortSignal.timeout(lifeSeconds * 1000)),
  )
  if (identity.subject === '' || identity.subject.length > 255) throw new Error(`${provider.label} names nobody`)
  return { provider, flow, identity }
}

/** What administrators enter at the provider. On localhost the address that the browser uses: its cookies belong to that. */
export function redirectUriOf(c: AppContext, { config }: Pick<PanelContext, 'config'>, providerId: string): string {
  const own = URL.parse(`http://${c.req.header('host') ?? ''}`)
  const local = config.url === undefined && own && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(own.hostname)
  return `${local ? own.origin : panelUrl(config)}${urls.signInReturn({ providerId })}`
}

async function asked<T>(
  { log }: PanelContext,
  { label, id }: AvailableProvider,
  ask: () => T | Promise<T>,
): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof PublicError) throw error
    // What it says may hold tokens of its own: for the log of this panel, not for the page.
    log.warn('A sign-in provider did not answer as it should', { provider: id, error })
    throw new PublicError('provider-failed', `${label} did not confirm who you are.`, {
      status: 502,
      hint: 'Try again. If it stays so, an administrator finds the cause in the log of the panel.',
      cause: error,
    })
  }
}

function notOurs(): PublicError {
  return new PublicError(
    'sign-in-not-begun',
    'This sign-in was not begun in this browser, or it took more than ten minutes.',
    {
      status: 403,
      hint: 'Begin again on the sign-in page.',
    },
  )
}

function refusedThere(label: string, error: string | null): PublicError {
  const denied = error === 'access_denied'
  return new PublicError(
    'provider-refused',
    denied ? `You did not let ${label} tell who you are.` : `${label} did not let you in.`,
    {
      status: 403,
      hint: 'Begin again on the sign-in page, or sign in another way.',
    },
  )
}

const random = (): string => randomBytes(32).toString('base64url')
const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
