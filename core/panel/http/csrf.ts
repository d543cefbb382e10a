// Requests that change something must come from our own pages. No tokens: browsers say where a request comes from.
import type { MiddlewareHandler } from 'hono'
import { PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { bearerKey } from './identity.ts'
import type { AppContext, AppEnv } from './types.ts'

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

export function sameOriginOnly({ config }: PanelContext): MiddlewareHandler<AppEnv> {
  const publicOrigin = config.url === undefined ? undefined : new URL(config.url).origin
  return async function sameOriginOnly(c, next) {
    // A WebSocket is a GET that writes: browsers attach cookies to it from anywhere.
    const upgrade = c.req.header('upgrade') !== undefined
    // A key is no ambient authority: a foreign page can neither know it nor attach it.
    const unsafe = (!safe.has(c.req.method) || upgrade) && bearerKey(c) === undefined
    if (unsafe && !fromOurselves(c, publicOrigin)) {
      // Denied also when the browser says nothing: all that support our pages do.
      throw new PublicError(
        'foreign-origin',
        'This request did not come from a page of this panel, so nothing was changed.',
        {
          status: 403,
          hint: 'Open the panel by its own address and try again. Behind a reverse proxy, set STELLAR_URL to the public address.',
        },
      )
    }
    await next()
  }
}

function fromOurselves(c: AppContext, publicOrigin: string | undefined): boolean {
  const origin = c.req.header('origin')
  if (origin === undefined) return c.req.header('sec-fetch-site') === 'same-origin'
  if (origin === publicOrigin) return true
  // A foreign page cannot choose the Host header of a browser, so an origin equal to it is ours.
  return URL.canParse(origin) && /^https?:$/.test(new URL(origin).protocol) && new URL(origin).host === hostOf(c)
}

function hostOf(c: AppContext): string | undefined {
  return c.req.header('host') ?? new URL(c.req.url).host
}
