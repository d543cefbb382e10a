// Asks a provider what can be asked without somebody who signs in.
import { messageOf, PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import type { AppContext } from '#core/panel/http/types.ts'
import { availableProviders } from './available.ts'
import { providerNotFound } from './change.ts'
import { redirectUriOf } from './flow.ts'

export interface Tried {
  readonly reachable: boolean
  /** One sentence for whoever set it up. */
  readonly detail: string
}

export async function tryProvider(c: AppContext, context: PanelContext, id: string): Promise<Tried> {
  const places = await context.database.withSystem((tx) => availableProviders(tx, context))
  const place = places.find((one) => one.id === id)
  if (!place) throw providerNotFound()
  const request = { state: 'test', codeChallenge: 'test', nonce: 'test', redirectUri: redirectUriOf(c, context, id) }
  try {
    const url = await place.open().authorizationUrl(request, AbortSignal.timeout(10_000))
    const detail = `${place.label} answers at ${url.host}. Whether id and secret are right shows the first sign-in.`
    return { reachable: true, detail }
  } catch (error) {
    const cause = error instanceof PublicError ? error.message : messageOf(error)
    return { reachable: false, detail: `${place.label} does not answer: ${cause.slice(0, 300)}` }
  }
}
