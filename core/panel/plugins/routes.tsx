// The plugins page, and the pages that plugins contribute: `/plugins/<plugin><path>`. Session, CSRF and permission are
// checked by the gate before a plugin is called.
import { Hono } from 'hono'
import { raw } from 'hono/html'
import { PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { page } from '#core/panel/http/render.tsx'
import type { App, AppEnv } from '#core/panel/http/types.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import { PluginsPage } from '#views/pages/plugins.tsx'
import { urls } from '#views/urls.ts'
import { pluginPages } from './pages.ts'

/** A plugin that draws longer than this shows an error page instead of an endless tab. */
const drawMs = 10_000

export function pluginRoutes(context: PanelContext): App {
  const app = new Hono<AppEnv>().get(urls.plugins.pattern, (c) =>
    page(c, context, (shell) => <PluginsPage shell={shell} plugins={context.plugins.plugins} />),
  )
  for (const { pattern, plugin, page: contribution } of pluginPages(context)) {
    app.on(contribution.method.toUpperCase(), pattern, async (c) => {
      const drawn = await withDeadline(plugin, async () => contribution.handle(c.req.raw))
      if (drawn instanceof Response) return drawn
      return await page(c, context, (shell) => (
        <AppLayout shell={shell} title={contribution.title ?? plugin}>
          {raw(drawn)}
        </AppLayout>
      ))
    })
  }
  return app
}

async function withDeadline<T>(plugin: string, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new PublicError('plugin-failed', `The plugin ${plugin} did not answer within ${drawMs / 1000} s.`, {
            status: 504,
          }),
        ),
      drawMs,
    )
  })
  try {
    return await Promise.race([work(), late])
  } catch (cause) {
    if (cause instanceof PublicError) throw cause
    throw new PublicError('plugin-failed', `The plugin ${plugin} failed to draw this page.`, { status: 500, cause })
  } finally {
    clearTimeout(timer)
  }
}
