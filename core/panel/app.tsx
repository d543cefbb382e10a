// The panel as one Hono app: middleware in the order in which it runs, then the features.
import { Hono } from 'hono'
import { urls } from '#views/urls.ts'
import { recoverRoutes } from './accounts/recover-routes.tsx'
import { accountRoutes } from './accounts/routes.tsx'
import { securityRoutes } from './accounts/security-routes.tsx'
import { activityRoutes } from './activity/routes.tsx'
import { allApiRoutes } from './api/routes.ts'
import { apiRoutes } from './api/serve.ts'
import { blueprintRoutes } from './blueprints/routes.tsx'
import { type Consoles, openConsoles } from './console/consoles.ts'
import { consoleRoutes } from './console/routes.tsx'
import type { PanelContext } from './context.ts'
import { factorGate } from './factors/enforce.ts'
import { factorRoutes } from './factors/sign-in-routes.tsx'
import { accessTable, gate } from './http/access.ts'
import { apiLimit } from './http/api-limit.ts'
import { limitedBody } from './http/body-limit.ts'
import { sameOriginOnly } from './http/csrf.ts'
import { answerNotFound, errorAnswers } from './http/errors.tsx'
import { securityHeaders } from './http/headers.ts'
import { healthRoutes } from './http/health.ts'
import { identity } from './http/identity.ts'
import { requestScope } from './http/request.ts'
import { staticFiles } from './http/static.ts'
import { staticAssets } from './http/static-assets.ts'
import type { App, AppEnv } from './http/types.ts'
import { joiningAdminRoutes } from './joining/admin-routes.tsx'
import { joiningRoutes } from './joining/routes.tsx'
import { keyRoutes } from './keys/routes.tsx'
import { liveRoutes } from './live.ts'
import { locationRoutes } from './locations/routes.tsx'
import { mailRoutes } from './mail/routes.tsx'
import { nodeRoutes } from './nodes/routes.tsx'
import { peopleRoutes } from './people/routes.tsx'
import { pluginAccess } from './plugins/pages.ts'
import { pluginRoutes } from './plugins/routes.tsx'
import { providerRoutes } from './providers/routes.tsx'
import { providerSettingsRoutes } from './providers/settings-routes.tsx'
import { roleRoutes } from './roles/routes.tsx'
import { serverRoutes } from './servers/routes.tsx'
import { openOwnerQuestion, setupGate } from './setup/gate.ts'
import { setupRoutes } from './setup/routes.tsx'
import { userRoutes } from './users/routes.tsx'

export interface AppOptions {
  /** Can nodes connect? Asked by /ready. */
  readonly linkOpen?: () => boolean
  /** Whoever makes it closes it; without it the app makes its own, which nothing closes but the end of the process. */
  readonly consoles?: Consoles
  /** Check what the API answers against its schemas, as the tests do. */
  readonly checkAnswers?: boolean
}

export function createApp(context: PanelContext, options: AppOptions = {}): App {
  const { linkOpen = () => true, consoles = openConsoles(context), checkAnswers = false } = options
  const ownerExists = openOwnerQuestion(context)
  const app = new Hono<AppEnv>()
  app.onError(errorAnswers(context))
  app.notFound(answerNotFound(context))

  // Neither needs to know who asks, and both are asked often.
  app.route('/', healthRoutes(context, linkOpen))
  app.use(requestScope(context))
  app.route('/', staticFiles(staticAssets))

  app.use(securityHeaders())
  app.use(limitedBody())
  app.use(sameOriginOnly(context))
  app.use(setupGate(ownerExists))
  app.use(identity(context))
  app.use(apiLimit(context))
  app.use(factorGate(context))
  app.use(gate(accessTable(allApiRoutes, pluginAccess(context))))

  app.get(urls.home.pattern, (c) => c.redirect(urls.servers(), 303))
  app.route('/', setupRoutes(context, ownerExists))
  app.route('/', accountRoutes(context))
  app.route('/', recoverRoutes(context))
  app.route('/', joiningRoutes(context))
  app.route('/', factorRoutes(context))
  app.route('/', securityRoutes(context))
  app.route('/', keyRoutes(context))
  app.route('/', joiningAdminRoutes(context))
  app.route('/', userRoutes(context))
  app.route('/', providerRoutes(context))
  app.route('/', providerSettingsRoutes(context))
  app.route('/', serverRoutes(context))
  app.route('/', peopleRoutes(context))
  app.route('/', consoleRoutes(context, consoles))
  app.route('/', liveRoutes(context))
  app.route('/', activityRoutes(context))
  app.route('/', nodeRoutes(context))
  app.route('/', locationRoutes(context))
  app.route('/', roleRoutes(context))
  app.route('/', blueprintRoutes(context))
  app.route('/', pluginRoutes(context))
  app.route('/', mailRoutes(context))
  app.route('/', apiRoutes(context, allApiRoutes, { checkAnswers, consoles }))
  return app
}
