// Where the settings ask for a second factor, who has none is led to set one up and reaches nothing else.
import type { MiddlewareHandler } from 'hono'
import { PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { setFlash } from '#core/panel/http/flash.ts'
import { isApi } from '#core/panel/http/identity.ts'
import type { AppEnv } from '#core/panel/http/types.ts'
import { urls } from '#views/urls.ts'

const open: ReadonlySet<string> = new Set([urls.signOut(), urls.theme(), urls.passkeyOptions()])

export function factorGate(context: PanelContext): MiddlewareHandler<AppEnv> {
  return async function factorGate(c, next) {
    const { path } = c.req
    const allowed = open.has(path) || path === urls.accountSecurity() || path.startsWith(`${urls.accountSecurity()}/`)
    if (!c.get('mustAddFactor') || allowed) {
      await next()
      return
    }
    // Event streams and sockets too: a refusal, not a page.
    if (isApi(c) || c.req.header('upgrade') !== undefined || path === urls.events()) {
      throw new PublicError(
        'second-factor-required',
        'This panel asks for a second factor, and your account has none.',
        {
          status: 403,
          hint: `Set one up on the page ${urls.accountSecurity()}.`,
        },
      )
    }
    setFlash(c, context, { kind: 'bad', text: 'This panel asks for a second factor. Set one up to go on.' })
    return c.redirect(urls.accountSecurity(), 303)
  }
}
