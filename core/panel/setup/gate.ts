// While there is no owner, every address leads to set-up; afterwards set-up is closed.
import type { MiddlewareHandler } from 'hono'
import { PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { isApi } from '#core/panel/http/identity.ts'
import type { AppEnv } from '#core/panel/http/types.ts'
import { urls } from '#views/urls.ts'
import { hasOwner } from './store.ts'

/** True for good once it is true: an owner is never removed. Asked of the database until then. */
export function openOwnerQuestion({ database }: Pick<PanelContext, 'database'>): () => Promise<boolean> {
  let known = false
  return async function ownerExists() {
    known ||= await database.withSystem(hasOwner)
    return known
  }
}

/** Theme and the wizard's own pages work before there is anybody. */
const open: ReadonlySet<string> = new Set([urls.setup(), urls.theme()])

export function setupGate(ownerExists: () => Promise<boolean>): MiddlewareHandler<AppEnv> {
  return async function setupGate(c, next) {
    if (open.has(c.req.path) || (await ownerExists())) {
      await next()
      return
    }
    if (isApi(c)) {
      throw new PublicError('setup-required', 'This panel has no owner yet.', {
        status: 503,
        hint: 'Open the address that Stellar printed, or run “stellar owner create”.',
      })
    }
    return c.redirect(urls.setup(), 303)
  }
}
