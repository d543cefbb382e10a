// Two questions of supervisors and load balancers: does the process answer, and can it do its work.
import { Hono } from 'hono'
import type { PanelContext } from '#core/panel/context.ts'
import { urls } from '#views/urls.ts'
import type { App, AppEnv } from './types.ts'

const headers = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }

/** `linkOpen` says whether nodes can connect. Mounted before everything else: health must not cost a session. */
export function healthRoutes(context: PanelContext, linkOpen: () => boolean): App {
  return new Hono<AppEnv>()
    .get(urls.health.pattern, (c) => c.json({ status: 'ok' }, 200, headers))
    .get(urls.ready.pattern, async (c) => {
      const database = await context.database.ping().then(
        () => true,
        (error: unknown) => {
          context.log.warn('The database does not answer', { error })
          return false
        },
      )
      const link = linkOpen()
      const ready = database && link
      const words = (good: boolean) => (good ? 'ok' : 'failed')
      return c.json(
        { status: ready ? 'ready' : 'not-ready', checks: { database: words(database), link: words(link) } },
        ready ? 200 : 503,
        headers,
      )
    })
}
